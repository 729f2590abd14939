//! `/metrics`.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response, StatusCode};
use prom_client::http::{Authorization, RecordAs};
use prom_client::{Endpoint, Registry, ScrapeRequest, ScrapeResponse};
use tower_service::Service;

/// A router with the metrics of a registry at `/metrics`, to be merged into an app.
///
/// # Examples
/// ```
/// use axum::{Router, routing::get};
/// use prom_client::Registry;
/// use prom_client_axum::{MetricsLayer, metrics_router};
///
/// let registry = Registry::new();
/// let app: Router = Router::new()
///     .route("/", get(|| async { "hello" }))
///     .merge(metrics_router(&registry))
///     .layer(MetricsLayer::new(&registry)?);
/// # drop(app);
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
pub fn metrics_router<S: Clone + Send + Sync + 'static>(registry: &Registry) -> Router<S> {
    MetricsEndpoint::new(registry).into_router()
}

/// Answers scrapes: as a [router](Self::into_router), as a service wherever a service goes, or on a
/// [port of its own](Self::serve).
///
/// What it knows of formats, compression, names and limits is an [`Endpoint`], which it can be made from. Scrapes are
/// rendered on a thread for work that blocks, so that no other request waits for them, and are not counted by a
/// [`MetricsLayer`](crate::MetricsLayer) around it. A client that says how long it waits is answered 503 by then.
///
/// # Examples
/// ```
/// use axum::Router;
/// use prom_client::http::Authorization;
/// use prom_client::{Endpoint, Registry};
/// use prom_client_axum::MetricsEndpoint;
///
/// let registry = Registry::new();
/// let metrics = MetricsEndpoint::from(Endpoint::new(&registry).max_scrapes(4))
///     .path("/internal/metrics")
///     .authorize(Authorization::bearer("t0ken")?);
/// let app: Router = Router::new().merge(metrics.into_router());
/// # drop(app);
/// # Ok::<(), prom_client::http::AuthorizationError>(())
/// ```
#[derive(Clone, Debug)]
pub struct MetricsEndpoint {
    endpoint: Endpoint,
    path: String,
    authorization: Option<Arc<Authorization>>,
}

impl MetricsEndpoint {
    /// The metrics of a registry, for whoever asks.
    #[must_use]
    pub fn new(registry: &Registry) -> Self {
        Self::from(Endpoint::new(registry))
    }

    /// Where it is in a router and on a port of its own, instead of at `/metrics`. A slash in front is added if it is
    /// missing.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        self.path = format!("/{}", path.strip_prefix('/').unwrap_or(path));
        self
    }

    /// Answers only those who may read, and others with 401.
    ///
    /// A port that the world does not reach is the better protection: what travels unencrypted can be read.
    #[must_use]
    pub fn authorize(mut self, authorization: Authorization) -> Self {
        self.authorization = Some(Arc::new(authorization));
        self
    }

    /// A router that has this at its path, and nothing else.
    pub fn into_router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let path = self.path.clone();
        Router::new().route_service(&path, self)
    }

    #[cfg(feature = "server")]
    pub(crate) fn own_path(&self) -> &str {
        &self.path
    }

    fn refuses<B>(&self, request: &Request<B>) -> Option<Response<Body>> {
        let authorization = self.authorization.as_ref()?;
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        if authorization.admits(header) {
            return None;
        }
        let mut response = Response::new(Body::from("Who are you?\n"));
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        let challenge = HeaderValue::from_static(authorization.challenge());
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        Some(uncounted(response))
    }
}

/// With the options of an endpoint.
impl From<Endpoint> for MetricsEndpoint {
    fn from(endpoint: Endpoint) -> Self {
        Self { endpoint, path: "/metrics".into(), authorization: None }
    }
}

impl<B> Service<Request<B>> for MetricsEndpoint {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if let Some(refusal) = self.refuses(&request) {
            return Box::pin(std::future::ready(Ok(refusal)));
        }
        let endpoint = self.endpoint.clone();
        let mut scrape = ScrapeRequest::new(request.method().as_str(), request.uri().query());
        for (name, value) in request.headers() {
            scrape.header(name.as_str(), value.as_bytes());
        }
        Box::pin(async move { Ok(into_response(answer(&endpoint, &scrape).await)) })
    }
}

async fn answer(endpoint: &Endpoint, request: &ScrapeRequest) -> ScrapeResponse {
    let scrape = match endpoint.begin(request) {
        Ok(scrape) => scrape,
        Err(refusal) => return refusal,
    };
    let timeout = scrape.timeout();
    let rendered = tokio::task::spawn_blocking(move || scrape.render());
    let rendered = match timeout {
        None => rendered.await,
        Some(timeout) => match tokio::time::timeout(timeout, rendered).await {
            Ok(rendered) => rendered,
            Err(_) => return ScrapeResponse::timed_out(),
        },
    };
    // It panicked, or the runtime is shutting down.
    rendered.unwrap_or_else(|_| ScrapeResponse::failed())
}

fn into_response(answer: ScrapeResponse) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    if let Ok(status) = StatusCode::from_u16(answer.status()) {
        *response.status_mut() = status;
    }
    for (name, value) in answer.headers() {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    *response.body_mut() = Body::from(Bytes::from_owner(answer.into_body()));
    uncounted(response)
}

fn uncounted(mut response: Response<Body>) -> Response<Body> {
    response.extensions_mut().insert(RecordAs::nothing());
    response
}
