//! Scrapes: a target's answer, as the series that a server would make of it.
//!
//! ```text
//!  Target ── Fetch ──► content type, body ──► parse ──► labels, limits ──► store, in one commit
//!    └ labels, what it may say                 └ known series: one look-up      └ up, staleness markers, ..
//! ```
//!
//! What fetches is a trait: a function in the same process is one, HTTP is another. Nothing here asks what time it
//! is: the time of a scrape is an argument.
//!
//! Targets may come from elsewhere:
//!
//! ```text
//!  ScrapeConfig ──► Job ─────────────► Endpoint ── Http, or any Fetch ──► Target
//!     config/  └─► TargetGroup ── relabel ┘
//!                  discovery/     relabel/
//! ```

mod append;
mod cache;
#[cfg(feature = "yaml")]
mod config;
mod discovery;
mod error;
mod fetch;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "regex")]
mod job;
mod labels;
mod native;
mod protocol;
#[cfg(feature = "regex")]
mod relabel;
mod target;

use std::time::Duration;

use crate::model::{STALE, Timestamp, ValueRef};
use crate::store::{Appender, Identity, SeriesId, Store};
use append::Append;
use cache::Cache;

#[cfg(feature = "yaml")]
pub use config::{ConfigError, JobConfig, RefreshError, ScrapeConfig};
#[cfg(any(feature = "http", feature = "yaml"))]
pub use discovery::DiscoveryError;
#[cfg(feature = "yaml")]
pub use discovery::FileDiscovery;
#[cfg(feature = "http")]
pub use discovery::HttpDiscovery;
pub use discovery::TargetGroup;
pub use error::{Limit, ScrapeError};
pub use fetch::{Fetch, FetchError, Fetching, ScrapeRequest, ScrapeResponse};
#[cfg(all(feature = "http", feature = "promql"))]
pub(crate) use http::{Ask, Client, parse};
#[cfg(feature = "http")]
pub use http::{Http, HttpError};
#[cfg(feature = "regex")]
pub use job::{Credentials, Endpoint, Job, TargetError};
pub use protocol::{ScrapeProtocol, UnknownProtocol};
#[cfg(feature = "regex")]
pub use relabel::{Action, RelabelBuilder, RelabelError, RelabelRule, relabel};
pub use target::{Limits, Target};

/// Scrapes one target into one store, and remembers what it said last.
///
/// # Examples
/// ```
/// use prom_client_testkit::{FetchError, ScrapeResponse, Scraper, Store, Target, Timestamp};
///
/// # let target = Target::new("shop", |_: &str| (String::new(), Vec::new()));
/// let mut scraper = Scraper::new(target);
/// let mut store = Store::new();
/// let answer = ScrapeResponse::new("text/plain", "jobs 3\n");
/// let scrape = scraper.append(&mut store, Timestamp::from_seconds(15.0), Ok(answer));
/// assert_eq!((scrape.error, scrape.scraped), (None, 1));
///
/// let scrape = scraper.append(&mut store, Timestamp::from_seconds(30.0), Err(FetchError::new("gone")));
/// assert_eq!(scrape.error.unwrap().to_string(), "gone");
/// assert_eq!(store.select(&"up".parse()?)[0].values(), [1.0, 0.0]);
/// # Ok::<(), prom_client_testkit::SelectorError>(())
/// ```
#[derive(Debug)]
pub struct Scraper {
    target: Target,
    cache: Cache,
    report: Vec<SeriesId>,
    /// Where the series are.
    store: Option<Identity>,
}

/// The series that a server adds to each scrape; if the target says so, all of them.
const REPORT: [&str; 8] = [
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
    "scrape_timeout_seconds",
    "scrape_sample_limit",
    "scrape_body_size_bytes",
];

/// So many of them are there always.
const USUAL: usize = 5;

/// What came of a scrape.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Scrape {
    /// Why the target is down, if it is.
    pub error: Option<ScrapeError>,
    /// Samples in the body; if it is broken, before the mistake.
    pub scraped: usize,
    /// Those that relabelling left.
    pub kept: usize,
    /// Series that were not in the scrape before.
    pub added: usize,
    /// Bytes of the body. There are none if there was no answer.
    pub body_size: usize,
    /// Samples that were left out since their series has another value at that time.
    pub duplicates: usize,
    /// Samples that were left out since their series has a newer one.
    pub out_of_order: usize,
    /// Samples that were left out since they are from more than ten minutes ahead, or more than an hour
    /// older than the newest sample of all.
    pub out_of_bounds: usize,
}

