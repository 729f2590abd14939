//! Handles: what a program holds to count with.
//!
//! A handle is eight bytes, `Copy`, and pins nothing. It may be kept for ever, cross threads and
//! awaits, and outlive its registry; when its series is removed, updates go nowhere.

mod counter;
mod exemplar;
mod gauge;
mod histogram;
mod owned;
mod refused;
mod state_set;
mod summary;
mod timer;

pub use counter::{Counter, CounterNumber};
pub use exemplar::{ExemplarSourceError, set_exemplar_source};
pub(crate) use exemplar::{read_with_exemplars, refused_exemplars};
pub use gauge::{Gauge, GaugeNumber, InFlight};
pub use histogram::{Buckets, BucketsError, Histogram, Native};
pub use owned::Owned;
pub(crate) use refused::refused_updates;
pub use state_set::{State, StateSet};
pub use summary::{Quantiles, QuantilesError, Summary};
pub use timer::{Timed, Timer, Timing};

use crate::clock::Clock;
use crate::desc::Kind;
use crate::snapshot::Point;
use crate::storage::{Class, Handle};

/// A type of metric: [`Counter`], [`Gauge`], [`Histogram`], [`Summary`] or [`StateSet`]. It cannot be implemented
/// elsewhere.
pub trait Metric: Copy + Send + Sync + std::fmt::Debug + sealed::Sealed + 'static {
    /// The kind that it is exposed as.
    const KIND: Kind;

    /// Whether the series still exists. After it was removed, updates go nowhere.
    ///
    /// # Cost
    /// One atomic load.
    fn is_live(self) -> bool;
}

pub(crate) mod sealed {
    use super::{Class, Clock, Handle, Point};

    /// What the rest of the crate needs of a metric type.
    pub trait Sealed: Sized {
        /// What a user may choose when the metric is made.
        type Options: Clone + Default + Send + Sync + std::fmt::Debug + 'static;

        /// The kind of storage, `None` if the process has too many kinds.
        fn class(options: &Self::Options, clock: &Clock) -> Option<Class>;

        /// The metric that a handle names.
        fn from_handle(handle: Handle) -> Self;

        /// Reads many at a time and calls `each` with the place in `handles` of every one that lives.
        /// `counts` is scratch.
        fn read(handles: &[Handle], counts: &mut Vec<u64>, each: impl FnMut(usize, &Point<'_>));
    }
}
