//! The layer.

use std::future::{Ready, ready};

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use prom_client::http::HttpMetrics;
use prom_client::{RegisterError, Registry};

use crate::body::ResponseBody;
use crate::service::Metrics;

/// Counts, times and measures what goes through an app, a scope or a resource; see the [crate](crate).
///
/// Make it once, outside of the closure that makes the apps of a server's workers. Made inside, by the same words for
/// each worker, it finds what is registered already.
///
/// # Examples
/// ```
/// use actix_web::{App, web};
/// use prom_client::Registry;
/// use prom_client::http::HttpMetrics;
/// use prom_client_actix::MetricsLayer;
///
/// let registry = Registry::new();
/// let metrics = HttpMetrics::server(&registry).namespace("shop").response_sizes().build()?;
/// let app = App::new()
///     .wrap(MetricsLayer::from(metrics))
///     .route("/users/{id}", web::get().to(|| async { "a user" }));
/// # drop(app);
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
#[derive(Clone, Debug)]
pub struct MetricsLayer {
    metrics: HttpMetrics,
}

impl MetricsLayer {
    /// With the metrics of a server, as they are without options.
    ///
    /// # Errors
    /// When a name is taken by something else.
    #[track_caller]
    pub fn new(registry: &Registry) -> Result<Self, RegisterError> {
        HttpMetrics::new(registry).map(Self::from)
    }
}

/// With these metrics, of a server.
impl From<HttpMetrics> for MetricsLayer {
    fn from(metrics: HttpMetrics) -> Self {
        Self { metrics }
    }
}

impl<S, B> Transform<S, ServiceRequest> for MetricsLayer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<ResponseBody<B>>;
    type Error = actix_web::Error;
    type Transform = Metrics<S>;
    type InitError = ();
    type Future = Ready<Result<Metrics<S>, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(Metrics::new(inner, self.metrics.clone())))
    }
}
