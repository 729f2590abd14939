//! One reading of one series.

use std::time::Duration;

use super::{NativePoint, StateSetPoint};

/// What a series shows at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Point<'a> {
    /// A counter's total.
    Counter(Number),
    /// A gauge's value.
    Gauge(Number),
    /// A histogram's buckets and sum.
    Histogram(HistogramPoint<'a>),
    /// A gauge histogram's buckets and sum.
    GaugeHistogram(HistogramPoint<'a>),
    /// A summary's count, sum and quantiles.
    Summary(SummaryPoint<'a>),
    /// An info's 1.
    Info,
    /// The states of a state set, one of which is.
    StateSet(StateSetPoint<'a>),
    /// A value of unknown meaning.
    Unknown(Number),
}

impl Point<'_> {
    /// When the series began to count, that was made at `start`: a native histogram may have begun anew.
    pub(crate) fn start(&self, start: Duration) -> Duration {
        match self {
            Self::Histogram(histogram) => histogram.since.unwrap_or(start),
            _ => start,
        }
    }
}

/// A number as it was counted: integers keep every digit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Number {
    /// Of an integer counter.
    U64(u64),
    /// Of an integer gauge.
    I64(i64),
    /// Of everything else.
    F64(f64),
}

impl Number {
    /// The number as a server keeps it, with 53 bits.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "that is what a server does")]
    pub const fn as_f64(self) -> f64 {
        match self {
            Self::U64(n) => n as f64,
            Self::I64(n) => n as f64,
            Self::F64(n) => n,
        }
    }
}

impl From<u64> for Number {
    fn from(n: u64) -> Self {
        Self::U64(n)
    }
}

impl From<i64> for Number {
    fn from(n: i64) -> Self {
        Self::I64(n)
    }
}

impl From<f64> for Number {
    fn from(n: f64) -> Self {
        Self::F64(n)
    }
}

/// The buckets and the sum of a histogram, all of one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HistogramPoint<'a> {
    bounds: &'a [f64],
    counts: &'a [u64],
    sum: f64,
    native: Option<NativePoint<'a>>,
    since: Option<Duration>,
}

impl<'a> HistogramPoint<'a> {
    /// `counts[i]` observations fell into the bucket up to and including `bounds[i]` and above the
    /// bound before; the last of `counts` is for what is above all bounds.
    pub(crate) fn new(bounds: &'a [f64], counts: &'a [u64], sum: f64) -> Self {
        debug_assert_eq!(bounds.len() + 1, counts.len());
        Self { bounds, counts, sum, native: None, since: None }
    }

    /// The same observations in native buckets too. A histogram that has only these has no bounds, and
    /// all its observations above them.
    pub(crate) fn with_native(self, native: NativePoint<'a>) -> Self {
        Self { native: Some(native), ..self }
    }

    /// Whether it has no buckets but native ones: that of `+Inf` is only its count then.
    #[cfg(any(feature = "openmetrics2", feature = "protobuf"))]
    pub(crate) fn is_native_only(&self) -> bool {
        self.native.is_some() && self.bounds.is_empty()
    }

    /// Begun anew at this time, since the Unix epoch, if it was.
    pub(crate) fn reset_at(self, since: Option<Duration>) -> Self {
        Self { since, ..self }
    }

    /// The native buckets, if it has such.
    #[must_use]
    pub fn native(&self) -> Option<NativePoint<'a>> {
        self.native
    }

    /// The upper bounds, without `+Inf`.
    #[must_use]
    pub fn bounds(&self) -> &'a [f64] {
        self.bounds
    }

    /// The number of observations per bucket, not cumulative; the last one is that of `+Inf`.
    #[must_use]
    pub fn counts(&self) -> &'a [u64] {
        self.counts
    }

    /// The number of all observations.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().fold(0, |sum, n| sum.wrapping_add(*n))
    }

    /// The sum of all observations.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum
    }
}

/// The count, the sum and the quantiles of a summary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SummaryPoint<'a> {
    count: u64,
    sum: f64,
    ranks: &'a [f64],
    values: &'a [f64],
}

impl<'a> SummaryPoint<'a> {
    /// `values[i]` is the quantile `ranks[i]`; what goes beyond the ranks is left out.
    pub(crate) fn new(count: u64, sum: f64, ranks: &'a [f64], values: &'a [f64]) -> Self {
        debug_assert!(ranks.len() <= values.len());
        Self { count, sum, ranks, values: &values[..ranks.len()] }
    }

    /// The number of all observations.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The sum of all observations.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// The quantiles, increasing, each with its value: NaN where nothing was observed lately.
    pub fn quantiles(&self) -> impl Iterator<Item = (f64, f64)> + use<'a> {
        self.ranks.iter().copied().zip(self.values.iter().copied())
    }

    /// Which quantiles there are, increasing.
    #[must_use]
    pub fn ranks(&self) -> &'a [f64] {
        self.ranks
    }
}
