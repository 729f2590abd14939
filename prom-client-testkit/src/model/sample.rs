//! A value of a series, at a time.

use std::fmt;

use super::{Exemplar, ExemplarRef, Labels, NativeHistogram, Series, Timestamp};

/// The end of a series: a NaN of these bits, which no exposition can write. A query finds no sample where it
/// finds this one.
pub const STALE: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Whether this is [`STALE`], and not just any NaN.
#[must_use]
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE.to_bits()
}

/// What a sample says, borrowed from the exposition.
#[derive(Clone, Copy, Debug)]
pub struct SampleRef<'a> {
    pub(crate) series: Series<'a>,
    pub(crate) value: ValueRef<'a>,
    pub(crate) timestamp: Option<Timestamp>,
    pub(crate) start: Option<Timestamp>,
    pub(crate) exemplars: &'a [ExemplarRef<'a>],
}

/// What is sampled, borrowed.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "there are two kinds of samples in Prometheus")]
pub enum ValueRef<'a> {
    /// A number.
    Float(f64),
    /// A native histogram.
    Histogram(&'a NativeHistogram),
}

/// A sample, owned.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// The series: the metric's name, and its labels.
    pub labels: Labels,
    /// What is sampled.
    pub value: Value,
    /// The time in the exposition, if there is one. Most have none and get the time of the scrape.
    pub timestamp: Option<Timestamp>,
    /// When the series began, if the format says so.
    pub start: Option<Timestamp>,
    /// Observations that stand for it.
    pub exemplars: Vec<Exemplar>,
}

/// What is sampled. Two numbers are equal if they have the same bits, so NaN equals itself.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "there are two kinds of samples in Prometheus")]
pub enum Value {
    /// A number.
    Float(f64),
    /// A native histogram.
    Histogram(Box<NativeHistogram>),
}

impl<'a> SampleRef<'a> {
    /// The series: the metric's name, and its labels.
    #[must_use]
    pub fn series(&self) -> &Series<'a> {
        &self.series
    }

    /// What is sampled. NaN is always the same NaN, of the bits that Prometheus stores.
    #[must_use]
    pub fn value(&self) -> ValueRef<'a> {
        self.value
    }

    /// The time in the exposition, if there is one.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.timestamp
    }

    /// When the series began, if the format says so beside the sample. The `_created` lines of OpenMetrics
    /// are samples of their own, as they are for a stock server.
    #[must_use]
    pub fn start(&self) -> Option<Timestamp> {
        self.start
    }

    /// Observations that stand for it: at most one in text, several in native histograms.
    #[must_use]
    pub fn exemplars(&self) -> &'a [ExemplarRef<'a>] {
        self.exemplars
    }

    /// The same, owned.
    #[must_use]
    pub fn to_owned(&self) -> Sample {
        Sample {
            labels: self.series.to_labels(),
            value: self.value.to_owned(),
            timestamp: self.timestamp,
            start: self.start,
            exemplars: self.exemplars.iter().map(ExemplarRef::to_owned).collect(),
        }
    }
}

impl ValueRef<'_> {
    /// The number, if it is one.
    #[must_use]
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Self::Float(number) => Some(*number),
            Self::Histogram(_) => None,
        }
    }

    /// The same, owned.
    #[must_use]
    pub fn to_owned(&self) -> Value {
        match self {
            Self::Float(number) => Value::Float(*number),
            Self::Histogram(histogram) => Value::Histogram(Box::new((*histogram).clone())),
        }
    }
}

impl Sample {
    /// The name of the metric.
    #[must_use]
    pub fn name(&self) -> &str {
        self.labels.name().unwrap_or_default()
    }
}

impl Value {
    /// The number, if it is one.
    #[must_use]
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Self::Float(number) => Some(*number),
            Self::Histogram(_) => None,
        }
    }

    /// The native histogram, if it is one.
    #[must_use]
    pub fn as_histogram(&self) -> Option<&NativeHistogram> {
        match self {
            Self::Float(_) => None,
            Self::Histogram(histogram) => Some(histogram),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Histogram(a), Self::Histogram(b)) => a == b,
            _ => false,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Float(number) if number.is_infinite() => {
                f.write_str(if *number > 0.0 { "+Inf" } else { "-Inf" })
            }
            Self::Float(number) => write!(f, "{number}"),
            Self::Histogram(histogram) => histogram.fmt(f),
        }
    }
}

impl fmt::Display for Sample {
    /// The series and its value, and the time if there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.labels, self.value)?;
        match self.timestamp {
            Some(timestamp) => write!(f, " @{timestamp}"),
            None => Ok(()),
        }
    }
}
