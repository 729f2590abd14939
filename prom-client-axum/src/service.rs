//! The service that the layer makes.

use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use prom_client::http::HttpMetrics;
use tower_service::Service;

use crate::body::ResponseBody;
use crate::future::ResponseFuture;
use crate::head::Head;
use crate::route::{CURRENT, Route};

/// A service whose requests are counted; from [`MetricsLayer`](crate::MetricsLayer).
#[derive(Clone, Debug)]
pub struct Metrics<S> {
    inner: S,
    metrics: HttpMetrics,
}

impl<S> Metrics<S> {
    pub(crate) fn new(inner: S, metrics: HttpMetrics) -> Self {
        Self { inner, metrics }
    }
}

impl<S, Req, Res> Service<Request<Req>> for Metrics<S>
where
    S: Service<Request<Req>, Response = Response<Res>>,
    Req: Body,
    Res: Body,
{
    type Response = Response<ResponseBody<Res>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    #[inline]
    fn call(&mut self, request: Request<Req>) -> ResponseFuture<S::Future> {
        let head = Head::of(&request, self.metrics.is_client());
        let Some(mut exchange) = self.metrics.begin(&head, &CURRENT) else {
            return ResponseFuture::new(self.inner.call(request), None);
        };
        let route = match self.metrics.is_client() {
            true => Route::of_client(&request),
            false => Route::of(&request),
        };
        if let Some(route) = route {
            exchange.set_route(route);
        }
        let future = exchange.run(&CURRENT, || self.inner.call(request));
        ResponseFuture::new(future, Some(exchange))
    }
}
