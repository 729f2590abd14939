//! Native buckets: what a user chooses, and how they are read.

use std::time::Duration;

use super::buckets::{Buckets, BucketsError, Why};
use crate::snapshot::{Exemplar, HistogramPoint, NativePoint};
use crate::storage::native::{self, MOST_BUCKETS};
use crate::storage::{Handle, Search, exponential};

/// The native, exponential buckets of a histogram: how fine they are, and what happens when there are too many.
///
/// Each bucket ends where the next one begins, and is wider by a constant factor. Only buckets in which something was
/// observed take memory and are exposed. There is no range to be chosen: they reach from the smallest to the
/// largest float, on both sides of 0. What is very close to 0 is in the zero bucket.
///
/// # When there are too many
/// The bucket beyond [`max_buckets`](Self::max_buckets) has the histogram take the first of these steps that is
/// possible, and each further observation the next one, as long as there are still too many:
///
/// 1. It begins anew, if [`min_reset_duration`](Self::min_reset_duration) has passed.
/// 2. The zero bucket takes in those next to it, up to [`max_zero_threshold`](Self::max_zero_threshold).
/// 3. The resolution is halved: pairs of buckets become one. A bucket spans 16 powers of two at most.
///
/// A histogram that has grown or halved some two dozen times since it began leaves out step 2. Steps 2 and 3 lose no
/// observation. They are undone by beginning anew, once `min_reset_duration` has
/// passed: the reading that finds it so is the last one of what was, be it a scrape or a
/// [snapshot](crate::Histogram::snapshot). The start time tells readers.
///
/// # Cost
/// Each thread that observes a busy series, or one with more buckets than the first few dozen, has 512 bytes to 4 KiB of
/// its own for it, at each resolution at which it observed. So memory is taken by series times threads, without the
/// bound that there is for other metrics.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use prom_client::{Histogram, Native, Registry};
///
/// let registry = Registry::new();
/// let native = Native::factor(1.2)?
///     .max_buckets(100)?
///     .max_zero_threshold(1e-3)?
///     .min_reset_duration(Duration::from_secs(3600));
/// let latency: Histogram =
///     registry.metric("latency_seconds", "Time to answer.").buckets(native).register()?;
/// latency.observe(0.25);
///
/// let reading = latency.snapshot().expect("it is registered");
/// let native = reading.native().expect("it has native buckets");
/// // Four buckets from one power of two to the next, so that number -8 ends at 2^(-8/4).
/// assert_eq!((native.schema(), native.positive()), (2, &[(-8, 1)][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Source
/// Prometheus' specification of native histograms; the steps and defaults are those of Go's client library.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Native {
    schema: i32,
    max_buckets: usize,
    zero_threshold: f64,
    max_zero_threshold: f64,
    min_reset_duration: Duration,
}

/// A factor of at most 1.1, at most 160 buckets, a zero bucket up to 2^-128 that grows no wider, and no resets.
impl Default for Native {
    fn default() -> Self {
        Self {
            schema: 3,
            max_buckets: 160,
            zero_threshold: 2_f64.powi(-128),
            max_zero_threshold: 0.0,
            min_reset_duration: Duration::ZERO,
        }
    }
}

impl Native {
    /// The [default](Self::default), with buckets each wider than the one before by at most this factor. There are
    /// 13 resolutions, from a factor of 1.0027 to one of 65,536, of which the coarsest that is fine enough is taken.
    ///
    /// # Errors
    /// When the factor is not above 1, or infinite.
    pub fn factor(factor: f64) -> Result<Self, BucketsError> {
        if !(factor > 1.0 && factor.is_finite()) {
            return Err(BucketsError::new(Why::Factor(factor)));
        }
        Ok(Self { schema: exponential::schema_of(factor), ..Self::default() })
    }

    /// How many buckets there may be before something is done about it, without the zero bucket. Beside classic
    /// buckets there may be fewer: see [`Buckets::and_native`].
    ///
    /// # Errors
    /// When it is 0 or above 360.
    pub fn max_buckets(self, max_buckets: usize) -> Result<Self, BucketsError> {
        if max_buckets == 0 || !native::Native::fits(0, max_buckets) {
            return Err(BucketsError::new(Why::MaxBuckets(max_buckets)));
        }
        Ok(Self { max_buckets, ..self })
    }

    /// How far from 0 the zero bucket reaches; 0 for a bucket of nothing but 0. Best a power of two, which is a bound
    /// of buckets at any resolution.
    ///
    /// # Errors
    /// When it is negative, infinite or NaN.
    pub fn zero_threshold(self, zero_threshold: f64) -> Result<Self, BucketsError> {
        Ok(Self { zero_threshold: threshold(zero_threshold)?, ..self })
    }

    /// How far the zero bucket may grow to make buckets fewer. 0, and whatever it reaches already, lets it stay as it
    /// is.
    ///
    /// # Errors
    /// When it is negative, infinite or NaN.
    pub fn max_zero_threshold(self, max_zero_threshold: f64) -> Result<Self, BucketsError> {
        Ok(Self { max_zero_threshold: threshold(max_zero_threshold)?, ..self })
    }

