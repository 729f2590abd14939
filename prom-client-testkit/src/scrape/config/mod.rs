//! The part of a `prometheus.yml` that is about scraping.
//!
//! Every mistake has its place. What Prometheus knows and the kit does not do is refused too, by name: a test should not
//! pass because of a setting that did nothing.

mod error;
mod job;
mod read;
mod targets;
mod yaml;

pub use error::ConfigError;
pub use job::{JobConfig, RefreshError};
pub(super) use targets::target_groups;

use std::io;
use std::path::Path;

use crate::model::Labels;

/// `global` and `scrape_configs` of a `prometheus.yml`. What is about rules, alerts and storage is passed over.
///
/// # Examples
/// ```
/// use prom_client_testkit::{ScrapeConfig, Timestamp};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut config = ScrapeConfig::parse("
/// global:
///   scrape_interval: 15s
/// scrape_configs:
///   - job_name: shop
///     static_configs:
///       - targets: ['shop-1:8080', 'shop-2:8080']
///         labels: {zone: eu}
/// ")?;
/// let shop = &mut config.jobs[0];
/// shop.refresh(Timestamp::from_millis(0)).await?;
/// let endpoints = shop.endpoints().collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(endpoints[1].url, "http://shop-2:8080/metrics");
/// assert_eq!(endpoints[1].interval.as_secs(), 15);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScrapeConfig {
    /// `external_labels`.
    pub external_labels: Labels,
    /// `scrape_configs`, in their order.
    pub jobs: Vec<JobConfig>,
}

impl ScrapeConfig {
    /// Reads a configuration. Files of `file_sd_configs` are looked for from where the program runs.
    ///
    /// # Errors
    /// The first mistake, or what the kit does not do.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        read::config(text, Path::new(""))
    }

    /// Reads a configuration from a file. Files of `file_sd_configs` are looked for from its folder.
    ///
    /// # Errors
    /// The file cannot be read, or its first mistake as a [`ConfigError`] within.
    pub fn read(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        read::config(&text, folder)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}
