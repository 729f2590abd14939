//! What a registry keeps of a metric: something to read.

use std::time::Duration;

use super::callback::Callback;
use crate::family::Family;
use crate::label::{LabelSet, LabelValues};
use crate::metric::{Metric, Owned, read_with_exemplars};
use crate::snapshot::Sink;
use crate::storage::exemplars;

/// Buffers of one gathering, used again from metric to metric.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    values: LabelValues,
    counts: Vec<u64>,
}

/// The series of one registration.
pub(super) trait Source: Send + Sync {
    /// Pushes all series, sorted by their values.
    fn collect(&self, scratch: &mut Scratch, sink: &mut dyn Sink);

    /// How many look-ups were refused, if there is a bound or there were any.
    fn refused(&self) -> Option<u64>;

    /// The closure, if it is one that is read before all else.
    fn callback(&self) -> Option<&Callback> {
        None
    }
}

/// A metric without labels, and when it began.
pub(super) struct Single<M: Metric> {
    pub(super) metric: Owned<M>,
    pub(super) start: Duration,
}

impl<M: Metric> Source for Single<M> {
    fn collect(&self, scratch: &mut Scratch, sink: &mut dyn Sink) {
        scratch.values.clear();
        let Scratch { values, counts } = scratch;
        let handle = [self.metric.handle()];
        if exemplars::any_of(self.metric.handle()) {
            return read_with_exemplars::<M>(&handle, counts, |_, point, exemplars| {
                sink.series_with_exemplars(values, point, Some(point.start(self.start)), exemplars);
            });
        }
        M::read(&handle, counts, |_, point| {
            sink.series(values, point, Some(point.start(self.start)));
        });
    }

    fn refused(&self) -> Option<u64> {
        None
    }
}

impl<L: LabelSet + ?Sized + 'static, M: Metric> Source for Family<L, M> {
    fn collect(&self, scratch: &mut Scratch, sink: &mut dyn Sink) {
        Self::collect(self, &mut scratch.values, &mut scratch.counts, sink);
    }

    fn refused(&self) -> Option<u64> {
        Some(Self::refused(self)).filter(|refused| *refused > 0 || self.is_bounded())
    }
}
