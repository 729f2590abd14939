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
    /// Refreshes what it is time for, by this clock.
    ///
    /// # Errors
    /// What failed; everything else is fresh.
    #[cfg_attr(not(feature = "http"), expect(clippy::unused_async, reason = "URLs are asked"))]
    pub async fn refresh(&mut self, now: Timestamp) -> Result<(), RefreshError> {
        let mut errors = Vec::new();
        for files in &mut self.files {
            errors.extend(files.refresh(now).err().into_iter().flatten());
        }
        #[cfg(feature = "http")]
        for url in &mut self.urls {
            errors.extend(url.refresh(now).await.err());
        }
        if errors.is_empty() { Ok(()) } else { Err(RefreshError(errors)) }
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
