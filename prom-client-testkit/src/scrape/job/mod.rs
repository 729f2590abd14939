//! Jobs: what is common to targets, and how a discovered target becomes one that is scraped.

mod endpoint;
mod error;

pub use endpoint::Endpoint;
pub use error::TargetError;

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use super::{Limits, RelabelRule, ScrapeProtocol, ScrapeRequest, Target, TargetGroup, relabel};
use crate::model::Labels;

/// A `scrape_config`, without where its targets come from. The defaults are those of Prometheus 3.
///
/// # Examples
/// ```
/// use prom_client_testkit::{Action, Job, RelabelRule, TargetGroup};
///
/// let mut job = Job::new("shop");
/// job.params.insert("module".to_owned(), vec!["web".to_owned()]);
/// job.relabel.push(
///     RelabelRule::new(Action::Replace)
///         .source_labels(["__meta_zone"])
///         .target_label("zone")
///         .build()?,
/// );
///
/// let group = TargetGroup::new(["shop-1:8080"]).label("__meta_zone", "eu");
/// let endpoints = job.endpoints([&group]).map(|endpoint| endpoint.unwrap());
/// let endpoints: Vec<_> = endpoints.collect();
/// assert_eq!(endpoints[0].url, "http://shop-1:8080/metrics?module=web");
/// assert_eq!(
///     endpoints[0].labels.to_string(),
///     r#"{instance="shop-1:8080",job="shop",zone="eu"}"#,
/// );
/// # Ok::<(), prom_client_testkit::RelabelError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Job {
    /// `job_name`: the label `job` of its targets, unless they have one.
    pub name: String,
    /// `scrape_interval`, 1 minute.
    pub interval: Duration,
    /// `scrape_timeout`, 10 seconds.
    pub timeout: Duration,
    /// `metrics_path`, `/metrics`.
    pub path: String,
    /// `scheme`, `http`.
    pub scheme: String,
    /// `params`: what the URL asks for.
    pub params: BTreeMap<String, Vec<String>>,
    /// `honor_labels`: whether exposed labels win over those of the target.
    pub honor_labels: bool,
    /// `honor_timestamps`: whether exposed timestamps count; they do.
    pub honor_timestamps: bool,
    /// `track_timestamps_staleness`: whether series with timestamps get staleness markers.
    pub track_timestamps_staleness: bool,
    /// `always_scrape_classic_histograms`: whether classic buckets are kept beside native ones.
    pub classic_histograms: bool,
    /// `scrape_protocols`: what is asked for, the dearest first.
    pub protocols: Vec<ScrapeProtocol>,
    /// `fallback_scrape_protocol`: what an answer is in that does not say so.
    pub fallback: Option<ScrapeProtocol>,
    /// `enable_compression`: whether gzip is asked for; it is.
    pub compression: bool,
    /// `follow_redirects`: whether they are followed; they are.
    pub follow_redirects: bool,
    /// `basic_auth` and `authorization`.
    pub credentials: Option<Credentials>,
    /// `sample_limit`, `native_histogram_bucket_limit`, `label_limit`, `label_name_length_limit`,
    /// `label_value_length_limit`.
    pub limits: Limits,
    /// `native_histogram_min_bucket_factor`, 0 being none.
    pub min_bucket_factor: f64,
    /// `extra_scrape_metrics`: whether three more series report on each scrape.
    pub extra_metrics: bool,
    /// `target_limit`: how many targets there may be after relabelling, 0 being no limit. If there are more, a lab
    /// asks none of them, and all are down.
    pub target_limit: usize,
    /// `body_size_limit` in bytes, 0 being no limit.
    pub body_size_limit: usize,
    /// `relabel_configs`: for targets, before they are scraped.
    pub relabel: Vec<RelabelRule>,
    /// `metric_relabel_configs`: for samples, before they are kept.
    pub metric_relabel: Vec<RelabelRule>,
}

/// How a target knows who asks.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// A name and a password.
    Basic(String, String),
    /// What `Authorization` says: a scheme such as `Bearer`, and a token.
    Authorization(String, String),
}

impl std::fmt::Debug for Credentials {
    /// Without the secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Basic(user, _) => f.debug_tuple("Basic").field(user).finish_non_exhaustive(),
            Self::Authorization(scheme, _) => {
                f.debug_tuple("Authorization").field(scheme).finish_non_exhaustive()
            }
        }
    }
}