impl Scraper {
    /// A scraper that has not scraped yet.
    #[must_use]
    pub fn new(target: Target) -> Self {
        Self { target, cache: Cache::default(), report: Vec::new(), store: None }
    }

    /// What it scrapes.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Asks the target, and keeps the answer.
    ///
    /// # Panics
    /// If it is another store than before.
    pub async fn scrape(&mut self, store: &mut Store, at: Timestamp) -> Scrape {
        let answer = self.target.fetch().await;
        self.append(store, at, answer)
    }

    /// Keeps an answer, or that there was none.
    ///
    /// A broken answer leaves no sample, and the series that were there before end. Only those that it names
    /// before its mistake do not, as in Prometheus, which has seen them by then: new ones among them are not new in
    /// the next scrape.
    ///
    /// # Panics
    /// If it is another store than before.
    pub fn append(
        &mut self,
        store: &mut Store,
        at: Timestamp,
        answer: Result<ScrapeResponse, FetchError>,
    ) -> Scrape {
        self.check(store);
        let response = match answer {
            Ok(response) => response,
            Err(error) => {
                let error = Some(ScrapeError::Fetch(error));
                let scrape = Scrape { error, ..Scrape::default() };
                self.finish(store.appender(), at, &scrape, Duration::ZERO, false);
                return scrape;
            }
        };
        let mut append = Append::new(&self.target, &mut self.cache, store.appender(), at);
        append.read(&response);
        let (mut scrape, mut appender) = append.finish();
        scrape.body_size = response.body.len();
        if scrape.error.is_some() {
            appender.roll_back();
        }
        // An empty body is no reason to forget what is known, and neither is half of one.
        let complete = scrape.error.is_none() && !response.body.is_empty();
        self.finish(appender, at, &scrape, response.took, complete);
        scrape
    }

    /// Ends all series of the target, as when it is no longer there.
    ///
    /// # Panics
    /// If it is another store than before.
    pub fn end(&mut self, store: &mut Store, at: Timestamp) {
        self.check(store);
        let mut appender = store.appender();
        self.cache.next(false, |series| stale(&mut appender, series, at));
        for series in &self.report {
            stale(&mut appender, *series, at);
        }
        appender.commit();
    }

    /// Series are known by their numbers, which are others in another store.
    fn check(&mut self, store: &Store) {
        let before = *self.store.get_or_insert(store.identity());
        assert!(before == store.identity(), "a scraper keeps what it scrapes in one store");
    }

    /// Ends the series that were in the scrape before and are not in this one, reports, and commits.
    fn finish(
        &mut self,
        mut appender: Appender<'_>,
        at: Timestamp,
        scrape: &Scrape,
        took: Duration,
        complete: bool,
    ) {
        self.cache.next(complete, |series| stale(&mut appender, series, at));
        let series = if self.target.extra_metrics { &REPORT[..] } else { &REPORT[..USUAL] };
        if self.report.is_empty() {
            let ids = series.iter().map(|name| labels::of_report(name, &self.target.labels));
            self.report.extend(ids.map(|labels| appender.series(&labels)));
        }
        for (series, value) in self.report.iter().zip(self.values(scrape, took)) {
            // A target that goes and comes again may be scraped twice at one time: the first scrape stays.
            let _ = appender.append(*series, at, ValueRef::Float(value));
        }
        appender.commit();
    }

    /// The values of all series that report.
    fn values(&self, scrape: &Scrape, took: Duration) -> [f64; REPORT.len()] {
        let too_long = matches!(&scrape.error, Some(ScrapeError::Fetch(e)) if e.is_too_long());
        [
            if scrape.error.is_none() { 1.0 } else { 0.0 },
            took.as_secs_f64(),
            as_float(scrape.scraped),
            as_float(scrape.kept),
            as_float(scrape.added),
            self.target.request.timeout.as_secs_f64(),
            as_float(self.target.limits.samples),
            if too_long { -1.0 } else { as_float(scrape.body_size) },
        ]
    }
}

/// A marker at a time for which there is a sample is of no use.
fn stale(appender: &mut Appender<'_>, series: SeriesId, at: Timestamp) {
    let _ = appender.append(series, at, ValueRef::Float(STALE));
}

#[expect(clippy::cast_precision_loss, reason = "no scrape has so many samples")]
fn as_float(count: usize) -> f64 {
    count as f64
}
