//! What the crate's macros name. Not for use by hand, and not covered by semantic versioning.

pub use linkme;

pub use crate::registry::statics::{STATICS, StaticMetric, is_metric_name};
use crate::registry::{Instrument, MetricBuilder};

/// Lets a closure say more of a metric; a function, so that the closure's argument has a type.
pub fn with<'r, T: Instrument>(
    metric: MetricBuilder<'r, T>,
    more: impl FnOnce(MetricBuilder<'r, T>) -> MetricBuilder<'r, T>,
) -> MetricBuilder<'r, T> {
    more(metric)
}
