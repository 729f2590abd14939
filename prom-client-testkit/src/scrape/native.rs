//! Native histograms with fewer buckets than they were exposed with.

use std::borrow::Cow;

use crate::model::NativeHistogram;

/// What a native histogram may be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resolution {
    /// The highest schema.
    pub(super) schema: i32,
    /// How many buckets there may be, 0 being no limit.
    pub(super) buckets: usize,
}

impl Resolution {
    /// The histogram at the highest resolution at which it is as it may be. There is none if it has too many buckets
    /// even at the lowest.
    pub(super) fn fit<'a>(
        &self,
        histogram: &'a NativeHistogram,
    ) -> Option<Cow<'a, NativeHistogram>> {
        let mut fit = Cow::Borrowed(histogram);
        if KNOWN.contains(&histogram.schema) && histogram.schema > self.schema {
            fit = Cow::Owned(histogram.with_schema(self.schema));
        }
        let buckets = |h: &NativeHistogram| h.positive.counts.len() + h.negative.counts.len();
        while self.buckets > 0 && buckets(&fit) > self.buckets {
            if !KNOWN.contains(&fit.schema) || fit.schema == *KNOWN.start() {
                return None;
            }
            fit = Cow::Owned(fit.with_schema(fit.schema - 1));
        }
        Some(fit)
    }
}

/// Schemas whose resolution can be lowered.
const KNOWN: std::ops::RangeInclusive<i32> = -4..=8;

/// The highest schema whose buckets grow by this factor at least, from one to the next; the highest of all, if the
/// factor is none.
#[expect(clippy::cast_possible_truncation, reason = "it is bounded")]
pub(super) fn schema_of_factor(factor: f64) -> i32 {
    if factor.is_nan() || factor <= 1.0 {
        return *KNOWN.end();
    }
    let schema = (-factor.log2().log2()).floor();
    schema.clamp(f64::from(*KNOWN.start()), f64::from(*KNOWN.end())) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_those_of_the_schemas() {
        for (factor, schema) in [
            (0.0, 8),
            (1.0, 8),
            (f64::NAN, 8),
            (1.002, 8),
            (1.1, 2),
            (1.5, 0),
            (2.0, 0),
            (4.0, -1),
            (16.0, -2),
            (65_536.0, -4),
            (f64::INFINITY, -4),
        ] {
            assert_eq!(schema_of_factor(factor), schema, "{factor}");
        }
    }
}
