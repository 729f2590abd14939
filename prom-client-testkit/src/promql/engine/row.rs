//! Series over the steps of an evaluation.

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
}
