//! Native histograms from their messages.

use super::family::{canonical_nan, either};
use super::metrics::{BucketSpan, Histogram};
use crate::model::{Buckets, HistogramError, NativeHistogram, Span};

/// Whether a message holds a native histogram. One that is empty and has no zero bucket says so by a span
/// of no buckets.
pub(super) fn is_native(histogram: &Histogram) -> bool {
    !histogram.positive_span.is_empty()
        || !histogram.negative_span.is_empty()
        || histogram.zero_threshold() > 0.0
        || histogram.zero_count() > 0
}

/// The native histogram in a message. If it is of integers, they are there as differences.
pub(super) fn native(message: &Histogram, gauge: bool) -> Result<NativeHistogram, HistogramError> {
    let integer = message.sample_count_float() <= 0.0 && message.zero_count_float() <= 0.0;
    let side = |spans: &[BucketSpan], deltas: &[i64], counts: &[f64]| {
        let mut side = Buckets::default();
        side.spans.extend(spans.iter().map(span));
        side.counts = if integer { add_up(deltas) } else { counts.to_vec() };
        side.check_room().map(|()| side)
    };
    Ok(NativeHistogram {
        schema: message.schema(),
        gauge,
        integer,
        count: either(message.sample_count_float(), message.sample_count()),
        sum: canonical_nan(message.sample_sum()),
        zero_threshold: message.zero_threshold(),
        zero_count: either(message.zero_count_float(), message.zero_count()),
        positive: side(&message.positive_span, &message.positive_delta, &message.positive_count)?,
        negative: side(&message.negative_span, &message.negative_delta, &message.negative_count)?,
    })
}

fn span(span: &BucketSpan) -> Span {
    Span { offset: span.offset(), length: span.length() }
}

/// Turns differences into counts.
fn add_up(deltas: &[i64]) -> Vec<f64> {
    let counts = deltas.iter().scan(0_i64, |count, delta| {
        *count = count.wrapping_add(*delta);
        Some(*count)
    });
    #[expect(clippy::cast_precision_loss, reason = "Prometheus computes with floats too")]
    counts.map(|count| count as f64).collect()
}
