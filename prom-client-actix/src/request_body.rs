//! The bodies of requests, as they are read.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_core::Stream;
use prom_client::http::{Current, RequestBytes};

use crate::route::CURRENT;

/// Counts what is read of requests' bodies, for [`request_sizes`](prom_client::http::HttpMetricsBuilder::request_sizes)
/// of the [`MetricsLayer`](crate::MetricsLayer) outside of it.
///
/// Without it a request's size is what its framing says, which is nothing if the body comes in chunks, and more than
/// was read if the service stopped early.
///
/// # Examples
/// ```
/// use actix_web::{App, web};
/// use prom_client::Registry;
/// use prom_client::http::HttpMetrics;
/// use prom_client_actix::{MetricsLayer, RequestBodySizeLayer};
///
/// let registry = Registry::new();
/// let app = App::new()
///     .wrap(RequestBodySizeLayer::new())
///     .wrap(MetricsLayer::from(HttpMetrics::server(&registry).request_sizes().build()?))
///     .route("/upload", web::post().to(|body: String| async move { body.len().to_string() }));
/// # drop(app);
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
///
/// # Cost
/// Two allocations for each request that has a body.
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

impl<S, B> Transform<S, ServiceRequest> for RequestBodySizeLayer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    type Response = S::Response;
    type Error = S::Error;
    type Transform = RequestBodySize<S>;
    type InitError = ();
    type Future = Ready<Result<RequestBodySize<S>, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(RequestBodySize { inner }))
    }
}

/// The service of [`RequestBodySizeLayer`].
#[derive(Debug)]
pub struct RequestBodySize<S> {
    inner: S,
}

impl<S> Service<ServiceRequest> for RequestBodySize<S>
where
    S: Service<ServiceRequest>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    forward_ready!(inner);

    fn call(&self, mut request: ServiceRequest) -> S::Future {
        let bytes = CURRENT.try_with(Current::count_request_bytes).ok().flatten();
        if let Some(bytes) = bytes {
            match request.take_payload() {
                Payload::None => {}
                inner => {
                    let payload = Box::pin(RequestBody { inner, bytes });
                    request.set_payload(Payload::Stream { payload });
                }
            }
        }
        self.inner.call(request)
    }
}

/// A body that is measured while it is read.
struct RequestBody {
    inner: Payload,
    bytes: Arc<RequestBytes>,
}

impl Stream for RequestBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, PayloadError>>> {
        let chunk = ready!(Pin::new(&mut self.inner).poll_next(context));
        if let Some(Ok(chunk)) = &chunk {
            self.bytes.add(chunk.len());
        }
        Poll::Ready(chunk)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}
