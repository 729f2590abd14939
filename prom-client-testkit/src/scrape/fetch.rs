//! What a scrape asks, and what it is answered.

use std::error::Error;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::time::Duration;

/// What Prometheus 3.5 asks for by default.
const TEXTS: &str = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
    application/openmetrics-text;version=0.0.1;q=0.5,\
    text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
    text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

/// What Prometheus 3.5 asks for when it scrapes native histograms.
#[cfg(feature = "protobuf")]
const NATIVE: &str = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
    application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
    application/openmetrics-text;version=0.0.1;q=0.4,\
    text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,\
    text/plain;version=0.0.4;q=0.2,*/*;q=0.1";

/// Where expositions come from: what is asked once per scrape.
///
/// Every `Fn(&str) -> (String, Vec<u8>)` is one: it is handed the `Accept` header and returns the content
/// type and the body, and it runs in the process of the test.
///
/// # Examples
/// A target that is sometimes away:
///
/// ```
/// use prom_client_testkit::{Fetch, FetchError, Fetching, ScrapeRequest, ScrapeResponse};
///
/// struct Flaky(std::sync::atomic::AtomicUsize);
///
/// impl Fetch for Flaky {
///     fn fetch<'a>(&'a self, _: &'a ScrapeRequest) -> Fetching<'a> {
///         let turn = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///         Box::pin(async move {
///             if turn % 2 == 1 {
///                 return Err(FetchError::new("connection refused"));
///             }
///             Ok(ScrapeResponse::new("text/plain", "jobs 1\n"))
///         })
///     }
/// }
/// ```
pub trait Fetch: Send + Sync {
    /// Asks once. The one who is asked keeps to the timeout and the limit of the request.
    fn fetch<'a>(&'a self, request: &'a ScrapeRequest) -> Fetching<'a>;
}

/// The answer that [`Fetch::fetch`] is waiting for.
pub type Fetching<'a> =
    Pin<Box<dyn Future<Output = Result<ScrapeResponse, FetchError>> + Send + 'a>>;

/// What a scrape asks for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ScrapeRequest {
    /// The `Accept` header.
    pub accept: String,
    /// How long the answer may take.
    pub timeout: Duration,
    /// A body of so many bytes, after decompression, is too long. 0 is no limit.
    pub body_size_limit: usize,
}

/// What a target answers.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ScrapeResponse {
    /// The `Content-Type` header, empty if there is none.
    pub content_type: String,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// How long it took: what `scrape_duration_seconds` says. In virtual time an answer takes none.
    pub took: Duration,
}

/// Why a target did not answer, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchError {
    message: Box<str>,
    too_long: bool,
}

impl ScrapeRequest {
    /// What Prometheus 3.5 asks by default: text, with 10 seconds for the answer.
    #[must_use]
    pub fn new() -> Self {
        Self { accept: TEXTS.to_owned(), timeout: Duration::from_secs(10), body_size_limit: 0 }
    }

    /// The same, but for protobuf first, as a server asks that scrapes native histograms.
    #[cfg(feature = "protobuf")]
    #[must_use]
    pub fn native_histograms(mut self) -> Self {
        NATIVE.clone_into(&mut self.accept);
        self
    }
}

impl Default for ScrapeRequest {
    fn default() -> Self {
        Self::new()
    }
}

impl ScrapeResponse {
    /// An answer that took no time.
    pub fn new(content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self { content_type: content_type.into(), body: body.into(), took: Duration::ZERO }
    }
}

impl FetchError {
    /// An error that says this.
    pub fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string().into(), too_long: false }
    }

    /// The body exceeds [`ScrapeRequest::body_size_limit`], which `scrape_body_size_bytes` shows.
    #[must_use]
    pub fn too_long() -> Self {
        Self { too_long: true, ..Self::new("body size limit exceeded") }
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.too_long
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for FetchError {}

impl<F: Fn(&str) -> (String, Vec<u8>) + Send + Sync> Fetch for F {
    fn fetch<'a>(&'a self, request: &'a ScrapeRequest) -> Fetching<'a> {
        let (content_type, body) = self(&request.accept);
        let long = request.body_size_limit > 0 && body.len() >= request.body_size_limit;
        Box::pin(ready(if long {
            Err(FetchError::too_long())
        } else {
            Ok(ScrapeResponse::new(content_type, body))
        }))
    }
}
