//! From points to columns: which of them a column shows, and how high.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::Timestamp;

/// A stretch of time, cut into columns of equal length.
pub(super) struct Columns {
    from: i64,
    /// How long all of them are together.
    length: i128,
    /// For how long a point counts.
    step: i64,
    count: usize,
}

impl Columns {
    /// Columns from the first moment up to the end of a point at the last one.
    pub(super) fn new(from: Timestamp, to: Timestamp, step: Duration, count: usize) -> Self {
        let step = i64::try_from(step.as_millis()).unwrap_or(i64::MAX).max(1);
        let (from, to) = (from.as_millis(), to.as_millis());
        Self { from, length: i128::from(to) - i128::from(from) + i128::from(step), step, count }
    }

    /// How many eighths of a row are filled in each column, out of so many: none where there is no point, and one at
    /// least where there is one.
    pub(super) fn eighths(
        &self,
        points: impl Iterator<Item = (Timestamp, f64)>,
        scale: (f64, f64),
        full: usize,
    ) -> Vec<usize> {
        let mut eighths = vec![0; self.count];
        for (at, value) in points {
            let level = level(value, scale, full);
            let begin = i128::from(at.as_millis()) - i128::from(self.from);
            let (first, end) =
                (self.first_from(begin), self.first_from(begin + i128::from(self.step)));
            // A point that is too short to reach the beginning of a column is shown in the one that it is in.
            let first =
                if first < end { first } else { self.first_from(begin + 1).saturating_sub(1) };
            for column in &mut eighths[first.min(self.count)..end.max(first + 1).min(self.count)] {
                *column = level.max(*column);
            }
        }
        eighths
    }

    /// The first column that begins so long after the first moment, or later.
    fn first_from(&self, after: i128) -> usize {
        let count = i128::try_from(self.count).unwrap_or(0);
        usize::try_from((after * count + self.length - 1) / self.length).unwrap_or(0)
    }
}

/// How high a value stands between the bounds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a share of the rows, and it saturates"
)]
fn level(value: f64, (low, high): (f64, f64), full: usize) -> usize {
    // Halves, since the whole may be no float.
    let share = (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
    ((share * full as f64).round() as usize).clamp(1, full)
}

/// What most often lies between neighbours; of several such, the shortest.
pub(super) fn usual_step<'a>(lines: impl Iterator<Item = &'a [(Timestamp, f64)]>) -> Duration {
    let mut steps = BTreeMap::new();
    for pair in lines.flat_map(|points| points.windows(2)) {
        let step = pair[1].0.as_millis().abs_diff(pair[0].0.as_millis());
        *steps.entry(step).or_insert(0_u64) += u64::from(step > 0);
    }
    let most = steps.into_iter().rev().max_by_key(|(_, times)| *times);
    Duration::from_millis(most.map_or(1, |(step, _)| step.max(1)))
}
