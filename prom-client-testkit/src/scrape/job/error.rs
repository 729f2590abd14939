//! Why a discovered target cannot be scraped.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::model::{DurationError, format_duration};

/// A target that Prometheus would not scrape. The words are its.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetError {
    /// There is no `__address__`.
    NoAddress,
    /// The `__address__` is more than a host and a port.
    Address(String),
    /// The label of the interval or of the timeout is no duration.
    Duration(&'static str, DurationError),
    /// The interval or the timeout is 0.
    Zero(&'static str),
    /// The timeout is longer than the interval.
    LongTimeout {
        /// What `__scrape_timeout__` says.
        timeout: Duration,
        /// What `__scrape_interval__` says.
        interval: Duration,
    },
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAddress => f.write_str("no address"),
            Self::Address(address) => write!(f, "{address:?} is not a valid hostname"),
            Self::Duration(what, error) => write!(f, "error parsing scrape {what}: {error}"),
            Self::Zero(what) => write!(f, "scrape {what} cannot be 0"),
            Self::LongTimeout { timeout, interval } => write!(
                f,
                "scrape timeout cannot be greater than scrape interval ({:?} > {:?})",
                format_duration(*timeout),
                format_duration(*interval)
            ),
        }
    }
}

impl Error for TargetError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Duration(_, error) => Some(error),
            _ => None,
        }
    }
}