    /// After so much time, by the clock of the registry, a histogram with too many buckets begins anew. Zero for
    /// never; less than a second is a second.
    #[must_use]
    pub fn min_reset_duration(self, min_reset_duration: Duration) -> Self {
        // A reading that a reset comes between is made again.
        let never = min_reset_duration.is_zero();
        let least = if never { Duration::ZERO } else { Duration::from_secs(1) };
        Self { min_reset_duration: min_reset_duration.max(least), ..self }
    }

    /// Whether there is room for these and so many classic bounds.
    pub(super) fn fits(self, bounds: usize) -> bool {
        native::Native::fits(bounds, self.max_buckets)
    }

    /// As storage wants it, beside classic buckets.
    pub(super) fn beside(self, classic: Search) -> native::Native {
        let zero = [self.zero_threshold, self.max_zero_threshold];
        let reset_after = u64::try_from(self.min_reset_duration.as_nanos()).unwrap_or(u64::MAX);
        native::Native::new(classic, self.schema, zero, self.max_buckets, reset_after)
    }
}

fn threshold(threshold: f64) -> Result<f64, BucketsError> {
    if threshold >= 0.0 && threshold.is_finite() {
        // Not -0.
        Ok(threshold.abs())
    } else {
        Err(BucketsError::new(Why::Threshold(threshold)))
    }
}

impl From<Native> for Buckets {
    /// Native buckets only.
    fn from(native: Native) -> Self {
        Self::only(native)
    }
}

/// Whether a reading has the histogram begin anew if that is due: [`native::read`], or not: [`native::look`].
pub(super) type Read = fn(Handle, &native::Native, &mut native::Reading) -> Option<()>;

/// Buffers of readings.
#[derive(Debug, Default)]
pub(super) struct Reading(native::Reading);

impl Reading {
    /// Calls `each` with what a histogram shows, if it lives.
    pub(super) fn read(
        &mut self,
        handle: Handle,
        native: &native::Native,
        read: Read,
        each: impl FnOnce(HistogramPoint<'_>),
    ) {
        // Exemplars first: then what is read counts the observations that they are of, but for those from before the
        // histogram began anew.
        let exemplars: Vec<Exemplar> = native::exemplars(handle)
            .into_iter()
            .map(|kept| Exemplar::new(kept.labels, kept.value, Duration::from_nanos(kept.time)))
            .collect();
        let reading = &mut self.0;
        if read(handle, native, reading).is_none() {
            return;
        }
        let point = NativePoint {
            schema: reading.schema as i8,
            zero_threshold: reading.zero_threshold,
            zero_count: reading.zero_count,
            negative: &reading.negative,
            positive: &reading.positive,
            exemplars: &exemplars,
        };
        let histogram = HistogramPoint::new(native.classic.bounds(), &reading.counts, reading.sum);
        each(histogram.with_native(point).reset_at(reading.since.map(Duration::from_nanos)));
    }
}

/// Most buckets that [`Native::max_buckets`] takes.
pub(super) const MOST: usize = MOST_BUCKETS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_native_buckets_cannot_be_is_refused_with_the_reason() {
        let native = Native::default();
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        for (refused, message) in [
            (Native::factor(1.0), "a factor of 1 makes no buckets; it is above 1 and finite"),
            (Native::factor(nan), "a factor of NaN makes no buckets; it is above 1 and finite"),
            (Native::factor(inf), "a factor of inf makes no buckets; it is above 1 and finite"),
            (native.max_buckets(0), "at most 0 native buckets are not between 1 and 360"),
            (native.max_buckets(361), "at most 361 native buckets are not between 1 and 360"),
            (
                native.zero_threshold(-1.0),
                "a zero bucket cannot reach -1; it is 0 or above, and finite",
            ),
            (
                native.max_zero_threshold(inf),
                "a zero bucket cannot reach inf; it is 0 or above, and finite",
            ),
        ] {
            assert_eq!(refused.unwrap_err().to_string(), message);
        }
        assert_eq!(Native::factor(1.1).unwrap(), native);
        assert_eq!(native.max_buckets(MOST).unwrap().max_buckets, 360);
    }

    #[cfg(not(loom))]
    #[test]
    fn classic_bounds_leave_native_buckets_their_room() {
        let bounds = |n: u16| Buckets::new((0..n).map(f64::from)).unwrap();
        for (max_buckets, most) in [(1, 92), (160, 92), (268, 92), (269, 91), (300, 60), (359, 1)] {
            let native = Native::default().max_buckets(max_buckets).unwrap();
            assert!(bounds(most).and_native(native).is_ok(), "{max_buckets}");
            assert_eq!(
                bounds(most + 1).and_native(native).unwrap_err().to_string(),
                format!("{} bounds are too many beside native buckets; {most} are not", most + 1)
            );
        }
    }
}
