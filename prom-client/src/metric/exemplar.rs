//! Exemplars on their way in and out.

use std::error::Error;
use std::fmt;

use super::Metric;
use crate::label::ExemplarLabels;
use crate::snapshot::{BucketExemplars, Exemplar, Point};
use crate::storage::{Handle, exemplars};

/// Makes `source` say, for the whole process and for good, where the program is: it adds the trace id of the
/// calling thread or task and the like and returns `true`, or returns `false` if there is nothing to lead to,
/// as for a trace that is not recorded.
///
/// It is asked by updates of metrics that were registered with
/// [`exemplars`](crate::MetricBuilder::exemplars). Not by all of them: by those of a counter or bucket
/// that has no exemplar, or one that a reading (a scrape, a snapshot) has had, until the source has one, and now and then by others.
/// It should neither block nor panic. If it panics, the update is counted, and the exemplar is refused.
/// What it counts itself has no exemplars.
///
/// An exemplar that was given with its update is treated as those of the source: a later one takes its place.
///
/// # Errors
/// When there is a source already, which stays. Tests that share a process therefore share a source: let it look
/// into a thread-local that each test sets.
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
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ExemplarSourceError(());

impl fmt::Display for ExemplarSourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the process has a source of exemplars already")
    }
}

impl Error for ExemplarSourceError {}

/// The message: what `main` prints when it returns the error.
impl fmt::Debug for ExemplarSourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// How many exemplars were refused since the process began.
pub(crate) fn refused_exemplars() -> u64 {
    exemplars::refused()
}

/// As `M::read` where there may be exemplars, which `each` gets too.
#[cold]
pub(crate) fn read_with_exemplars<M: Metric>(
    handles: &[Handle],
    counts: &mut Vec<u64>,
    mut each: impl FnMut(usize, &Point<'_>, &BucketExemplars),
) {
    // Exemplars first: then what is read counts the updates that they are of, but for those from before a native
    // histogram began anew.
    let mut found = Vec::new();
    let mut ends = Vec::with_capacity(handles.len());
    for handle in handles {
        exemplars::read(*handle, |bucket, value, time, labels| {
            found.push((bucket, Exemplar::new(labels, value, time)));
        });
        ends.push(found.len());
    }
    M::read(handles, counts, |i, point| {
        let begin = i.checked_sub(1).map_or(0, |before| ends[before]);
        each(i, point, &found[begin..ends[i]]);
    });
}
