//! One request and its answer.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};

use crate::endpoint::{Endpoint, Scrape, ScrapeRequest, ScrapeResponse};

/// What answers requests, for all connections.
#[derive(Debug)]
pub(super) struct Scraper {
    endpoint: Endpoint,
    path: String,
}

type Answer = Response<Full<Bytes>>;

impl Scraper {
    pub(super) fn new(endpoint: Endpoint, path: String) -> Arc<Self> {
        Arc::new(Self { endpoint, path })
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Answers a request; of its body nothing is read. The answer to `HEAD` has a body here too,
    /// which hyper does not send, but tells the length of.
    pub(super) async fn answer<B>(
        self: Arc<Self>,
        request: Request<B>,
    ) -> Result<Answer, Infallible> {
        if request.uri().path() != self.path {
            return Ok(self.not_found());
        }
        let mut asked = ScrapeRequest::new(request.method().as_str(), request.uri().query());
        for (name, value) in request.headers() {
            asked.header(name.as_str(), value.as_bytes());
        }
        Ok(to_hyper(match self.endpoint.begin(&asked) {
            Ok(scrape) => render(scrape).await,
            Err(refusal) => refusal,
        }))
    }

    fn not_found(&self) -> Answer {
        let hint = format!("Nothing is here. The metrics are at {}\n", self.path);
        let mut answer = Response::new(Full::new(hint.into()));
        *answer.status_mut() = StatusCode::NOT_FOUND;
        let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
        answer.headers_mut().insert(CONTENT_TYPE, content_type);
        answer
    }
}

/// Renders on a thread for blocking work, for as long as the client waits.
async fn render(scrape: Scrape) -> ScrapeResponse {
    let timeout = scrape.timeout();
    let rendering = tokio::task::spawn_blocking(move || scrape.render());
    let rendered = match timeout {
        Some(timeout) => match tokio::time::timeout(timeout, rendering).await {
            Ok(rendered) => rendered,
            Err(_) => return ScrapeResponse::timed_out(),
        },
        None => rendering.await,
    };
    // Else it panicked, or the runtime is shutting down.
    rendered.unwrap_or_else(|_| ScrapeResponse::failed())
}

fn to_hyper(response: ScrapeResponse) -> Answer {
    let status = StatusCode::from_u16(response.status());
    let headers: Vec<_> = response.headers().collect();
    let mut answer = Response::new(Full::new(Bytes::from_owner(response.into_body())));
    *answer.status_mut() = status.expect("a status of HTTP");
    for (name, value) in headers {
        let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
        answer.headers_mut().insert(name, value);
    }
    answer
}
