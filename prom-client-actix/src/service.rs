//! The service that the layer makes.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, forward_ready};
use prom_client::http::HttpMetrics;

use crate::body::ResponseBody;
use crate::future::ResponseFuture;
use crate::head::Head;
use crate::route::{CURRENT, Path, Routes};

/// A service whose requests are counted; from [`MetricsLayer`](crate::MetricsLayer).
#[derive(Debug)]
pub struct Metrics<S> {
    inner: S,
    metrics: HttpMetrics,
    routes: Routes,
}

impl<S> Metrics<S> {
    pub(crate) fn new(inner: S, metrics: HttpMetrics) -> Self {
        Self { inner, metrics, routes: Routes::default() }
    }
}

impl<S, B> Service<ServiceRequest> for Metrics<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<ResponseBody<B>>;
    type Error = actix_web::Error;
    type Future = ResponseFuture<S::Future>;

    forward_ready!(inner);

    #[inline]
    fn call(&self, request: ServiceRequest) -> ResponseFuture<S::Future> {
        let Some(mut exchange) = self.metrics.begin(&Head(&request), &CURRENT) else {
            return ResponseFuture::new(self.inner.call(request), None);
        };
        let path = Path::of(&request, &self.routes);
        let future = exchange.run(&CURRENT, || self.inner.call(request));
        ResponseFuture::new(future, Some((exchange, path)))
    }
}
