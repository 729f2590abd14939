//! Bucket bounds that cannot be wrong.

use std::fmt;
use std::sync::Arc;

use super::native::{MOST, Native};
use crate::storage::MAX_BUCKETS;

/// The buckets of a histogram: classic ones, [native](Native) ones, or both.
///
/// Classic buckets are given by their upper bounds: finite, increasing, at least one. `+Inf` is always
/// there and not among them. Where there are only native ones, there are no bounds.
///
/// # Examples
/// ```
/// use prom_client::Buckets;
///
/// assert_eq!(Buckets::new([0.1, 1.0, 10.0])?.bounds(), [0.1, 1.0, 10.0]);
/// let error = Buckets::new([0.1, 10.0, 1.0]).unwrap_err();
/// assert_eq!(error.to_string(), "bound 1 at position 2 is not above 10 before it");
/// # Ok::<(), prom_client::BucketsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Buckets {
    bounds: Arc<[f64]>,
    native: Option<Native>,
}

impl Buckets {
    /// These bounds.
    ///
    /// # Errors
    /// When there is none, when one is NaN or infinite, when they do not increase, or when there are
    /// more than 507.
    pub fn new(bounds: impl IntoIterator<Item = f64>) -> Result<Self, BucketsError> {
        let bounds: Vec<f64> = bounds.into_iter().collect();
        if bounds.is_empty() {
            return Err(BucketsError(Why::Empty));
        }
        if bounds.len() >= MAX_BUCKETS {
            return Err(BucketsError(Why::TooMany(bounds.len())));
        }
        for (at, &bound) in bounds.iter().enumerate() {
            if !bound.is_finite() {
                return Err(BucketsError(Why::NotFinite { bound, at }));
            }
            if at > 0 && bound <= bounds[at - 1] {
                return Err(BucketsError(Why::NotIncreasing { before: bounds[at - 1], bound, at }));
            }
        }
        Ok(Self { bounds: bounds.into(), native: None })
    }

    /// [Native](Native::default) buckets and no classic ones. Those of your choice are a [`Native`].
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Buckets, Histogram, Registry};
    ///
    /// let registry = Registry::new();
    /// let latency: Histogram =
    ///     registry.metric("latency_seconds", "").buckets(Buckets::native()).register()?;
    /// latency.observe(1.0);
    /// let reading = latency.snapshot().expect("it is registered");
    /// let native = reading.native().expect("it has native buckets");
    /// assert_eq!((native.schema(), native.positive()), (3, &[(0, 1)][..]));
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    #[must_use]
    pub fn native() -> Self {
        Self::only(Native::default())
    }

    pub(super) fn only(native: Native) -> Self {
        Self { bounds: Arc::new([]), native: Some(native) }
    }

    /// These, and native ones besides, for readers that do not know native histograms beside readers that do. Each
    /// observation is counted in both.
    ///
    /// # Errors
    /// When there are too many bounds: there may be 92, and with [`max_buckets`](Native::max_buckets) together 360.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Buckets, Histogram, Native, Registry};
    ///
    /// let registry = Registry::new();
    /// let both = Buckets::new([0.1, 1.0])?.and_native(Native::factor(1.5)?)?;
    /// let latency: Histogram = registry.metric("latency_seconds", "").buckets(both).register()?;
    /// latency.observe(1.0);
    /// let reading = latency.snapshot().expect("it is registered");
    /// assert_eq!(reading.counts(), [0, 1, 0]);
    /// assert_eq!(reading.native().map(|native| native.positive().to_vec()), Some(vec![(0, 1)]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn and_native(self, native: Native) -> Result<Self, BucketsError> {
        let bounds = self.bounds.len();
        if native.fits(bounds) {
            return Ok(Self { native: Some(native), ..self });
        }
        let most = (0..bounds).rev().find(|bounds| native.fits(*bounds)).unwrap_or_default();
        Err(BucketsError(Why::TooManyBeside { bounds, most }))
    }

    /// `count` buckets, `+Inf` among them, whose bounds begin at `start` and are `width` apart.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when `count` is below 2.
    ///
    /// # Examples
    /// ```
    /// # use prom_client::Buckets;
    /// assert_eq!(Buckets::linear(10.0, 5.0, 4)?.bounds(), [10.0, 15.0, 20.0]);
    /// # Ok::<(), prom_client::BucketsError>(())
    /// ```
    pub fn linear(start: f64, width: f64, count: usize) -> Result<Self, BucketsError> {
        Self::new((1..count.min(MAX_BUCKETS + 1)).map(|i| start + width * (i - 1) as f64))
    }

    /// `count` buckets, `+Inf` among them, whose bounds begin at `start` and grow by `factor`.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when `count` is below 2.
    ///
    /// # Examples
    /// ```
    /// # use prom_client::Buckets;
    /// assert_eq!(Buckets::exponential(1.0, 2.0, 5)?.bounds(), [1.0, 2.0, 4.0, 8.0]);
    /// # Ok::<(), prom_client::BucketsError>(())
    /// ```
    pub fn exponential(start: f64, factor: f64, count: usize) -> Result<Self, BucketsError> {
        let bounds = std::iter::successors(Some(start), |bound| Some(bound * factor));
        Self::new(bounds.take(count.min(MAX_BUCKETS + 1).saturating_sub(1)))
    }

    /// The bounds, without `+Inf`.
    #[must_use]
    pub fn bounds(&self) -> &[f64] {
        &self.bounds
    }

    /// The native ones, if there are any.
    #[must_use]
    pub fn native_buckets(&self) -> Option<Native> {
        self.native
    }
}

