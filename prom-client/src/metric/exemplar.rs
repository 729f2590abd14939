//! Exemplars on their way in and out.

use std::error::Error;
use std::fmt;

use crate::label::ExemplarLabels;
use crate::snapshot::Exemplar;
use crate::storage::{Handle, exemplars};

/// Makes `source` say, for the whole process and for good, where the program is: it adds the trace id of the
/// calling thread or task and the like and returns `true`, or returns `false` if there is nothing to lead to,
/// as for a trace that is not recorded.
///
/// It is asked by updates of metrics that were registered with
/// [`exemplars`](crate::MetricBuilder::exemplars). Not by all of them: by those of a counter or bucket
/// that has no exemplar, or one that was exposed already, until the source has one, and now and then by others.
/// It should neither block nor panic. If it panics, the update is counted, and the exemplar is refused.
/// What it counts itself has no exemplars.
///
/// # Errors
/// When there is a source already, which stays.
///
/// # Examples
/// ```
/// use std::cell::Cell;
/// use prom_client::{Counter, Registry};
///
/// // Stands for what a library for tracing keeps.
/// thread_local! { static TRACE: Cell<Option<u128>> = const { Cell::new(None) } }
/// prom_client::set_exemplar_source(|labels| match TRACE.get() {
///     Some(id) => { labels.push("trace_id", format_args!("{id:032x}")); true }
///     None => false,
/// })?;
///
/// let registry = Registry::new();
/// let orders: Counter = registry.metric("orders", "Orders taken.").exemplars().register()?;
/// orders.inc();
/// TRACE.set(Some(0xabc));
/// orders.inc_by(2);
///
/// let snapshot = registry.snapshot();
/// let exemplar = snapshot.exemplar("orders", &[]).expect("an order was traced");
/// assert_eq!(exemplar.labels().value("trace_id"), Some("00000000000000000000000000000abc"));
/// assert_eq!(exemplar.value(), 2.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Cost
/// Metrics that were registered without exemplars pay nothing. For the others see
/// [`exemplars`](crate::MetricBuilder::exemplars).
pub fn set_exemplar_source(
    source: impl Fn(&mut ExemplarLabels) -> bool + Send + Sync + 'static,
) -> Result<(), ExemplarSourceError> {
    exemplars::set_source(source).then_some(()).ok_or(ExemplarSourceError(()))
}

/// There is a source of exemplars already; from [`set_exemplar_source`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExemplarSourceError(());

impl fmt::Display for ExemplarSourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the process has a source of exemplars already")
    }
}

impl Error for ExemplarSourceError {}

/// How many exemplars were refused since the process began.
pub(crate) fn refused_exemplars() -> u64 {
    exemplars::refused()
}

/// A buffer to read exemplars into, if there can be any: asked once for many metrics.
pub(super) fn buffer() -> Option<Vec<(usize, Exemplar)>> {
    exemplars::any().then(Vec::new)
}

/// Reads those of the first so many buckets.
#[cold]
pub(super) fn read(
    handle: Handle,
    buckets: usize,
    into: &mut Vec<(usize, Exemplar)>,
) -> &[(usize, Exemplar)] {
    into.clear();
    exemplars::read(handle, buckets, |bucket, value, time, labels| {
        into.push((bucket, Exemplar::new(labels, value, time)));
    });
    into
}
