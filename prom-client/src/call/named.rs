//! What stands for a metric in an attribute.

use crate::metric::{
    Counter, CounterNumber, Gauge, GaugeNumber, Histogram, Metric, Owned, State, StateSet, Summary,
};
#[cfg(feature = "statics")]
use crate::registry::{Instrument, Static};

/// What names a metric: the metric itself, a reference to it, its owner, or a static.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no metric",
    label = "this is no metric",
    note = "write an expression that gives a metric, such as `metrics.calls` or `metrics.by_kind.with(&(kind,))`"
)]
pub trait Named {
    /// The type of metric.
    type Metric: Metric;

    /// The metric.
    fn metric(&self) -> Self::Metric;
}

macro_rules! itself {
    ($([$($generics:tt)*] $type:ty;)*) => {$(
        impl<$($generics)*> Named for $type {
            type Metric = Self;
            #[inline(always)]
            fn metric(&self) -> Self {
                *self
            }
        }
    )*};
}
itself! {
    [N: CounterNumber] Counter<N>;
    [N: GaugeNumber] Gauge<N>;
    [] Histogram;
    [] Summary;
    [E: State] StateSet<E>;
}

impl<T: Named + ?Sized> Named for &T {
    type Metric = T::Metric;
    #[inline(always)]
    fn metric(&self) -> T::Metric {
        (**self).metric()
    }
}

impl<M: Metric> Named for Owned<M> {
    type Metric = M;
    #[inline(always)]
    fn metric(&self) -> M {
        **self
    }
}

#[cfg(feature = "statics")]
impl<M: Metric + Instrument> Named for Static<M> {
    type Metric = M;
    #[inline(always)]
    fn metric(&self) -> M {
        **self
    }
}
