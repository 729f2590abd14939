//! Fields of the wrong type.
//!
//! The library takes a known field whose wire type is wrong for an unknown field. Prometheus takes it for a
//! mistake, which it is: no later version of a message may change a type.

use protobuf::Message;

use super::metrics::{Exemplar, Histogram, Metric, MetricFamily, Summary};

/// The number of a field of the wrong type, if the family has one anywhere.
pub(super) fn mistyped(family: &MetricFamily) -> Option<u32> {
    let metrics = || family.metric.iter().find_map(in_metric);
    among(family, 1..=5).or_else(metrics)
}

/// The number of an unknown field that is known to the message.
fn among<M: Message>(message: &M, known: std::ops::RangeInclusive<u32>) -> Option<u32> {
    let unknown = message.special_fields().unknown_fields().iter();
    unknown.map(|(number, _)| number).find(|number| known.contains(number))
}

fn in_metric(metric: &Metric) -> Option<u32> {
    among(metric, 1..=7)
        .or_else(|| metric.label.iter().find_map(|label| among(label, 1..=2)))
        .or_else(|| metric.gauge.as_ref().and_then(|gauge| among(gauge, 1..=1)))
        .or_else(|| metric.untyped.as_ref().and_then(|untyped| among(untyped, 1..=1)))
        .or_else(|| {
            let counter = metric.counter.as_ref()?;
            among(counter, 1..=3)
                .or_else(|| counter.exemplar.as_ref().and_then(in_exemplar))
                .or_else(|| counter.start_timestamp.as_ref().and_then(|time| among(time, 1..=2)))
        })
        .or_else(|| metric.summary.as_ref().and_then(in_summary))
        .or_else(|| metric.histogram.as_ref().and_then(in_histogram))
}

fn in_summary(summary: &Summary) -> Option<u32> {
    among(summary, 1..=4)
        .or_else(|| summary.quantile.iter().find_map(|quantile| among(quantile, 1..=2)))
        .or_else(|| summary.start_timestamp.as_ref().and_then(|time| among(time, 1..=2)))
}

fn in_histogram(histogram: &Histogram) -> Option<u32> {
    let spans = || histogram.negative_span.iter().chain(&histogram.positive_span);
    among(histogram, 1..=16)
        .or_else(|| {
            histogram.bucket.iter().find_map(|bucket| {
                among(bucket, 1..=4).or_else(|| bucket.exemplar.as_ref().and_then(in_exemplar))
            })
        })
        .or_else(|| spans().find_map(|span| among(span, 1..=2)))
        .or_else(|| histogram.start_timestamp.as_ref().and_then(|time| among(time, 1..=2)))
        .or_else(|| histogram.exemplars.iter().find_map(in_exemplar))
}

fn in_exemplar(exemplar: &Exemplar) -> Option<u32> {
    among(exemplar, 1..=3)
        .or_else(|| exemplar.label.iter().find_map(|label| among(label, 1..=2)))
        .or_else(|| exemplar.timestamp.as_ref().and_then(|time| among(time, 1..=2)))
}
