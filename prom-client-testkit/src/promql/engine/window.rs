//! Windows that slide over the samples of a series.

use std::borrow::Cow;

use super::names::LabelSet;
use super::row::GAP;
use super::selector::Reach;
use super::steps::Steps;
use crate::model::{Timestamp, is_stale};

/// The samples of a series, in the order of time and without markers of staleness.
#[derive(Debug)]
pub(crate) struct Samples<'s> {
    pub(crate) labels: LabelSet<'s>,
    /// As of a [`Row`](super::row::Row), if they are those of a subquery.
    pub(crate) drop_name: bool,
    pub(crate) times: Cow<'s, [Timestamp]>,
    pub(crate) values: Cow<'s, [f64]>,
}

/// Which samples each step sees: those of `range` milliseconds, the last one included and the first one not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Windows {
    pub(crate) steps: Steps,
    pub(crate) reach: Reach,
    pub(crate) range: i64,
}

/// What one step sees; at least one sample.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window<'a> {
    /// The time of the step.
    pub(crate) at: i64,
    /// The begin, which is not part of it.
    pub(crate) start: i64,
    /// The end, which is.
    pub(crate) end: i64,
    /// Which one of all samples is the first.
    pub(crate) first: usize,
    pub(crate) times: &'a [Timestamp],
    pub(crate) values: &'a [f64],
}

impl<'s> Samples<'s> {
    /// Leaves out markers of staleness.
    pub(crate) fn new(
        labels: LabelSet<'s>,
        times: Cow<'s, [Timestamp]>,
        values: Cow<'s, [f64]>,
    ) -> Self {
        if !values.iter().any(|value| is_stale(*value)) {
            return Self { labels, drop_name: false, times, values };
        }
        let there = times.iter().zip(&*values).filter(|(_, value)| !is_stale(**value));
        let (times, values): (Vec<Timestamp>, Vec<f64>) = there.unzip();
        Self { labels, drop_name: false, times: times.into(), values: values.into() }
    }
}

impl Windows {
    /// From where, which is not part of it, until where the windows see anything.
    pub(crate) fn all(&self) -> (Timestamp, Timestamp) {
        let first = self.reach.from(self.steps.start).saturating_sub(self.range);
        let last = self.reach.from(self.steps.last());
        (Timestamp::from_millis(first), Timestamp::from_millis(last))
    }

    /// A cell for each step: what the function makes of its window, or a gap if there is no sample in it. And how
    /// many samples the widest window has.
    pub(crate) fn slide(
        &self,
        samples: &Samples<'_>,
        mut value: impl FnMut(&Window<'_>) -> f64,
    ) -> (Vec<f64>, usize) {
        let (times, values) = (&*samples.times, &*samples.values);
        let (mut first, mut next, mut widest) = (0, 0, 0);
        let cell = |at| {
            let end = self.reach.from(at);
            let start = end.saturating_sub(self.range);
            while times.get(next).is_some_and(|at| at.as_millis() <= end) {
                next += 1;
            }
            while times.get(first).is_some_and(|at| at.as_millis() <= start) {
                first += 1;
            }
            if first >= next {
                return GAP;
            }
            widest = widest.max(next - first);
            let (times, values) = (&times[first..next], &values[first..next]);
            value(&Window { at, start, end, first, times, values })
        };
        let cells = self.steps.iter().map(cell).collect();
        (cells, widest)
    }
}
