//! A job, and where its targets come from.

#[cfg(feature = "http")]
use crate::scrape::HttpDiscovery;
use crate::scrape::{DiscoveryError, Endpoint, FileDiscovery, Job, TargetError, TargetGroup};

use crate::model::Timestamp;

/// An entry of `scrape_configs`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct JobConfig {
    /// How its targets are scraped.
    pub job: Job,
    /// `static_configs`.
    pub static_targets: Vec<TargetGroup>,
    /// `file_sd_configs`.
    pub files: Vec<FileDiscovery>,
    /// `http_sd_configs`.
    #[cfg(feature = "http")]
    pub urls: Vec<HttpDiscovery>,
}

/// Discoveries that failed. What they found before stays.
#[derive(Debug)]
pub struct RefreshError(Vec<DiscoveryError>);

impl JobConfig {
    /// A job that has no targets yet.
    ///
    /// # Examples
    /// ```
    /// use std::time::Duration;
    /// use prom_client_testkit::{FileDiscovery, Job, JobConfig};
    ///
    /// let mut shop = JobConfig::new(Job::new("shop"));
    /// shop.job.interval = Duration::from_secs(15);
    /// shop.files.push(FileDiscovery::new(["targets/shop-*.json"]));
    /// ```
    #[must_use]
    pub fn new(job: Job) -> Self {
        Self {
            job,
            static_targets: Vec::new(),
            files: Vec::new(),
            #[cfg(feature = "http")]
            urls: Vec::new(),
        }
    }

    /// Refreshes what it is time for, by this clock.
    ///
    /// # Errors
    /// What failed; everything else is fresh.
    pub async fn refresh(&mut self, now: Timestamp) -> Result<(), RefreshError> {
        let mut errors = Vec::new();
        self.refresh_each(now, |_, failed| errors.extend(failed)).await;
        if errors.is_empty() { Ok(()) } else { Err(RefreshError(errors)) }
    }

    /// The same, and says of each source that was refreshed its number, and what failed.
    #[cfg_attr(not(feature = "http"), expect(clippy::unused_async, reason = "URLs are asked"))]
    pub(crate) async fn refresh_each(
        &mut self,
        now: Timestamp,
        mut refreshed: impl FnMut(usize, Vec<DiscoveryError>),
    ) {
        for (i, files) in self.files.iter_mut().enumerate() {
            match files.refresh(now) {
                Ok(false) => {}
                Ok(true) => refreshed(i, Vec::new()),
                Err(errors) => refreshed(i, errors),
            }
        }
        #[cfg(feature = "http")]
        for (i, url) in (self.files.len()..).zip(&mut self.urls) {
            match url.refresh(now).await {
                Ok(false) => {}
                Ok(true) => refreshed(i, Vec::new()),
                Err(error) => refreshed(i, vec![error]),
            }
        }
    }

    /// When there is something to refresh again; never, if all targets are given.
    #[must_use]
    pub fn next_refresh(&self) -> Option<Timestamp> {
        let next = self.files.iter().map(FileDiscovery::next_refresh);
        #[cfg(feature = "http")]
        let next = next.chain(self.urls.iter().map(HttpDiscovery::next_refresh));
        next.min()
    }

    /// The groups of targets that are known now.
    pub fn groups(&self) -> impl Iterator<Item = &TargetGroup> {
        let groups = self.static_targets.iter();
        let groups = groups.chain(self.files.iter().flat_map(FileDiscovery::groups));
        #[cfg(feature = "http")]
        let groups = groups.chain(self.urls.iter().flat_map(HttpDiscovery::groups));
        groups
    }

    /// The endpoints that these come to; see [`Job::endpoints`].
    pub fn endpoints(&self) -> impl Iterator<Item = Result<Endpoint, TargetError>> {
        self.job.endpoints(self.groups())
    }
}

impl RefreshError {
    /// Each of them.
    #[must_use]
    pub fn errors(&self) -> &[DiscoveryError] {
        &self.0
    }
}

impl std::fmt::Display for RefreshError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let errors: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&errors.join("; "))
    }
}

impl std::error::Error for RefreshError {}
