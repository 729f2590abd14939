//! What answers a scrape, whatever HTTP server it comes through.
//!
//! ```text
//!  method, query, headers ──► ScrapeRequest ──► Endpoint::begin ──► Scrape ──render──► ScrapeResponse
//!                                                    └─ 405, 503 ────────────────────►  status, headers, body
//! ```
//!
//! Servers differ in how they call, name and move these things, and in nothing else: all that they must agree on is
//! here, out of strings and into bytes. Not here: paths, sockets, and any runtime.

mod body;
mod coding;
mod names;
mod places;
mod request;
mod response;
mod scrape;

pub use body::ScrapeBody;
pub use request::ScrapeRequest;
pub use response::ScrapeResponse;
pub use scrape::Scrape;

use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::encode::{ContentType, Format};
use crate::registry::Registry;
use body::Spare;
use coding::Coding;
use names::Wanted;
use places::Places;

/// Answers scrapes of a registry, for servers that have their own way with HTTP.
///
/// Clones are the same endpoint: they share the [limit](Self::max_scrapes), and the buffers that are used again from
/// scrape to scrape.
///
/// - `GET` and `HEAD` are answered, other methods with 405.
/// - `Accept` chooses the format, as [`ContentType::negotiate`] has it.
/// - `Accept-Encoding` chooses the compression, with the features `gzip` and `zstd`. Where both are wanted
///   as much it is gzip; where a client says nothing, none.
/// - `name[]` in the query, once or more, leaves all other families out. It is the name of a family or of one of its
///   samples, as it is or as it is escaped. Collectors that have none of them are not asked.
/// - `X-Prometheus-Scrape-Timeout-Seconds` says how long the client waits. If reading takes longer, what is left is not
///   read, and the answer is 503.
///
/// # Examples
/// ```
/// use prom_client::{Counter, Endpoint, Registry, ScrapeRequest};
///
/// let registry = Registry::new();
/// let jobs: Counter = registry.register("jobs", "Jobs done.")?;
/// let fails: Counter = registry.register("fails", "Jobs failed.")?;
/// let endpoint = Endpoint::new(&registry);
///
/// let mut request = ScrapeRequest::new("GET", Some("name[]=jobs_total"));
/// request.header("Accept", b"application/openmetrics-text;version=1.0.0");
/// let response = endpoint.answer(&request);
/// assert_eq!(response.status(), 200);
/// assert_eq!(
///     response.header("content-type"),
///     Some("application/openmetrics-text; version=1.0.0; charset=utf-8"),
/// );
/// assert_eq!(
///     response.body().as_ref(),
///     b"# TYPE jobs counter\n# HELP jobs Jobs done.\njobs_total 0\n# EOF\n",
/// );
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Endpoint {
    registry: Registry,
    formats: Vec<Format>,
    compresses: bool,
    most: NonZeroUsize,
    places: Arc<Places>,
    texts: Arc<Spare>,
    compressed: Arc<Spare>,
}

impl Endpoint {
    /// An endpoint of this registry, for every format, with compression, and at most 16 scrapes at a time.
    #[must_use]
    pub fn new(registry: &Registry) -> Self {
        Self {
            registry: registry.clone(),
            formats: Format::ALL.to_vec(),
            compresses: true,
            most: MOST_SCRAPES,
            places: Arc::default(),
            texts: Arc::default(),
            compressed: Arc::default(),
        }
    }

    /// Answers in this format, whatever the client accepts, instead of the one it likes best.
    #[must_use]
    pub fn only(mut self, format: Format) -> Self {
        self.formats = vec![format];
        self
    }

    /// Never compresses: say for a server that does so itself.
    #[must_use]
    pub fn without_compression(mut self) -> Self {
        self.compresses = false;
        self
    }

    /// Reads the registry for at most so many scrapes at a time, and at least one; others are answered with
    /// 503 and the advice to try again in a second.
    ///
    /// A scrape counts from [`begin`](Self::begin) until it is rendered or dropped, also when its client has gone.
    #[must_use]
    pub fn max_scrapes(mut self, most: usize) -> Self {
        self.most = NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN);
        self
    }

    /// Decides what the answer is, without reading a metric: the scrape that is to be
    /// [rendered](Scrape::render), or a refusal.
    ///
    /// It takes a microsecond and is for the thread that has the connection. To render takes long where there are
    /// many series or slow collectors, and is for a thread that may block.
    ///
    /// # Errors
    /// The refusal: 405 for a method other than `GET` and `HEAD`, and 503 when there are too many scrapes already.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Endpoint, ScrapeRequest, ScrapeResponse};
    ///
    /// async fn answer(endpoint: &Endpoint, request: &ScrapeRequest) -> ScrapeResponse {
    ///     let scrape = match endpoint.begin(request) {
    ///         Ok(scrape) => scrape,
    ///         Err(refusal) => return refusal,
    ///     };
    ///     let rendered = tokio::task::spawn_blocking(move || scrape.render()).await;
    ///     rendered.unwrap_or_else(|_| ScrapeResponse::failed())
    /// }
    /// ```
    pub fn begin(&self, request: &ScrapeRequest) -> Result<Scrape, ScrapeResponse> {
        if !["GET", "HEAD"].contains(&request.method()) {
            return Err(ScrapeResponse::wrong_method());
        }
        let place = self.places.take(self.most).ok_or_else(ScrapeResponse::too_many)?;
        let coding = match self.compresses {
            true => Coding::negotiate(request.accept_encoding()),
            false => None,
        };
        Ok(Scrape {
            registry: self.registry.clone(),
            content_type: ContentType::negotiate(request.accept(), &self.formats),
            coding,
            wanted: Wanted::parse(request.query()),
            begun: self.registry.clock().instant(),
            timeout: request.timeout(),
            texts: Arc::clone(&self.texts),
            compressed: Arc::clone(&self.compressed),
            place,
        })
    }

    /// The answer, rendered on this thread.
    #[must_use]
    pub fn answer(&self, request: &ScrapeRequest) -> ScrapeResponse {
        match self.begin(request) {
            Ok(scrape) => scrape.render(),
            Err(refusal) => refusal,
        }
    }
}

/// Servers in pairs, and a few people who look.
const MOST_SCRAPES: NonZeroUsize = NonZeroUsize::new(16).expect("it is not 0");