impl Job {
    /// A job of this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            interval: Duration::from_secs(60),
            timeout: Duration::from_secs(10),
            path: "/metrics".to_owned(),
            scheme: "http".to_owned(),
            params: BTreeMap::new(),
            honor_labels: false,
            honor_timestamps: true,
            track_timestamps_staleness: false,
            classic_histograms: false,
            protocols: ScrapeProtocol::DEFAULT.to_vec(),
            fallback: None,
            compression: true,
            follow_redirects: true,
            credentials: None,
            limits: Limits::default(),
            min_bucket_factor: 0.0,
            extra_metrics: false,
            target_limit: 0,
            body_size_limit: 0,
            relabel: Vec::new(),
            metric_relabel: Vec::new(),
        }
    }

    /// The endpoints that these groups of targets come to, each once. Targets that relabelling drops are left out; a
    /// target that cannot be scraped is an error, and the others stay.
    pub fn endpoints<'a>(
        &'a self,
        groups: impl IntoIterator<Item = &'a TargetGroup, IntoIter: 'a>,
    ) -> impl Iterator<Item = Result<Endpoint, TargetError>> + 'a {
        let mut seen = HashSet::new();
        let discovered = groups.into_iter().flat_map(TargetGroup::iter);
        let endpoints = discovered.filter_map(|labels| self.endpoint(&labels).transpose());
        endpoints.filter(move |endpoint| match endpoint {
            Ok(endpoint) => seen.insert(endpoint.clone()),
            Err(_) => true,
        })
    }

    /// The endpoint that a discovered target comes to: the labels of the job are added, those of targets rewritten,
    /// and what begins with two underscores says how to scrape it. `None` if relabelling drops it.
    ///
    /// # Errors
    /// If nothing could be scraped that way: there is no address, or a wrong one, or no proper interval.
    pub fn endpoint(&self, discovered: &Labels) -> Result<Option<Endpoint>, TargetError> {
        let all = self.with_defaults(discovered);
        match relabel(&all, &self.relabel) {
            Some(labels) => Endpoint::new(&labels, &self.params).map(Some),
            None => Ok(None),
        }
    }

    /// The target at an endpoint, asked by whatever stands for it.
    pub fn target(&self, endpoint: &Endpoint, fetch: impl super::Fetch + 'static) -> Target {
        let mut request = ScrapeRequest::new().protocols(&self.protocols);
        request.timeout = endpoint.timeout;
        request.body_size_limit = self.body_size_limit;
        let target = Target::new(self.name.clone(), fetch)
            .labels(endpoint.labels.clone())
            .request(request)
            .every(endpoint.interval)
            .honor_labels(self.honor_labels)
            .honor_timestamps(self.honor_timestamps)
            .track_timestamps_staleness(self.track_timestamps_staleness)
            .native_histogram_min_bucket_factor(self.min_bucket_factor)
            .extra_scrape_metrics(self.extra_metrics)
            .limits(self.limits);
        #[cfg(feature = "protobuf")]
        let target = target.always_scrape_classic_histograms(self.classic_histograms);
        let fallback = self.fallback.and_then(ScrapeProtocol::format);
        let target = fallback.into_iter().fold(target, Target::fallback);
        if self.metric_relabel.is_empty() {
            return target;
        }
        let rules = self.metric_relabel.clone();
        target.metric_relabel(move |labels| relabel(&labels, &rules))
    }

    /// The target at an endpoint, asked over HTTP.
    ///
    /// # Errors
    /// If its URL is none, or not one of `http`, or the credentials fit into no header.
    #[cfg(feature = "http")]
    pub fn http_target(&self, endpoint: &Endpoint) -> Result<Target, super::HttpError> {
        let mut http = super::Http::new(&endpoint.url)?
            .compression(self.compression)
            .follow_redirects(self.follow_redirects);
        http = match &self.credentials {
            Some(Credentials::Basic(user, password)) => http.basic_auth(user, password),
            Some(Credentials::Authorization(scheme, token)) => http.authorization(scheme, token)?,
            None => http,
        };
        Ok(self.target(endpoint, http))
    }

    /// What relabelling sees.
    fn with_defaults(&self, discovered: &Labels) -> Labels {
        let own = [
            ("job", self.name.clone()),
            ("__scrape_interval__", crate::model::format_duration(self.interval)),
            ("__scrape_timeout__", crate::model::format_duration(self.timeout)),
            ("__metrics_path__", self.path.clone()),
            ("__scheme__", self.scheme.clone()),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value)).into_iter();
        let params = self.params.iter();
        let params = params.filter_map(|(name, values)| {
            Some((format!("__param_{name}"), values.first()?.clone()))
        });
        let discovered = discovered.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        own.chain(params).chain(discovered).collect()
    }
}
