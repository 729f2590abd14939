//! What the samples of one histogram at one time have to do with each other.

use crate::parse::cursor::Extent;

/// The samples of a histogram so far.
pub(super) struct Buckets {
    /// Where its first sample is.
    at: Extent,
    /// The latest bound.
    bound: Option<f64>,
    /// What is in the latest bucket.
    value: f64,
    count: Option<f64>,
    /// Whether there is a sum that must not shrink.
    sum: bool,
    /// The sum of a gauge histogram.
    gsum: Option<f64>,
    /// Whether a bucket ends below zero.
    negative: bool,
}

impl Buckets {
    pub(super) fn new(at: Extent) -> Self {
        Self { at, bound: None, value: 0.0, count: None, sum: false, gsum: None, negative: false }
    }

    /// Takes a sample.
    pub(super) fn sample(
        &mut self,
        suffix: &str,
        bound: impl FnOnce() -> f64,
        value: f64,
    ) -> Result<(), &'static str> {
        match suffix {
            "_bucket" => {
                let bound = bound();
                if self.bound.is_some_and(|before| bound <= before) {
                    return Err("buckets stand in the order of their bounds, each once");
                }
                if value < self.value {
                    return Err("a bucket counts all that those before it count");
                }
                self.negative |= bound < 0.0;
                self.bound = Some(bound);
                self.value = value;
            }
            "_count" | "_gcount" => self.count = Some(value),
            "_sum" => self.sum = true,
            "_gsum" => self.gsum = Some(value),
            _ => {}
        }
        Ok(())
    }

    /// Checks all of them together.
    pub(super) fn end(self) -> Result<(), (Extent, &'static str)> {
        let has_sum = self.sum || self.gsum.is_some();
        let rule = if self.bound != Some(f64::INFINITY) {
            "a histogram has a bucket `+Inf`, as its last one"
        } else if self.count.is_some_and(|count| count != self.value) {
            "the count is what the bucket `+Inf` has"
        } else if has_sum && self.count.is_none() {
            "where there is a sum there is a count"
        } else if !has_sum && self.count.is_some() {
            "where there is a count there is a sum"
        } else if self.negative && self.sum {
            "with observations below zero there is no sum, since it would shrink"
        } else if !self.negative && self.gsum.is_some_and(|sum| sum < 0.0) {
            "without observations below zero the sum is not negative"
        } else {
            return Ok(());
        };
        Err((self.at, rule))
    }
}
