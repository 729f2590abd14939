//! What the crate's macros name. Not for use by hand, and not covered by semantic versioning.

#[cfg(feature = "statics")]
pub use linkme;

pub use crate::call::{
    AnyOutcome, Counting, Ending, Named, ResultOutcome, Returned, Tracking, begin, caught, count,
    ended, ended_timed, start, track,
};
pub use crate::label::{FlatLabels, Joined, combinations};
#[cfg(feature = "statics")]
pub use crate::registry::statics::{STATICS, StaticMetric, is_metric_name};
use crate::registry::{Bucketed, Exemplary, Instrument, Labelled, MetricBuilder, Ranked};
pub use crate::registry::{
    Enrolment, Plan, check_constant, check_distinct, check_labels, check_name, check_unit,
};
use crate::{Buckets, Quantiles, RegisterError, Registry};

/// Lets a closure say more of a metric; a function, so that the closure's argument has a type.
pub fn with<'r, T: Instrument>(
    metric: MetricBuilder<'r, T>,
    more: impl FnOnce(MetricBuilder<'r, T>) -> MetricBuilder<'r, T>,
) -> MetricBuilder<'r, T> {
    more(metric)
}

/// As the methods of builders. Functions, so that errors say which types can have what was asked for.
pub fn buckets<T: Bucketed>(
    metric: MetricBuilder<'_, T>,
    buckets: impl Into<Buckets>,
) -> MetricBuilder<'_, T> {
    metric.buckets(buckets)
}

/// See [`buckets`].
pub fn quantiles<T: Ranked>(
    metric: MetricBuilder<'_, T>,
    quantiles: Quantiles,
) -> MetricBuilder<'_, T> {
    metric.quantiles(quantiles)
}

/// See [`buckets`].
pub fn exemplars<T: Exemplary>(metric: MetricBuilder<'_, T>) -> MetricBuilder<'_, T> {
    metric.exemplars()
}

/// See [`buckets`].
pub fn labels<'r, T: Labelled>(
    metric: MetricBuilder<'r, T>,
    names: &[&'static str],
) -> MetricBuilder<'r, T> {
    metric.labels(names.iter().copied())
}

/// See [`buckets`].
pub fn max_series<T: Labelled>(metric: MetricBuilder<'_, T>, most: usize) -> MetricBuilder<'_, T> {
    metric.max_series(most)
}

/// See [`buckets`].
pub fn ttl<T: Labelled>(
    metric: MetricBuilder<'_, T>,
    ttl: std::time::Duration,
) -> MetricBuilder<'_, T> {
    metric.ttl(ttl)
}

/// What a function of `init` makes.
///
/// # Errors
/// What the function says.
pub fn init<T>(
    registry: &Registry,
    init: impl FnOnce(&Registry) -> Result<T, RegisterError>,
) -> Result<T, RegisterError> {
    init(registry)
}

/// What an expression in an attribute gives, in which `?` may stand.
///
/// # Errors
/// What the expression fails with.
pub fn attempt<T>(
    expression: impl FnOnce() -> Result<T, RegisterError>,
) -> Result<T, RegisterError> {
    expression()
}
