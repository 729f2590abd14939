//! A target: who is asked, under which labels, and what it may say.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::native::schema_of_factor;
use super::{Fetch, FetchError, ScrapeRequest, ScrapeResponse};
use crate::model::{IntoDuration, Labels};
use crate::parse::Format;

/// Changes the labels of a sample after the target's were added, or drops it.
pub(super) type Relabel = dyn Fn(Labels) -> Option<Labels> + Send + Sync;

/// Something to scrape. The defaults are those of `prometheus.yml`.
///
/// # Examples
/// ```
/// use prom_client_testkit::Target;
///
/// let target = Target::new("shop", |_: &str| ("text/plain".to_owned(), b"up_to_date 1\n".to_vec()))
///     .label("instance", "shop-1:8080")
///     .label("zone", "eu")
///     .honor_labels(true);
/// ```
#[derive(Clone)]
#[must_use]
pub struct Target {
    pub(super) fetch: Arc<dyn Fetch>,
    pub(super) labels: Labels,
    pub(super) request: ScrapeRequest,
    pub(super) honor_labels: bool,
    pub(super) honor_timestamps: bool,
    pub(super) track_timestamps_staleness: bool,
    #[cfg(feature = "protobuf")]
    pub(super) classic_histograms: bool,
    pub(super) fallback: Option<Format>,
    pub(super) limits: Limits,
    pub(super) max_schema: i32,
    pub(super) extra_metrics: bool,
    pub(super) relabel: Option<Arc<Relabel>>,
    pub(super) every: Option<Duration>,
}

/// How much a target may say, 0 being no limit. Beyond it the whole scrape fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Samples that are numbers, after relabelling. (Later versions than 3.5 count native histograms too.)
    pub samples: usize,
    /// Buckets of a native histogram; one that has more is kept with a lower resolution, if there is one at which it
    /// has no more.
    pub buckets: usize,
    /// Labels of a sample, the name of the metric included.
    pub labels: usize,
    /// Bytes in the name of a label.
    pub label_name: usize,
    /// Bytes in the value of a label, the name of the metric included.
    pub label_value: usize,
}

impl Target {
    /// A target of this job. Its `instance` is the job's name too until a [label](Self::label) says
    /// otherwise.
    pub fn new(job: impl Into<Box<str>>, fetch: impl Fetch + 'static) -> Self {
        let job = job.into();
        Self {
            fetch: Arc::new(fetch),
            labels: [("instance", job.clone()), ("job", job)].into(),
            request: ScrapeRequest::new(),
            honor_labels: false,
            honor_timestamps: true,
            track_timestamps_staleness: false,
            #[cfg(feature = "protobuf")]
            classic_histograms: false,
            fallback: None,
            limits: Limits::default(),
            max_schema: schema_of_factor(1.0),
            extra_metrics: false,
            relabel: None,
            every: None,
        }
    }

    /// Sets a label of all series of the target. An empty value takes the label away.
    pub fn label(mut self, name: &str, value: &str) -> Self {
        self.labels = self.labels.iter().chain([(name, value)]).collect();
        self
    }

    /// Sets all labels of the target: what service discovery and relabelling came to.
    pub fn labels(mut self, labels: Labels) -> Self {
        self.labels = labels;
        self
    }

    /// What is asked at each scrape.
    pub fn request(mut self, request: ScrapeRequest) -> Self {
        self.request = request;
        self
    }

    /// Asks for native histograms, that is for protobuf before anything else.
    #[cfg(feature = "protobuf")]
    pub fn native_histograms(mut self) -> Self {
        self.request = self.request.native_histograms();
        self
    }

    /// Whether exposed labels win over the target's. Otherwise `job` becomes `exported_job`.
    pub fn honor_labels(mut self, yes: bool) -> Self {
        self.honor_labels = yes;
        self
    }

    /// Whether exposed timestamps count. Otherwise every sample has the time of the scrape.
    pub fn honor_timestamps(mut self, yes: bool) -> Self {
        self.honor_timestamps = yes;
        self
    }

    /// Whether series that are exposed with timestamps get staleness markers too.
    pub fn track_timestamps_staleness(mut self, yes: bool) -> Self {
        self.track_timestamps_staleness = yes;
        self
    }

    /// What its body is read as if the content type does not say. Without it, such a scrape fails.
    pub fn fallback(mut self, format: Format) -> Self {
        self.fallback = Some(format);
        self
    }

    /// Whether classic buckets of a histogram that is also native are kept.
    #[cfg(feature = "protobuf")]
    pub fn always_scrape_classic_histograms(mut self, yes: bool) -> Self {
        self.classic_histograms = yes;
        self
    }

    /// How much the buckets of native histograms grow at least, from one to the next; those that grow less are kept
    /// with a lower resolution. 0 is as they are.
    pub fn native_histogram_min_bucket_factor(mut self, factor: f64) -> Self {
        self.max_schema = schema_of_factor(factor);
        self
    }

    /// Whether `scrape_timeout_seconds`, `scrape_sample_limit` and `scrape_body_size_bytes` stand beside `up`.
    pub fn extra_scrape_metrics(mut self, yes: bool) -> Self {
        self.extra_metrics = yes;
        self
    }

    /// How much it may say.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// What happens to the labels of each series, once, before it is kept: `metric_relabel_configs`.
    /// `None`, and labels that are all empty, drop the sample.
    pub fn metric_relabel(
        mut self,
        relabel: impl Fn(Labels) -> Option<Labels> + Send + Sync + 'static,
    ) -> Self {
        self.relabel = Some(Arc::new(relabel));
        self
    }

    /// How often it is scraped, if not as often as the others.
    ///
    /// # Panics
    /// If that is no span of time, or shorter than a millisecond.
    #[track_caller]
    pub fn every(mut self, interval: impl IntoDuration) -> Self {
        let interval = match interval.into_duration() {
            Ok(interval) => interval,
            Err(error) => panic!("{error}"),
        };
        assert!(interval >= Duration::from_millis(1), "an interval of {interval:?}");
        self.every = Some(interval);
        self
    }

    /// Asks it once, and keeps nothing.
    ///
    /// # Errors
    /// There was no answer.
    pub async fn fetch(&self) -> Result<ScrapeResponse, FetchError> {
        self.fetch.fetch(&self.request).await
    }

    /// What it is asked at each scrape.
    #[must_use]
    pub fn scrape_request(&self) -> &ScrapeRequest {
        &self.request
    }

    /// The labels of all its series.
    #[must_use]
    pub fn target_labels(&self) -> &Labels {
        &self.labels
    }

    /// How often it is scraped, if it says so.
    #[must_use]
    pub fn interval(&self) -> Option<Duration> {
        self.every
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("labels", &self.labels)
            .field("request", &self.request)
            .field("honor_labels", &self.honor_labels)
            .field("honor_timestamps", &self.honor_timestamps)
            .field("track_timestamps_staleness", &self.track_timestamps_staleness)
            .field("fallback", &self.fallback)
            .field("limits", &self.limits)
            .field("max_schema", &self.max_schema)
            .field("extra_metrics", &self.extra_metrics)
            .field("relabel", &self.relabel.is_some())
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}
