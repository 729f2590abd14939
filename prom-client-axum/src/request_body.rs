//! The bodies of requests, as they are read.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use prom_client::http::{Current, RequestBytes};
use tower_layer::Layer;
use tower_service::Service;

use crate::route::CURRENT;

/// Counts what is read of requests' bodies, for [`request_sizes`](prom_client::http::HttpMetricsBuilder::request_sizes)
/// of the [`MetricsLayer`](crate::MetricsLayer) outside of it.
///
/// A layer of its own, since it changes the type of the body: routers take any, other services do not. Without it a
/// request's size is what its framing says, which is nothing if the body comes in chunks, and more than was
/// read if the service stopped early.
///
/// # Examples
/// ```
/// use axum::{Router, routing::post};
/// use prom_client::Registry;
/// use prom_client::http::HttpMetrics;
/// use prom_client_axum::{MetricsLayer, RequestBodySizeLayer};
///
/// let registry = Registry::new();
/// let app: Router = Router::new()
///     .route("/upload", post(|body: String| async move { body.len().to_string() }))
///     .layer(RequestBodySizeLayer::new())
///     .layer(MetricsLayer::from(HttpMetrics::server(&registry).request_sizes().build()?));
/// # drop(app);
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
///
/// # Cost
/// One allocation for each request.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct RequestBodySizeLayer;

impl RequestBodySizeLayer {
    /// The layer.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl<S> Layer<S> for RequestBodySizeLayer {
    type Service = RequestBodySize<S>;

    fn layer(&self, inner: S) -> RequestBodySize<S> {
        RequestBodySize { inner }
    }
}

/// The service of [`RequestBodySizeLayer`].
#[derive(Clone, Debug)]
pub struct RequestBodySize<S> {
    inner: S,
}

impl<S, B> Service<Request<B>> for RequestBodySize<S>
where
    S: Service<Request<RequestBody<B>>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> S::Future {
        let bytes = CURRENT.try_with(Current::count_request_bytes).ok().flatten();
        self.inner.call(request.map(|inner| RequestBody { inner, bytes }))
    }
}

pin_project! {
    /// A body that is measured while it is read; from [`RequestBodySizeLayer`].
    #[derive(Debug)]
    pub struct RequestBody<B> {
        #[pin]
        inner: B,
        bytes: Option<Arc<RequestBytes>>,
    }
}

impl<B: Body> Body for RequestBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let frame = ready!(this.inner.poll_frame(context));
        if let (Some(Ok(frame)), Some(bytes)) = (&frame, this.bytes) {
            bytes.add(frame.data_ref().map_or(0, Buf::remaining));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
