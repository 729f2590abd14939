//! `/metrics`.

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, rt};
use prom_client::http::{Authorization, RecordAs};
use prom_client::{Endpoint, Registry, ScrapeRequest, ScrapeResponse};

/// Answers scrapes: as a service of an app, or on a [port of its own](Self::serve).
///
/// What it knows of formats, compression, names and limits is an [`Endpoint`], which it can be made from. Scrapes are
/// rendered on a thread for work that blocks, so that no other request waits for them, and are not counted by a
/// [`MetricsLayer`](crate::MetricsLayer) around it. A client that says how long it waits is answered 503 by then.
///
/// # Examples
/// ```
/// use actix_web::App;
/// use prom_client::http::Authorization;
/// use prom_client::{Endpoint, Registry};
/// use prom_client_actix::MetricsEndpoint;
///
/// let registry = Registry::new();
/// let metrics = MetricsEndpoint::from(Endpoint::new(&registry).max_scrapes(4))
///     .path("/internal/metrics")
///     .authorize(Authorization::bearer("t0ken")?);
/// let app = App::new().service(metrics);
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
    ///
    /// Make it once, outside of the closure that makes the apps of a server's workers: clones share the limit of
    /// scrapes at a time.
    #[must_use]
    pub fn new(registry: &Registry) -> Self {
        Self::from(Endpoint::new(registry))
    }

    /// Where it is in an app and on a port of its own, instead of at `/metrics`. A slash in front is added if it is
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

    #[cfg(feature = "server")]
    pub(crate) fn own_path(&self) -> &str {
        &self.path
    }

    fn refuses(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let authorization = self.authorization.as_ref()?;
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        if authorization.admits(header) {
            return None;
        }
        let challenge = (WWW_AUTHENTICATE, authorization.challenge());
        let response = HttpResponse::Unauthorized().insert_header(challenge).body("Who are you?\n");
        Some(uncounted(response))
    }

    async fn respond(self, request: HttpRequest) -> HttpResponse {
        if let Some(refusal) = self.refuses(&request) {
            return refusal;
        }
        let mut scrape = ScrapeRequest::new(request.method().as_str(), request.uri().query());
        for (name, value) in request.headers() {
            scrape.header(name.as_str(), value.as_bytes());
        }
        into_response(answer(&self.endpoint, &scrape).await)
    }
}

/// With the options of an endpoint.
impl From<Endpoint> for MetricsEndpoint {
    fn from(endpoint: Endpoint) -> Self {
        Self { endpoint, path: "/metrics".into(), authorization: None }
    }
}

/// Of all methods, since it is the endpoint that knows those it has.
impl HttpServiceFactory for MetricsEndpoint {
    fn register(self, config: &mut AppService) {
        let path = self.path.clone();
        let respond = move |request: HttpRequest| self.clone().respond(request);
        web::resource(path).to(respond).register(config);
    }
}

async fn answer(endpoint: &Endpoint, request: &ScrapeRequest) -> ScrapeResponse {
    let scrape = match endpoint.begin(request) {
        Ok(scrape) => scrape,
        Err(refusal) => return refusal,
    };
    let timeout = scrape.timeout();
    let rendered = web::block(move || scrape.render());
    let rendered = match timeout {
        None => rendered.await,
        Some(timeout) => match rt::time::timeout(timeout, rendered).await {
            Ok(rendered) => rendered,
            Err(_) => return ScrapeResponse::timed_out(),
        },
    };
    // It panicked, or the runtime is shutting down.
    rendered.unwrap_or_else(|_| ScrapeResponse::failed())
}

fn into_response(answer: ScrapeResponse) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    for header in answer.headers() {
        response.insert_header(header);
    }
    uncounted(response.body(Bytes::from_owner(answer.into_body())))
}

fn uncounted(mut response: HttpResponse<BoxBody>) -> HttpResponse<BoxBody> {
    response.extensions_mut().insert(RecordAs::nothing());
    response
}
