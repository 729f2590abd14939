//! One request: connections, redirections, credentials, and a time by which it is over.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue,
    LOCATION, USER_AGENT,
};
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::{self, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use url::Url;

use super::error::root;
use super::{HttpError, body};

/// How many redirections are followed, as in the reference.
const MOST_REDIRECTS: usize = 10;

pub(super) const GZIP: &str = "gzip";
/// Nothing at all.
pub(super) const IDENTITY: &str = "identity";

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// The reference as a client: it keeps connections, one pool per client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    connections: legacy::Client<HttpConnector, Full<Bytes>>,
    /// Whether there may be a connection that was kept from an answer before.
    kept: Arc<AtomicBool>,
    pub(super) follow_redirects: bool,
    /// What may be done to the body on its way, if anything is said about that.
    pub(super) coding: Option<&'static str>,
    pub(super) authorization: Option<HeaderValue>,
    pub(super) user_agent: HeaderValue,
}

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Ask {
    /// Besides the client's own.
    pub(crate) headers: HeaderMap,
    /// What is posted, if it is no GET.
    pub(crate) form: Option<Bytes>,
    /// Whether an answer with another status than 200 is one.
    pub(crate) any_status: bool,
    pub(crate) timeout: Duration,
    pub(crate) limit: usize,
}

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Response {
    #[cfg_attr(not(feature = "promql"), expect(dead_code, reason = "200, unless any will do"))]
    pub(crate) status: StatusCode,
    /// Empty if it does not say.
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn new() -> Self {
        let connections = legacy::Client::builder(TokioExecutor::new()).build_http();
        Self {
            connections,
            kept: Arc::default(),
            follow_redirects: true,
            coding: Some(GZIP),
            authorization: None,
            user_agent: HeaderValue::from_static("Prometheus/3.5.3"),
        }
    }

    /// A user's name and password, for the target's host and not for another one to which it redirects.
    pub(crate) fn basic_auth(&mut self, user: &str, password: &str) {
        let credentials = BASE64_STANDARD.encode(format!("{user}:{password}"));
        self.authorize("Basic", &credentials).expect("base64 is of ASCII letters");
    }

    /// Takes a name and a password out of a URL, to be sent as basic authentication.
    pub(crate) fn take_credentials(&mut self, url: &mut Url) {
        if url.username().is_empty() && url.password().is_none() {
            return;
        }
        let plain = |text: &str| {
            percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
        };
        let password = plain(url.password().unwrap_or_default());
        self.basic_auth(&plain(url.username()), &password);
        let cleared = url.set_username("").and_then(|()| url.set_password(None));
        debug_assert!(cleared.is_ok(), "a URL of http has a host");
    }

    pub(crate) fn authorize(&mut self, scheme: &str, credentials: &str) -> Result<(), HttpError> {
        let value = HeaderValue::from_str(&format!("{scheme} {credentials}"));
        let mut value = value.map_err(|_| HttpError::Header("Authorization"))?;
        value.set_sensitive(true);
        self.authorization = Some(value);
        Ok(())
    }

    /// Says nothing about compression, and undoes none.
    pub(in crate::scrape) fn without_coding(mut self) -> Self {
        self.coding = None;
        self
    }

    /// Who asks.
    #[cfg(feature = "promql")]
    pub(crate) fn named(mut self, user_agent: HeaderValue) -> Self {
        self.user_agent = user_agent;
        self
    }

    /// Asks for this, with these headers besides its own, and reads all of an answer with the status 200.
    pub(in crate::scrape) async fn get(
        &self,
        url: &Url,
        headers: HeaderMap,
        timeout: Duration,
        limit: usize,
    ) -> Result<Response, HttpError> {
        self.send(url, Ask { headers, form: None, any_status: false, timeout, limit }).await
    }

    /// Asks, and reads all of the answer.
    pub(crate) async fn send(&self, url: &Url, ask: Ask) -> Result<Response, HttpError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(HttpError::NoRuntime);
        }
        let answer = tokio::time::timeout(ask.timeout, self.follow(url, ask));
        answer.await.unwrap_or_else(|_| Err(HttpError::Timeout(url.to_string())))
    }

    /// Sends a request. A server may have closed a connection that it was kept on, of which nobody hears before: then
    /// it is sent once more, if it may be.
    async fn request(
        &self,
        request: Request<Full<Bytes>>,
        again: bool,
    ) -> Result<hyper::Response<Incoming>, legacy::Error> {
        // The flag orders nothing: each client asks one thing at a time, and a guess too many costs a request.
        let again = (self.kept.swap(false, Ordering::Relaxed) && again).then(|| request.clone());
        let response = match (self.connections.request(request).await, again) {
            (Err(error), Some(request)) if is_lost(&error) => {
                self.connections.request(request).await
            }
            (response, _) => response,
        };
        self.kept.store(response.is_ok(), Ordering::Relaxed);
        response
    }

    async fn follow(&self, first: &Url, ask: Ask) -> Result<Response, HttpError> {
        let Ask { mut headers, mut form, any_status, limit, .. } = ask;
        headers.insert(USER_AGENT, self.user_agent.clone());
        if let Some(coding) = self.coding {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(coding));
        }
        let mut url = first.clone();
        for _ in 0..=MOST_REDIRECTS {
            let mut request = Request::new(Full::new(form.clone().unwrap_or_default()));
            if form.is_some() {
                *request.method_mut() = Method::POST;
                request.headers_mut().insert(CONTENT_TYPE, FORM);
            }
            *request.uri_mut() =
                url.as_str().parse().map_err(|_| HttpError::Url(url.to_string(), "not a URI"))?;
            request.headers_mut().extend(headers.clone());
            if let Some(authorization) = &self.authorization {
                if is_at_home(url.host_str(), first.host_str()) {
                    request.headers_mut().insert(AUTHORIZATION, authorization.clone());
                }
            }
            let response = self.request(request, form.is_none()).await;
            let response =
                response.map_err(|error| HttpError::Connection(url.to_string(), error.into()))?;
            let (head, content) = response.into_parts();
            if self.follow_redirects && is_redirect(head.status) {
                let location = head.headers.get(LOCATION).and_then(|to| to.to_str().ok());
                let next = location.and_then(|location| url.join(location).ok());
                let next =
                    next.ok_or_else(|| HttpError::Location(url.to_string(), head.status.as_u16()))?;
                url = without_tls(next)?;
                if !keeps_method(head.status) {
                    form = None;
                }
                continue;
            }
            if head.status != StatusCode::OK && !any_status {
                let reason = head.status.canonical_reason().unwrap_or_default();
                return Err(HttpError::Status(head.status.as_u16(), reason));
            }
            // To the letter: another spelling is another encoding, which goes to the parser as it is.
            let encoding = head.headers.get(CONTENT_ENCODING);
            let gzip = self.coding.is_some() && encoding.is_some_and(|encoding| encoding == GZIP);
            let body = body::read(content, gzip, limit).await?;
            let content_type = head.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
            let content_type =
                String::from_utf8_lossy(content_type.unwrap_or_default()).into_owned();
            return Ok(Response { status: head.status, content_type, body });
        }
        Err(HttpError::Redirects(url.to_string(), MOST_REDIRECTS))
    }
}

