//! Jobs in a lab: targets that are found, and lost, as time goes by.

use std::collections::HashSet;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::{Lab, Scheduled};
use crate::model::Timestamp;
use crate::scrape::{
    DiscoveryError, Endpoint, FetchError, Job, JobConfig, ScrapeConfig, Scraper, Target,
    TargetError,
};

/// A job whose targets are looked for.
pub(super) struct Discovered {
    config: JobConfig,
    connect: Box<Connect>,
    /// Whether the targets that are given were added.
    begun: bool,
    /// What the latest refresh of each source failed at.
    lost: Vec<Vec<DiscoveryError>>,
    /// Targets that cannot be scraped.
    refused: Vec<TargetError>,
}

/// Who is asked at an endpoint.
type Connect = dyn Fn(&Job, &Endpoint) -> Target + Send;

/// Where a target was found.
#[derive(Debug)]
pub(super) struct Found {
    job: String,
    endpoint: Endpoint,
    /// Why it is not asked, if the job has too many targets.
    crowded: Option<FetchError>,
}

impl Lab {
    /// Adds a job, whose targets are those that it has at any time: files and URLs are looked at when it is time to,
    /// by the virtual clock, and always at the beginning. Who is asked at an endpoint says the closure; most often
    /// [`Job::target`] and whatever stands for the program. See [targets that leave](Self#targets-that-leave).
    ///
    /// Targets are the same as before if they have the same URL, labels, interval and timeout.
    ///
    /// ```
    /// use prom_client_testkit::{Job, JobConfig, Lab, TargetGroup};
    ///
    /// let mut shop = JobConfig::new(Job::new("shop"));
    /// shop.static_targets.push(TargetGroup::new(["shop-1:80", "shop-2:80"]).label("zone", "eu"));
    /// let mut lab = Lab::new().with_job(shop, |job, endpoint| {
    ///     let body = format!("jobs{{url={:?}}} 3\n", endpoint.url);
    ///     job.target(endpoint, move |_: &str| ("text/plain".to_owned(), body.clone().into()))
    /// });
    /// lab.advance_blocking("1m")?;
    /// lab.assert_value(r#"jobs{instance="shop-2:80",url="http://shop-2:80/metrics"}"#, 3.0);
    /// # Ok::<(), prom_client_testkit::LabError>(())
    /// ```
    pub fn with_job(
        mut self,
        job: JobConfig,
        connect: impl Fn(&Job, &Endpoint) -> Target + Send + 'static,
    ) -> Self {
        self.jobs.push(Discovered {
            config: job,
            connect: Box::new(connect),
            begun: false,
            lost: Vec::new(),
            refused: Vec::new(),
        });
        self
    }

    /// Adds all jobs of a configuration; see [`with_job`](Self::with_job).
    pub fn with_config(
        self,
        config: ScrapeConfig,
        connect: impl Fn(&Job, &Endpoint) -> Target + Clone + Send + 'static,
    ) -> Self {
        config.jobs.into_iter().fold(self, |lab, job| lab.with_job(job, connect.clone()))
    }

    /// Adds all jobs of a configuration, asked over HTTP. A target whose URL or credentials are of no use for that is
    /// down.
    ///
    /// Answers take real time, and no virtual time; the runtime is that of [`advance`](Self::advance).
    #[cfg(feature = "http")]
    pub fn with_http_config(self, config: ScrapeConfig) -> Self {
        self.with_config(config, |job, endpoint| {
            job.http_target(endpoint).unwrap_or_else(|error| job.target(endpoint, Unusable(error)))
        })
    }

