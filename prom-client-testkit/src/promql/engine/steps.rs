//! The moments of an evaluation.

use crate::model::Timestamp;

/// Moments that are equally far from each other, in milliseconds; at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Steps {
    pub(crate) start: i64,
    pub(crate) step: i64,
    pub(crate) count: usize,
}

impl Steps {
    /// This moment alone.
    pub(crate) fn once(at: i64) -> Self {
        Self { start: at, step: 1, count: 1 }
    }

    /// All moments from the first until the last, or none if that is before.
    pub(crate) fn until(start: i64, end: i64, step: i64) -> Option<Self> {
        let distance = end.checked_sub(start).filter(|distance| *distance >= 0)?;
        let count = usize::try_from(distance / step).ok()?.checked_add(1)?;
        Some(Self { start, step, count })
    }

    /// The first of them alone.
    pub(crate) fn first(self) -> Self {
        Self::once(self.start)
    }

    pub(crate) fn last(self) -> i64 {
        self.at(self.count - 1)
    }

    pub(crate) fn at(self, i: usize) -> i64 {
        self.start + self.step * i64::try_from(i).expect("a step of them")
    }

    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = i64> {
        (0..self.count).map(move |i| self.at(i))
    }

    pub(crate) fn timestamp(self, i: usize) -> Timestamp {
        Timestamp::from_millis(self.at(i))
    }
}
