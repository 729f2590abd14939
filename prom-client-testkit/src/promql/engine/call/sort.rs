//! `sort` and `sort_desc`.

use crate::promql::annotations::Note;
use crate::promql::engine::error::EvalError;
use crate::promql::engine::evaluation::Evaluation;
use crate::promql::engine::order::{Entry, sort};
use crate::promql::engine::row::Row;
use crate::promql::engine::steps::Steps;
use crate::promql::{Expr, Place};

impl<'s> Evaluation<'s> {
    /// Series in the order of their values; which several steps have no use for.
    pub(super) fn sort(
        &mut self,
        ascending: bool,
        arg: &Expr,
        place: Place,
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        let mut rows = self.rows(arg, steps)?;
        if steps.is_range() {
            self.annotations.add(Note::SortInRange, place);
        }
        if steps.count > 1 {
            return Ok(rows);
        }
        rows.retain(|row| !row.is_empty());
        let mut entries: Vec<Entry> =
            rows.iter().enumerate().map(|(i, row)| (i, row.cells[0])).collect();
        sort(ascending, &mut entries);
        Ok(entries.into_iter().map(|(i, _)| rows[i].clone()).collect())
    }
}
