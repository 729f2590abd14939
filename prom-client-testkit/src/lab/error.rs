//! Why a lab has no answer.

use std::error::Error;
use std::fmt;

use crate::model::{DurationError, Labels, SelectorError, Timestamp, Value};
#[cfg(feature = "promql")]
use crate::source::QueryError;

/// So many series are shown.
const SHOWN: usize = 30;

/// Why there is no answer, with the series that are there. It looks the same with `{:?}` as with `{}`, so that
/// `unwrap` is readable.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum LabError {
    /// The selector cannot be read.
    Selector(SelectorError),
    /// The span of time cannot be read.
    Duration(DurationError),
    /// No series is there that the selector means.
    Absent {
        /// The selector.
        selector: Box<str>,
        /// When.
        at: Timestamp,
        /// Series of the same metric, or else of metrics with a name like it, or else all of them.
        others: Vec<(Labels, Value)>,
    },
    /// Several series are there, and one is needed.
    Ambiguous {
        /// The selector.
        selector: Box<str>,
        /// When.
        at: Timestamp,
        /// The series.
        found: Vec<(Labels, Value)>,
    },
    /// The series is one of native histograms, and a number is needed.
    Histogram {
        /// The series.
        series: Labels,
        /// When.
        at: Timestamp,
    },
    /// A query has no answer, or not the one that was claimed.
    #[cfg(feature = "promql")]
    Query(QueryError),
}

impl fmt::Display for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Selector(error) => error.fmt(f),
            Self::Duration(error) => error.fmt(f),
            Self::Absent { selector, at, others } if others.is_empty() => {
                write!(
                    f,
                    "no series {selector} at {at}, nor any other; a lab scrapes as it is advanced"
                )
            }
            Self::Absent { selector, at, others } => {
                write!(f, "no series {selector} at {at}; there are")?;
                list(others, f)
            }
            Self::Ambiguous { selector, at, found } => {
                write!(f, "{} series {selector} at {at}, and one is needed", found.len())?;
                list(found, f)
            }
            Self::Histogram { series, at } => {
                write!(f, "{series} is a native histogram at {at}, and a number is needed")
            }
            #[cfg(feature = "promql")]
            Self::Query(error) => error.fmt(f),
        }
    }
}

fn list(series: &[(Labels, Value)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (labels, value) in series.iter().take(SHOWN) {
        write!(f, "\n  {labels} {value}")?;
    }
    match series.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => write!(f, "\n  .. and {more} more"),
    }
}

impl fmt::Debug for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for LabError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Selector(error) => Some(error),
            Self::Duration(error) => Some(error),
            #[cfg(feature = "promql")]
            Self::Query(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(feature = "promql")]
impl From<QueryError> for LabError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}
