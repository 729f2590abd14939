//! `topk` and `bottomk`: the series of each group that are first at a step.
//!
//! Of series with the same value, which ones stay depends on how they are sorted. So this is the heap of the
//! reference, sift by sift.

use super::Groups;
use crate::promql::engine::error::{EvalError, Kind};
use crate::promql::engine::order::{Entry, is_worse, sort};
use crate::promql::engine::row::{GAP, Row, is_gap};
use crate::promql::engine::steps::Steps;
use crate::promql::number::shortest;

/// The first value that Go cannot make an integer of.
const MOST: f64 = 9_223_372_036_854_774_784.0;
const LEAST: f64 = -9_223_372_036_854_775_808.0;

/// The samples that stay. At one step alone, rows come in their order.
pub(super) fn ranked<'s>(
    top: bool,
    parameter: &[f64],
    mut rows: Vec<Row<'s>>,
    groups: &Groups<'s>,
    steps: Steps,
) -> Result<Vec<Row<'s>>, EvalError> {
    if parameter.iter().all(|k| *k < 1.0) {
        return Ok(Vec::new());
    }
    if parameter.iter().any(|k| k.is_nan()) {
        return Err(Kind::ParameterNan.into());
    }
    let lowest = parameter.iter().copied().fold(f64::MAX, f64::min);
    let highest = parameter.iter().copied().fold(f64::MIN, f64::max);
    if lowest <= LEAST {
        return Err(Kind::ParameterUnderflow(shortest(lowest).into()).into());
    }
    if highest >= MOST {
        return Err(Kind::ParameterOverflow(shortest(highest).into()).into());
    }
    let mut chosen: Vec<Vec<f64>> = vec![vec![GAP; steps.count]; rows.len()];
    let mut order = Vec::new();
    for members in groups.members(&rows) {
        for (step, k) in parameter[..steps.count].iter().enumerate() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is cut off, and nothing is below zero"
            )]
            let k = (*k as usize).min(rows.len());
            let there = members.iter().map(|(i, row)| (*i, row.cells[step]));
            let first = first(top, k, there.filter(|(_, value)| !is_gap(*value)));
            for (row, value) in &first {
                chosen[*row][step] = *value;
            }
            if steps.count == 1 {
                order.extend(first.into_iter().map(|(row, _)| row));
            }
        }
    }
    for (row, cells) in rows.iter_mut().zip(chosen) {
        row.cells = cells;
    }
    if steps.count > 1 {
        return Ok(rows);
    }
    Ok(order.into_iter().map(|row| rows[row].clone()).collect())
}

/// The first `k` entries in their order.
fn first(top: bool, k: usize, entries: impl Iterator<Item = Entry>) -> Vec<Entry> {
    if k == 0 {
        return Vec::new();
    }
    let mut heap = Heap { top, entries: Vec::with_capacity(k) };
    for entry in entries {
        heap.offer(entry, k);
    }
    heap.sorted()
}

/// The last of those that stay is at the root.
struct Heap {
    top: bool,
    entries: Vec<Entry>,
}

impl Heap {
    /// Whether `a` goes before `b` does.
    fn leaves(&self, a: f64, b: f64) -> bool {
        is_worse(!self.top, a, b)
    }

    fn offer(&mut self, entry: Entry, k: usize) {
        if self.entries.len() < k {
            self.entries.push(entry);
            // The reference sifts the first one of `bottomk` as one of `topk`, which makes no difference for one.
            self.up();
            return;
        }
        let root = self.entries[0].1;
        let better = if self.top { root < entry.1 } else { root > entry.1 };
        if better || root.is_nan() && !entry.1.is_nan() {
            self.entries[0] = entry;
            self.down();
        }
    }

    fn up(&mut self) {
        let mut at = self.entries.len() - 1;
        while at > 0 {
            let parent = (at - 1) / 2;
            if !self.leaves(self.entries[at].1, self.entries[parent].1) {
                break;
            }
            self.entries.swap(at, parent);
            at = parent;
        }
    }

    fn down(&mut self) {
        let mut at = 0;
        loop {
            let (left, right) = (2 * at + 1, 2 * at + 2);
            let Some((_, left_value)) = self.entries.get(left) else { break };
            let mut child = left;
            if let Some((_, right_value)) = self.entries.get(right) {
                if self.leaves(*right_value, *left_value) {
                    child = right;
                }
            }
            if !self.leaves(self.entries[child].1, self.entries[at].1) {
                break;
            }
            self.entries.swap(at, child);
            at = child;
        }
    }

    /// The best first.
    fn sorted(mut self) -> Vec<Entry> {
        let mut sorted = std::mem::take(&mut self.entries);
        sort(!self.top, &mut sorted);
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_first_comes_first() {
        const NAN: f64 = f64::NAN;
        for (top, k, values, expected) in [
            (true, 2, &[1.0, 3.0, 2.0][..], &[1, 2][..]),
            (false, 2, &[1.0, 3.0, 2.0], &[0, 2]),
            (true, 5, &[1.0, 3.0, 2.0], &[1, 2, 0]),
            (true, 2, &[NAN, 1.0, NAN, 2.0], &[3, 1]),
            (false, 2, &[NAN, 1.0, NAN, 2.0], &[1, 3]),
            (true, 3, &[NAN, 1.0], &[1, 0]),
            (true, 0, &[1.0], &[]),
            // The root of equal ones is the first, so that is the one that goes.
            (true, 2, &[1.0, 1.0, 2.0], &[2, 1]),
            (true, 1, &[1.0, 1.0], &[0]),
        ] {
            let rows: Vec<usize> =
                first(top, k, values.iter().copied().enumerate()).iter().map(|(i, _)| *i).collect();
            assert_eq!(rows, expected, "top {top} {k} of {values:?}");
        }
    }
}
