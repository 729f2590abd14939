//! Subqueries: a query at moments of its own, whose answers are samples to another one.

use super::error::{EvalError, Kind};
use super::evaluation::Evaluation;
use super::selector::compressed;
use super::steps::Steps;
use super::window::{Samples, Windows};
use crate::promql::{Expr, ExprKind, Place, Subquery, ValueType};

/// The samples that a function over ranges sees.
#[derive(Debug)]
pub(crate) struct Ranges<'s> {
    pub(crate) series: Vec<Samples<'s>>,
    pub(crate) windows: Windows,
    /// Where annotations stand that are about it.
    pub(crate) place: Place,
}

impl<'s> Evaluation<'s> {
    /// Evaluates a part that is a range of samples.
    pub(crate) fn ranges(&mut self, expr: &Expr, steps: Steps) -> Result<Ranges<'s>, EvalError> {
        let expr = expr.without_parens();
        match &expr.kind {
            ExprKind::Matrix(matrix) => {
                let (series, windows) = self.stored(matrix, steps)?;
                Ok(Ranges { series, windows, place: expr.place })
            }
            ExprKind::Subquery(subquery) => {
                let (series, windows) = self.subquery(subquery, steps)?;
                // The reference forgets where a subquery stood.
                Ok(Ranges { series, windows, place: Place::default() })
            }
            _ => Err(EvalError::new(Kind::Mistyped(ValueType::RangeVector)).at(expr.place)),
        }
    }

    /// Its moments are multiples of its step, so that they do not depend on when it is asked.
    fn subquery(
        &mut self,
        subquery: &Subquery,
        steps: Steps,
    ) -> Result<(Vec<Samples<'s>>, Windows), EvalError> {
        let (query_step, query_range) = (self.query.step_seconds(), self.query.range_seconds());
        let reach = self.reach(&subquery.shift)?;
        let range = subquery.range.positive_millis(query_step, query_range)?;
        let step = subquery.step.as_ref();
        let step = step.map(|step| step.positive_millis(query_step, query_range)).transpose()?;
        // What is shorter than a millisecond is as good as none.
        let step = step.filter(|step| *step > 0).unwrap_or_else(|| {
            i64::try_from(self.engine.subquery_step.as_millis()).unwrap_or(i64::MAX)
        });
        let windows = Windows { steps, reach, range };
        let (after, until) = windows.all();
        let (after, until) = (after.as_millis(), until.as_millis());
        let mut start = after / step * step;
        if start <= after {
            start = start.saturating_add(step);
        }
        let Some(inner) = Steps::until(start, until, step) else {
            return Ok((Vec::new(), windows));
        };
        let rows = self.rows(&subquery.expr, inner)?;
        let samples = rows.into_iter().filter(|row| !row.is_empty()).map(|row| {
            let (times, values) = compressed(inner, &row.cells);
            let (times, values) = (times.into(), values.into());
            Samples { labels: row.labels, drop_name: row.drop_name, times, values }
        });
        Ok((samples.collect(), windows))
    }
}