    /// Why jobs may lack targets, each with the name of its job: files and URLs whose latest refresh failed, which
    /// keep the targets that they had, and targets that cannot be scraped.
    pub fn job_errors(&self) -> impl Iterator<Item = (&str, &(dyn Error + Send + Sync + 'static))> {
        self.jobs.iter().flat_map(|job| {
            let lost = job.lost.iter().flatten().map(|error| error as _);
            let refused = job.refused.iter().map(|error| error as _);
            lost.chain(refused).map(|error| (&*job.config.job.name, error))
        })
    }

    pub(super) fn remove_job(&mut self, name: &str) {
        self.jobs.retain(|job| job.config.job.name != name);
    }

    /// When targets are to be looked for.
    pub(super) fn next_refresh(&self) -> Option<Timestamp> {
        let next = |job: &Discovered| {
            if job.begun { job.config.next_refresh() } else { Some(self.now) }
        };
        self.jobs.iter().filter_map(next).min()
    }

    /// Looks for the targets of the jobs for which it is time to.
    pub(super) async fn find_targets(&mut self) {
        let now = self.now;
        for i in 0..self.jobs.len() {
            let job = &mut self.jobs[i];
            if job.begun && job.config.next_refresh().is_none_or(|next| next > now) {
                continue;
            }
            job.begun = true;
            let lost = &mut job.lost;
            job.config
                .refresh_each(now, |source, errors| {
                    lost.resize_with(lost.len().max(source + 1), Vec::new);
                    lost[source] = errors;
                })
                .await;
            self.adopt(i);
        }
    }

    /// Takes over what a job knows: new targets are added, and the others of the job leave.
    fn adopt(&mut self, job: usize) {
        let job = &mut self.jobs[job];
        let name = job.config.job.name.clone();
        let (found, refused): (Vec<_>, Vec<_>) = job.config.endpoints().partition(Result::is_ok);
        job.refused = refused.into_iter().filter_map(Result::err).collect();
        let mut found: Vec<Endpoint> = found.into_iter().flatten().collect();

        let all: HashSet<Endpoint> = found.iter().cloned().collect();
        let known = self.targets.iter().filter_map(|target| target.endpoint_of(&name)).cloned();
        let known: HashSet<Endpoint> = known.collect();
        found.retain(|endpoint| !known.contains(endpoint));
        let (config, connect) = (&job.config.job, &job.connect);
        let added = found.into_iter().map(|endpoint| Scheduled {
            scraper: Scraper::new(connect(config, &endpoint)),
            due: next_multiple(self.start, self.now, endpoint.interval),
            last: None,
            found: Some(Found { job: name.clone(), endpoint, crowded: None }),
        });
        let added: Vec<_> = added.collect();
        let crowded = crowded(all.len(), config.target_limit);
        self.leave(|target| target.endpoint_of(&name).is_some_and(|at| !all.contains(at)));
        self.targets.extend(added);
        let found = self.targets.iter_mut().filter_map(|target| target.found.as_mut());
        for target in found.filter(|found| found.job == name) {
            target.crowded.clone_from(&crowded);
        }
    }
}

impl Scheduled {
    /// Where a job of this name found it, if it did.
    fn endpoint_of(&self, job: &str) -> Option<&Endpoint> {
        self.found.as_ref().filter(|found| found.job == job).map(|found| &found.endpoint)
    }

    /// Why it is not asked, if it may not be.
    pub(super) fn refused(&self) -> Option<FetchError> {
        self.found.as_ref()?.crowded.clone()
    }
}

/// Why no target of a job is asked that has so many, in the words of Prometheus.
fn crowded(targets: usize, limit: usize) -> Option<FetchError> {
    (limit > 0 && targets > limit).then(|| {
        FetchError::new(format_args!(
            "target_limit exceeded (number of targets: {targets}, limit: {limit})"
        ))
    })
}

/// The first moment from now on that is whole intervals after the beginning.
fn next_multiple(start: Timestamp, now: Timestamp, interval: Duration) -> Timestamp {
    let since = now.as_millis().abs_diff(start.as_millis());
    let interval = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX).max(1);
    start + Duration::from_millis(since.div_ceil(interval).saturating_mul(interval))
}

/// A target that cannot be asked, and why.
#[cfg(feature = "http")]
struct Unusable(crate::scrape::HttpError);

#[cfg(feature = "http")]
impl crate::scrape::Fetch for Unusable {
    fn fetch<'a>(&'a self, _: &'a crate::scrape::ScrapeRequest) -> crate::scrape::Fetching<'a> {
        Box::pin(std::future::ready(Err(FetchError::new(&self.0))))
    }
}

impl fmt::Debug for Discovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discovered")
            .field("config", &self.config)
            .field("lost", &self.lost)
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}
