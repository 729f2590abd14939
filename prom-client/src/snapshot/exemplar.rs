//! Exemplars: one update out of many, and where it came from.

use std::time::Duration;

use crate::label::ExemplarLabels;

/// One update that a counter or a bucket counted, with labels that lead to more about it, such as a trace id.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    labels: ExemplarLabels,
    value: f64,
    timestamp: Duration,
}

impl Exemplar {
    pub(crate) fn new(labels: ExemplarLabels, value: f64, timestamp: Duration) -> Self {
        debug_assert!(labels.fits(), "{labels:?}");
        Self { labels, value, timestamp }
    }

    /// Its labels.
    #[must_use]
    pub fn labels(&self) -> &ExemplarLabels {
        &self.labels
    }

    /// The amount that was added, or the value that was observed.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// When that was, since the Unix epoch.
    #[must_use]
    pub fn timestamp(&self) -> Duration {
        self.timestamp
    }
}

/// The exemplars of buckets: the number of each bucket, from 0, and what it has. Sorted.
pub(crate) type BucketExemplars = [(usize, Exemplar)];

/// The one of a bucket.
pub(crate) fn of_bucket(exemplars: &BucketExemplars, bucket: usize) -> Option<&Exemplar> {
    let at = exemplars.binary_search_by_key(&bucket, |(bucket, _)| *bucket).ok()?;
    Some(&exemplars[at].1)
}
