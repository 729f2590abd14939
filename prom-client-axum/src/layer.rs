//! The layer.

use prom_client::http::HttpMetrics;
use prom_client::{RegisterError, Registry};
use tower_layer::Layer;

use crate::service::Metrics;

/// Counts, times and measures what goes through a service; see the [crate](crate).
///
/// # Examples
/// ```
/// use axum::{Router, routing::get};
/// use prom_client::Registry;
/// use prom_client::http::HttpMetrics;
/// use prom_client_axum::MetricsLayer;
///
/// let registry = Registry::new();
/// let metrics = HttpMetrics::server(&registry).namespace("shop").response_sizes().build()?;
/// let app: Router = Router::new()
///     .route("/users/{id}", get(|| async { "a user" }))
///     .layer(MetricsLayer::from(metrics));
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

/// With these metrics, of a server or of a client.
impl From<HttpMetrics> for MetricsLayer {
    fn from(metrics: HttpMetrics) -> Self {
        Self { metrics }
    }
}

impl<S> Layer<S> for MetricsLayer {
    type Service = Metrics<S>;

    fn layer(&self, inner: S) -> Metrics<S> {
        Metrics::new(inner, self.metrics.clone())
    }
}
