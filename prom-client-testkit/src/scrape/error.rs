//! Why a target is down.

use std::error::Error;
use std::fmt;

use super::FetchError;
use crate::model::{HistogramError, Labels};
use crate::parse::ParseError;

/// Why a scrape failed. Nothing of its answer is kept.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ScrapeError {
    /// There was no answer.
    Fetch(FetchError),
    /// The content type names no format that Prometheus reads, and nothing says what to read instead.
    ContentType(Box<str>),
    /// The body is broken.
    Parse(ParseError),
    /// It says more than it may.
    Limit(Limit),
    /// Relabelling left a series without the name of a metric.
    NoName(Labels),
    /// Relabelling left a label without a name.
    NoLabelName(Labels),
    /// The parts of a native histogram do not belong together.
    Histogram {
        /// The series, before relabelling.
        series: Labels,
        /// What is wrong.
        error: HistogramError,
    },
}

/// A limit, and what exceeds it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// Too many samples, after relabelling.
    Samples {
        /// How many there may be.
        limit: usize,
    },
    /// Too many buckets of a native histogram, even at the lowest resolution.
    Buckets {
        /// How many there may be.
        limit: usize,
    },
    /// Too many labels of one series.
    Labels {
        /// The series.
        series: Labels,
        /// How many labels it may have, the name of the metric included.
        limit: usize,
    },
    /// The name of a label is too long.
    LabelName {
        /// The series.
        series: Labels,
        /// The name.
        name: Box<str>,
        /// How many bytes it may have.
        limit: usize,
    },
    /// The value of a label is too long.
    LabelValue {
        /// The series.
        series: Labels,
        /// The name of the label.
        name: Box<str>,
        /// How many bytes its value may have.
        limit: usize,
    },
}

impl fmt::Display for ScrapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fetch(error) => error.fmt(f),
            Self::ContentType(given) => unreadable(given, f),
            Self::Parse(error) => error.fmt(f),
            Self::Limit(limit) => limit.fmt(f),
            Self::NoName(labels) => write!(f, "a series without the name of a metric: {labels}"),
            Self::NoLabelName(labels) => write!(f, "a label without a name: {labels}"),
            Self::Histogram { series, error } => write!(f, "{error}: {series}"),
        }
    }
}

/// That nobody knows what an answer is in, in the words of Prometheus.
pub(super) fn unreadable(content_type: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if content_type.is_empty() {
        f.write_str("non-compliant scrape target sending blank Content-Type")?;
    } else {
        write!(f, "received unsupported Content-Type {content_type:?}")?;
    }
    f.write_str(" and no fallback_scrape_protocol specified for target")
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Samples { limit } => write!(f, "more than {limit} samples"),
            Self::Buckets { limit } => {
                write!(f, "more than {limit} buckets of a native histogram, at any resolution")
            }
            Self::Labels { series, limit } => {
                write!(f, "{} labels, and there may be {limit}: {series}", series.len())
            }
            Self::LabelName { series, name, limit } => {
                write!(f, "the label {name:?} is longer than {limit} bytes: {series}")
            }
            Self::LabelValue { series, name, limit } => {
                write!(f, "the value of {name:?} is longer than {limit} bytes: {series}")
            }
        }
    }
}

impl Error for ScrapeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Fetch(error) => Some(error),
            Self::Parse(error) => Some(error),
            Self::Histogram { error, .. } => Some(error),
            Self::ContentType(_) | Self::Limit(_) | Self::NoName(_) | Self::NoLabelName(_) => None,
        }
    }
}
