//! Series over the steps of an evaluation.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::error::{EvalError, Kind};
use super::names::LabelSet;
use crate::model::{STALE, is_stale};

/// The cell of a step where a series has no sample. No sample has these bits, and no arithmetic makes them: they
/// are those of a signaling NaN, and what comes out of arithmetic is quiet.
pub(crate) const GAP: f64 = STALE;

/// Whether a cell is empty.
pub(crate) fn is_gap(cell: f64) -> bool {
    is_stale(cell)
}

/// One series, with a cell for each step. Native histograms, once there are any, get a column of their own beside
/// the one of numbers, which has gaps there.
#[derive(Clone, Debug)]
pub(crate) struct Row<'s> {
    pub(crate) labels: LabelSet<'s>,
    /// Whether the labels that say what a metric is are to be removed at the end.
    pub(crate) drop_name: bool,
    pub(crate) cells: Vec<f64>,
}

impl<'s> Row<'s> {
    pub(crate) fn new(labels: LabelSet<'s>, cells: Vec<f64>) -> Self {
        Self { labels, drop_name: false, cells }
    }

    /// How many samples there are.
    pub(crate) fn samples(&self) -> usize {
        self.cells.iter().filter(|cell| !is_gap(**cell)).count()
    }

    /// Whether there is no sample.
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| is_gap(*cell))
    }

    /// Replaces each sample.
    pub(crate) fn map(&mut self, value: impl Fn(f64) -> f64) {
        for cell in &mut self.cells {
            if !is_gap(*cell) {
                *cell = value(*cell);
            }
        }
    }

    /// Replaces each sample by what it makes together with the number of its step; or takes it away, by a gap.
    pub(crate) fn map_with(&mut self, numbers: &[f64], value: impl Fn(f64, f64) -> f64) {
        for (cell, number) in self.cells.iter_mut().zip(numbers) {
            if !is_gap(*cell) {
                *cell = value(*cell, *number);
            }
        }
    }

    /// Takes over the samples of a row that has none where this one has some.
    fn fill(&mut self, other: &Self) -> Result<(), EvalError> {
        for (cell, other) in self.cells.iter_mut().zip(&other.cells) {
            if !is_gap(*other) {
                if !is_gap(*cell) {
                    return Err(Kind::SameLabels.into());
                }
                *cell = *other;
            }
        }
        Ok(())
    }
}

/// Rows of the same labels as one, at the place of the first.
///
/// # Errors
/// Two of them have a sample at the same step.
pub(crate) fn merged(mut rows: Vec<Row<'_>>) -> Result<Vec<Row<'_>>, EvalError> {
    rows.retain(|row| !row.is_empty());
    if are_distinct(&rows) {
        return Ok(rows);
    }
    let mut merged: Vec<Row<'_>> = Vec::with_capacity(rows.len());
    let mut places = HashMap::with_capacity(rows.len());
    for row in rows {
        match places.entry(row.labels.clone()) {
            Entry::Vacant(place) => {
                place.insert(merged.len());
                merged.push(row);
            }
            Entry::Occupied(place) => merged[*place.get()].fill(&row)?,
        }
    }
    Ok(merged)
}

/// Whether all rows have different labels.
pub(crate) fn are_distinct(rows: &[Row<'_>]) -> bool {
    let mut seen = std::collections::HashSet::with_capacity(rows.len());
    rows.len() < 2 || rows.iter().all(|row| seen.insert(&*row.labels))
}
