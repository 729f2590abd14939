//! The moments of an evaluation.

use crate::model::Timestamp;

/// Moments that are equally far from each other, in milliseconds; at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Steps {
    pub(crate) start: i64,
    pub(crate) step: i64,
    pub(crate) count: usize,
    /// The end that was asked for, to which no step may lead.
    end: i64,
}

impl Steps {
    /// This moment alone.
    pub(crate) fn once(at: i64) -> Self {
        Self { start: at, step: 1, count: 1, end: at }
    }

    /// All moments from the first until the last, or none if that is before.
    pub(crate) fn until(start: i64, end: i64, step: i64) -> Option<Self> {
        if end < start {
            return None;
        }
        let steps = end.abs_diff(start) / step.unsigned_abs();
        let count = usize::try_from(steps).unwrap_or(usize::MAX).saturating_add(1);
        Some(Self { start, step, count, end })
    }

    /// Whether they are those of a range, even if that has room for one of them alone.
    pub(crate) fn is_range(self) -> bool {
        self.start != self.end
    }

    /// The first of them alone.
    pub(crate) fn first(self) -> Self {
        Self::once(self.start)
    }

    pub(crate) fn last(self) -> i64 {
        self.at(self.count - 1)
    }

    pub(crate) fn at(self, i: usize) -> i64 {
        // In between it may be beyond the range, at the end it is not.
        let i = i64::try_from(i).expect("a step of them");
        self.start.wrapping_add(self.step.wrapping_mul(i))
    }

    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = i64> {
        (0..self.count).map(move |i| self.at(i))
    }

    pub(crate) fn timestamp(self, i: usize) -> Timestamp {
        Timestamp::from_millis(self.at(i))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lead_to_the_end_or_stop_before() {
        for (start, end, step, count, last) in [
            (0, 0, 1, 1, 0),
            (0, 10, 5, 3, 10),
            (0, 14, 5, 3, 10),
            (-7, -1, 3, 3, -1),
            (i64::MIN, i64::MAX, i64::MAX, 3, i64::MAX - 1),
        ] {
            let steps = Steps::until(start, end, step).expect("they end after they begin");
            assert_eq!((steps.count, steps.last()), (count, last), "{start} to {end} by {step}");
            assert_eq!(steps.iter().len(), count);
        }
        assert_eq!(Steps::until(1, 0, 1), None);
        assert_eq!(Steps::until(i64::MIN, i64::MAX, 1).map(|steps| steps.count), Some(usize::MAX));
    }
}
