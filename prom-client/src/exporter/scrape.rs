//! One request and its answer.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ACCEPT, ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{HeaderMap, Method, Request, Response, StatusCode};

use super::buffer::Spare;
use crate::encode::{ContentType, Format};
use crate::registry::Registry;

/// What answers requests, for all connections.
#[derive(Debug)]
pub(super) struct Scraper {
    registry: Registry,
    path: String,
    formats: Vec<Format>,
    spare: Arc<Spare>,
}

type Answer = Response<Full<Bytes>>;

impl Scraper {
    pub(super) fn new(registry: Registry, path: String, formats: Vec<Format>) -> Arc<Self> {
        Arc::new(Self { registry, path, formats, spare: Arc::default() })
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
            let hint = format!("Nothing is here. The metrics are at {}\n", self.path);
            return Ok(plain(StatusCode::NOT_FOUND, hint));
        }
        if ![Method::GET, Method::HEAD].contains(request.method()) {
            let mut answer =
                plain(StatusCode::METHOD_NOT_ALLOWED, "Metrics are read with GET.\n".into());
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return Ok(answer);
        }
        let content_type = ContentType::negotiate(&accept(request.headers()), &self.formats);
        let render = move || self.spare.fill(|text| self.registry.encode(content_type, text));
        Ok(match tokio::task::spawn_blocking(render).await {
            Ok(text) => with_type(content_type.as_str(), text),
            // It panicked, or the runtime is shutting down.
            Err(_) => {
                plain(StatusCode::INTERNAL_SERVER_ERROR, "The metrics could not be read.\n".into())
            }
        })
    }
}

/// All lines of the `Accept` header as one.
fn accept(headers: &HeaderMap) -> String {
    let lines: Vec<&str> =
        headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok()).collect();
    lines.join(",")
}

fn plain(status: StatusCode, text: String) -> Answer {
    let mut answer = with_type("text/plain; charset=utf-8", text.into());
    *answer.status_mut() = status;
    answer
}

fn with_type(content_type: &'static str, text: Bytes) -> Answer {
    let mut answer = Response::new(Full::new(text));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}
