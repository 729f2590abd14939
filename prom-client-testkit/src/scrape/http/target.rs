//! A target by its URL.

use std::time::Duration;

use hyper::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;
use url::Url;

use super::client::{Client, GZIP, IDENTITY, parse};
use super::error::HttpError;
use crate::parse::Format;
use crate::scrape::{Fetch, FetchError, Fetching, ScrapeRequest, ScrapeResponse};

const TIMEOUT: HeaderName = HeaderName::from_static("x-prometheus-scrape-timeout-seconds");

/// A target that is asked over HTTP/1.1, as Prometheus 3.5 asks: with its headers, with gzip, over a connection that
/// is kept, following redirections.
///
/// A status other than 200 and a `Content-Type` that Prometheus 3 does not know are errors, unless the body is empty,
/// which is read as nothing whatever it is. There is no TLS.
///
/// It runs on tokio, in a runtime with I/O and time enabled: with a [`Lab`](crate::Lab), advance in an async test.
///
/// # Examples
/// ```
/// use prom_client_testkit::{Http, ScrapeRequest};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let target = Http::new("http://127.0.0.1:1/metrics")?;
/// let error = target.get(&ScrapeRequest::new()).await.unwrap_err();
/// assert_eq!(error.to_string(), r#"Get "http://127.0.0.1:1/metrics": connection refused"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Http {
    url: Url,
    client: Client,
    fallback: Option<Format>,
}

impl Http {
    /// The target at this URL. A name and a password in it are sent as basic authentication.
    ///
    /// # Errors
    /// If it is no URL, or not one of `http`.
    pub fn new(url: &str) -> Result<Self, HttpError> {
        let mut url = parse(url)?;
        let mut client = Client::new();
        client.take_credentials(&mut url);
        Ok(Self { url, client, fallback: None })
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Whether redirections are followed, ten of them at most. They are unless told otherwise.
    pub fn follow_redirects(mut self, yes: bool) -> Self {
        self.client.follow_redirects = yes;
        self
    }

    /// Whether it asks for gzip. It does unless told otherwise.
    pub fn compression(mut self, yes: bool) -> Self {
        self.client.coding = Some(if yes { GZIP } else { IDENTITY });
        self
    }

    /// What an answer is in that does not say so, or says something unknown: `fallback_scrape_protocol`. Otherwise
    /// such an answer is an error.
    pub fn fallback(mut self, format: Format) -> Self {
        self.fallback = Some(format);
        self
    }

    /// A name and a password, sent to the target's host and to those within its domain, and not to others to which it
    /// redirects.
    pub fn basic_auth(mut self, user: &str, password: &str) -> Self {
        self.client.basic_auth(user, password);
        self
    }

    /// Credentials for `Authorization`, such as `Bearer` and a token, sent to the same hosts as a
    /// [password](Self::basic_auth).
    ///
    /// # Errors
    /// If there are bytes in them that no header can have.
    pub fn authorization(mut self, scheme: &str, credentials: &str) -> Result<Self, HttpError> {
        self.client.authorize(scheme, credentials)?;
        Ok(self)
    }

    /// Who asks; `Prometheus/3.5.3` unless told otherwise.
    ///
    /// # Errors
    /// If there are bytes in it that no header can have.
    pub fn user_agent(mut self, name: &str) -> Result<Self, HttpError> {
        self.client.user_agent =
            HeaderValue::from_str(name).map_err(|_| HttpError::Header("User-Agent"))?;
        Ok(self)
    }

    /// Asks once.
    ///
    /// # Errors
    /// There was no answer, or none that Prometheus would read.
    pub async fn get(&self, request: &ScrapeRequest) -> Result<ScrapeResponse, HttpError> {
        let response = self.ask(request).await?;
        let known = Format::from_content_type(&response.content_type).is_some();
        if known || response.body.is_empty() {
            Ok(response)
        } else {
            Err(HttpError::ContentType(response.content_type))
        }
    }

    /// The same, whatever the answer is in: a scrape counts the bytes of one that it cannot read.
    async fn ask(&self, request: &ScrapeRequest) -> Result<ScrapeResponse, HttpError> {
        let begun = Instant::now();
        let accept =
            HeaderValue::from_str(&request.accept).map_err(|_| HttpError::Header("Accept"))?;
        let seconds = HeaderValue::from_str(&seconds(request.timeout));
        let seconds =
            seconds.map_err(|_| HttpError::Header("X-Prometheus-Scrape-Timeout-Seconds"))?;
        let headers = HeaderMap::from_iter([(ACCEPT, accept), (TIMEOUT, seconds)]);
        let answer = self.client.get(&self.url, headers, request.timeout, request.body_size_limit);
        let answer = answer.await?;
        let content_type = match (Format::from_content_type(&answer.content_type), self.fallback) {
            (None, Some(fallback)) => media_type(fallback).to_owned(),
            _ => answer.content_type,
        };
        let mut response = ScrapeResponse::new(content_type, answer.body);
        response.took = begun.elapsed();
        Ok(response)
    }
}

impl Fetch for Http {
    fn fetch<'a>(&'a self, request: &'a ScrapeRequest) -> Fetching<'a> {
        Box::pin(async move { self.ask(request).await.map_err(FetchError::from) })
    }
}

/// Seconds as the reference writes them: no more digits than they need.
pub(in crate::scrape) fn seconds(duration: Duration) -> String {
    duration.as_secs_f64().to_string()
}

fn media_type(format: Format) -> &'static str {
    match format {
        Format::Text => "text/plain; version=0.0.4",
        Format::OpenMetrics => "application/openmetrics-text; version=1.0.0",
        #[cfg(feature = "protobuf")]
        Format::Protobuf => {
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
        }
    }
}