/// Whether a host is the first one, whichever its port, or within its domain: where it may see the credentials.
fn is_at_home(host: Option<&str>, first: Option<&str>) -> bool {
    let (Some(host), Some(first)) = (host, first) else { return false };
    host.strip_suffix(first).is_some_and(|within| within.is_empty() || within.ends_with('.'))
}

/// Whether a connection ended before there was an answer.
fn is_lost(error: &legacy::Error) -> bool {
    let error = root(error);
    let hyper = error.downcast_ref::<hyper::Error>();
    let io = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    hyper.is_some_and(|error| error.is_incomplete_message() || error.is_canceled())
        || matches!(io, Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe))
}

/// Whether a status says that the answer is elsewhere.
fn is_redirect(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    )
}

/// Whether what was posted is posted again to where a redirection leads.
fn keeps_method(status: StatusCode) -> bool {
    matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT)
}

/// Reads a URL that can be asked.
pub(crate) fn parse(url: &str) -> Result<Url, HttpError> {
    match Url::parse(url) {
        Ok(url) => without_tls(url),
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            Err(HttpError::Url(url.to_owned(), "it has no scheme"))
        }
        Err(_) => Err(HttpError::Url(url.to_owned(), "it has no host, or a wrong one")),
    }
}

fn without_tls(url: Url) -> Result<Url, HttpError> {
    match url.scheme() {
        "http" => Ok(url),
        "https" => Err(HttpError::Url(url.to_string(), "only http, and not https")),
        _ => Err(HttpError::Url(url.to_string(), "only http")),
    }
}
