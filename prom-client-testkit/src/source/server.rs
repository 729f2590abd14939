//! A server that speaks the HTTP API of Prometheus.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{ACCEPT, HeaderMap, HeaderValue};
use url::{Url, form_urlencoded};

use super::{Asking, QueryAnswer, QueryError, Source, json};
use crate::model::{IntoDuration, Timestamp};
use crate::promql::QueryValue;
use crate::scrape::{Ask, Client, HttpError, parse};

/// How long a stock server works on a query.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A longer answer is none.
const MOST_BYTES: usize = 512 << 20;

/// Any server with the API of Prometheus under `/api/v1`: Prometheus itself, VictoriaMetrics, Mimir, Thanos.
///
/// A query is posted as a form; where that is not allowed, it is asked by GET. It runs on tokio, in a runtime with I/O
/// and time enabled. There is no TLS.
///
/// # Examples
/// ```
/// use prom_client_testkit::{Server, Source};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = Server::new("http://127.0.0.1:1")?;
/// let error = server.assert_query("up == 1").await.unwrap_err();
/// assert_eq!(error.to_string(), r#"Get "http://127.0.0.1:1/api/v1/query": connection refused"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Server {
    base: Url,
    client: Client,
    timeout: Duration,
    by_get: bool,
}

impl Server {
    /// The server at this URL, which may have a path before `/api/v1`. A name and a password in it are sent as basic
    /// authentication.
    ///
    /// # Errors
    /// If it is no URL, or not one of `http`.
    pub fn new(url: &str) -> Result<Self, HttpError> {
        let mut base = parse(url)?;
        let name =
            HeaderValue::from_static(concat!("prom-client-testkit/", env!("CARGO_PKG_VERSION")));
        let mut client = Client::new().named(name);
        client.take_credentials(&mut base);
        base.set_query(None);
        base.set_fragment(None);
        Ok(Self { base, client, timeout: TIMEOUT, by_get: false })
    }

    /// How long a query may take, there and on the way. Two minutes unless told otherwise, as in a stock server.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Asks by GET alone, for a server or a proxy that takes no forms.
    pub fn by_get(mut self) -> Self {
        self.by_get = true;
        self
    }

    /// A name and a password.
    pub fn basic_auth(mut self, user: &str, password: &str) -> Self {
        self.client.basic_auth(user, password);
        self
    }

    /// Credentials for `Authorization`, such as `Bearer` and a token.
    ///
    /// # Errors
    /// If there are bytes in them that no header can have.
    pub fn authorization(mut self, scheme: &str, credentials: &str) -> Result<Self, HttpError> {
        self.client.authorize(scheme, credentials)?;
        Ok(self)
    }

    /// The value of a query now.
    ///
    /// # Errors
    /// The server refuses, or there is no answer.
    pub async fn query(&self, query: &str) -> Result<QueryAnswer, QueryError> {
        Source::query(self, query).await
    }

    /// The values of a query from a moment to another, the last one included if a step leads there: a matrix.
    ///
    /// # Errors
    /// The server refuses, or there is no answer; the step is no span of time.
    pub async fn query_range(
        &self,
        query: &str,
        start: Timestamp,
        end: Timestamp,
        step: impl IntoDuration,
    ) -> Result<QueryAnswer, QueryError> {
        let step = step.into_duration().map_err(QueryError::Duration)?;
        Source::query_range(self, query, start, end, step).await
    }

    /// Claims that something is so now; see [`Source::assert_query`].
    ///
    /// # Errors
    /// It is not so, with the series on its sides; or there is no answer.
    pub async fn assert_query(&self, query: &str) -> Result<(), QueryError> {
        Source::assert_query(self, query).await
    }

    async fn ask(
        &self,
        endpoint: &str,
        fields: Vec<(&str, String)>,
    ) -> Result<QueryAnswer, QueryError> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/api/v1/{endpoint}", self.base.path().trim_end_matches('/')));
        let timeout = format!("{}ms", self.timeout.as_millis());
        let fields = fields.into_iter().chain([("timeout", timeout)]);
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let posted = if self.by_get {
            None
        } else {
            let response = self.send(&url, Some(form.clone())).await?;
            // Those that say so, or a proxy before them, take no forms.
            let refused = [
                StatusCode::FORBIDDEN,
                StatusCode::METHOD_NOT_ALLOWED,
                StatusCode::NOT_IMPLEMENTED,
            ];
            Some(response).filter(|response| !refused.contains(&response.0))
        };
        let (status, body) = match posted {
            Some(response) => response,
            None => {
                url.set_query(Some(&form));
                self.send(&url, None).await?
            }
        };
        json::read(status, &body)
    }

    async fn send(
        &self,
        url: &Url,
        form: Option<String>,
    ) -> Result<(StatusCode, Vec<u8>), QueryError> {
        let ask = Ask {
            headers: HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]),
            form: form.map(Bytes::from),
            any_status: true,
            timeout: self.timeout,
            limit: MOST_BYTES,
        };
        let response = self.client.send(url, ask).await;
        let response = response.map_err(|error| QueryError::Http(error.to_string().into()))?;
        Ok((response.status, response.body))
    }
}

impl Source for Server {
    fn now(&self) -> Pin<Box<dyn Future<Output = Result<Timestamp, QueryError>> + Send + '_>> {
        Box::pin(async {
            match self.query_at("time()", None).await?.value {
                QueryValue::Scalar(seconds) => Ok(Timestamp::from_seconds(seconds)),
                other => Err(QueryError::Answer(format!("time() is a {}", other.kind()).into())),
            }
        })
    }

    fn query_at<'a>(&'a self, query: &'a str, at: Option<Timestamp>) -> Asking<'a> {
        Box::pin(async move {
            let mut fields = vec![("query", query.to_owned())];
            fields.extend(at.map(|at| ("time", at.to_string())));
            self.ask("query", fields).await
        })
    }

    fn query_range<'a>(
        &'a self,
        query: &'a str,
        start: Timestamp,
        end: Timestamp,
        step: Duration,
    ) -> Asking<'a> {
        Box::pin(async move {
            let fields = vec![
                ("query", query.to_owned()),
                ("start", start.to_string()),
                ("end", end.to_string()),
                ("step", Timestamp::from(step).to_string()),
            ];
            self.ask("query_range", fields).await
        })
    }
}
