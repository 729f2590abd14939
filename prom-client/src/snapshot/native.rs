//! The exponential buckets of a native histogram.

use super::Exemplar;

/// The buckets of a native histogram at one moment: sparse, exponential, and exact.
///
/// Bucket `i` of schema `s` holds the values above `2^((i - 1) / 2^s)` and up to `2^(i / 2^s)`, or their negatives. Values of at
/// most the zero threshold, either way, are in the zero bucket.
///
/// # Source
/// Prometheus' specification of native histograms, "Data model".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NativePoint<'a> {
    pub(crate) schema: i8,
    pub(crate) zero_threshold: f64,
    pub(crate) zero_count: u64,
    pub(crate) negative: &'a [(i32, u64)],
    pub(crate) positive: &'a [(i32, u64)],
    pub(crate) exemplars: &'a [Exemplar],
}

impl<'a> NativePoint<'a> {
    /// The resolution, -4 to 8: buckets grow by the factor `2^(2^-schema)`.
    #[must_use]
    pub fn schema(&self) -> i8 {
        self.schema
    }

    /// How far from 0 the zero bucket reaches.
    #[must_use]
    pub fn zero_threshold(&self) -> f64 {
        self.zero_threshold
    }

    /// The number of observations in the zero bucket.
    #[must_use]
    pub fn zero_count(&self) -> u64 {
        self.zero_count
    }

    /// The buckets above the zero bucket in which something was observed: index and count, by index.
    #[must_use]
    pub fn positive(&self) -> &'a [(i32, u64)] {
        self.positive
    }

    /// The buckets below the zero bucket in which something was observed: index and count, by index.
    #[must_use]
    pub fn negative(&self) -> &'a [(i32, u64)] {
        self.negative
    }

    /// Its exemplars, by value. They belong to no bucket.
    #[must_use]
    pub fn exemplars(&self) -> &'a [Exemplar] {
        self.exemplars
    }
}

/// The buckets of a native histogram, owned.
#[derive(Clone, Debug, PartialEq)]
pub struct NativeSnapshot {
    schema: i8,
    zero_threshold: f64,
    zero_count: u64,
    negative: Vec<(i32, u64)>,
    positive: Vec<(i32, u64)>,
    exemplars: Vec<Exemplar>,
}

impl NativeSnapshot {
    /// The same, borrowed, with what there is to ask.
    #[must_use]
    pub fn as_point(&self) -> NativePoint<'_> {
        NativePoint {
            schema: self.schema,
            zero_threshold: self.zero_threshold,
            zero_count: self.zero_count,
            negative: &self.negative,
            positive: &self.positive,
            exemplars: &self.exemplars,
        }
    }
}

impl From<NativePoint<'_>> for NativeSnapshot {
    fn from(point: NativePoint<'_>) -> Self {
        Self {
            schema: point.schema,
            zero_threshold: point.zero_threshold,
            zero_count: point.zero_count,
            negative: point.negative.to_vec(),
            positive: point.positive.to_vec(),
            exemplars: point.exemplars.to_vec(),
        }
    }
}