/// The bounds that Prometheus' libraries share, for latencies of services in seconds: 0.005, 0.01,
/// 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5 and 10.
impl Default for Buckets {
    fn default() -> Self {
        let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
        Self { bounds: Arc::new(bounds), native: None }
    }
}

/// Why numbers cannot be the bounds of buckets, or the options of native ones.
#[derive(Clone, PartialEq)]
pub struct BucketsError(Why);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Why {
    Empty,
    TooMany(usize),
    NotFinite { bound: f64, at: usize },
    NotIncreasing { before: f64, bound: f64, at: usize },
    TooManyBeside { bounds: usize, most: usize },
    Factor(f64),
    MaxBuckets(usize),
    Threshold(f64),
}

impl BucketsError {
    pub(super) fn new(why: Why) -> Self {
        Self(why)
    }
}

impl fmt::Display for BucketsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Why::Empty => f.write_str("there is no bound besides +Inf"),
            Why::TooMany(n) => write!(f, "{n} bounds are more than {}", MAX_BUCKETS - 1),
            Why::NotFinite { bound, at } => {
                write!(f, "bound {bound} at position {at} is not finite; +Inf is always added")
            }
            Why::NotIncreasing { before, bound, at } => {
                write!(f, "bound {bound} at position {at} is not above {before} before it")
            }
            Why::TooManyBeside { bounds, most } => {
                write!(f, "{bounds} bounds are too many beside native buckets; {most} are not")
            }
            Why::Factor(factor) => {
                write!(f, "a factor of {factor} makes no buckets; it is above 1 and finite")
            }
            Why::MaxBuckets(n) => {
                write!(f, "at most {n} native buckets are not between 1 and {MOST}")
            }
            Why::Threshold(threshold) => {
                write!(f, "a zero bucket cannot reach {threshold}; it is 0 or above, and finite")
            }
        }
    }
}

impl std::error::Error for BucketsError {}

/// The message: what `main` prints when it returns the error.
impl fmt::Debug for BucketsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_that_are_none_are_refused_with_the_reason() {
        let inf = f64::INFINITY;
        for (bounds, message) in [
            (vec![], "there is no bound besides +Inf"),
            (vec![1.0, 1.0], "bound 1 at position 1 is not above 1 before it"),
            (vec![1.0, 0.5], "bound 0.5 at position 1 is not above 1 before it"),
            (vec![1.0, inf], "bound inf at position 1 is not finite; +Inf is always added"),
            (vec![-inf, 1.0], "bound -inf at position 0 is not finite; +Inf is always added"),
            (vec![f64::NAN], "bound NaN at position 0 is not finite; +Inf is always added"),
            ((0..508).map(f64::from).collect(), "508 bounds are more than 507"),
        ] {
            assert_eq!(Buckets::new(bounds).unwrap_err().to_string(), message);
        }
        assert!(Buckets::linear(0.0, 1.0, 1).is_err());
        assert!(Buckets::linear(0.0, 0.0, 3).is_err());
        assert!(Buckets::exponential(1.0, 1.0, 3).is_err());
        assert!(Buckets::exponential(1.0, 2.0, usize::MAX).is_err());
        assert_eq!(Buckets::linear(0.0, 1.0, 508).unwrap().bounds().len(), 507);
        assert_eq!(Buckets::linear(0.0, 1.0, 2).unwrap().bounds(), [0.0]);
    }
}
