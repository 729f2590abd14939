//! Functions of instant vectors and numbers.

mod absent;
mod dates;
mod elementwise;
mod histogram;
mod labels;
mod sort;

use super::error::{EvalError, Kind};
use super::evaluation::{Computed, Evaluation};
use super::names::LabelSet;
use super::row::{Row, is_gap};
use super::selector::Wanted;
use super::steps::Steps;
use crate::promql::{Call, Expr, ExprKind, Function, Place, Text, ValueType};

impl<'s> Evaluation<'s> {
    pub(crate) fn call(
        &mut self,
        call: &Call,
        place: Place,
        steps: Steps,
    ) -> Result<Computed<'s>, EvalError> {
        if call.function.signature().experimental {
            return Err(Kind::Unsupported("experimental functions").into());
        }
        if Self::is_over_time(call) {
            return self.over_time(call, steps).map(Computed::Vector);
        }
        let args = &call.args[..];
        let rows = match (call.function, args) {
            (Function::Pi, _) => {
                return Ok(Computed::Scalar(vec![std::f64::consts::PI; steps.count]));
            }
            (Function::Time, _) => return Ok(Computed::Scalar(times(steps))),
            (Function::Scalar, [arg]) => {
                let rows = self.rows(arg, steps)?;
                return Ok(Computed::Scalar(only(&rows, steps)));
            }
            (Function::Vector, [arg]) => {
                vec![Row::new(LabelSet::default(), self.numbers(arg, steps)?)]
            }
            (Function::Timestamp, [arg]) => self.timestamps(arg, steps)?,
            (Function::Absent, [arg]) => {
                let rows = self.rows(arg, steps)?;
                self.absence(arg, &rows, steps)
            }
            (Function::LabelReplace, args) => self.label_replace(args, steps)?,
            (Function::LabelJoin, args) => self.label_join(args, steps)?,
            (Function::Sort | Function::SortDesc, [arg]) => {
                self.sort(call.function == Function::Sort, arg, place, steps)?
            }
            (Function::HistogramQuantile, [q, arg]) => self.histogram_quantile(q, arg, steps)?,
            (Function::HistogramFraction, [lower, upper, arg]) => {
                self.histogram_fraction(lower, upper, arg, steps)?
            }
            (
                Function::HistogramCount
                | Function::HistogramSum
                | Function::HistogramAvg
                | Function::HistogramStddev
                | Function::HistogramStdvar,
                [arg],
            ) => {
                // These are for native histograms, which nothing here can be: a number has none of it.
                self.rows(arg, steps)?;
                Vec::new()
            }
            _ => match dates::part(call.function) {
                Some(part) => self.dates(part, args, steps)?,
                None => self.elementwise(call, steps)?,
            },
        };
        Ok(Computed::Vector(rows))
    }

    /// When samples were taken; which is the time of the step, unless a selector says more.
    fn timestamps(&mut self, arg: &Expr, steps: Steps) -> Result<Vec<Row<'s>>, EvalError> {
        let mut rows = if let ExprKind::Vector(selector) = &arg.without_parens().kind {
            self.newest(selector, Wanted::Time, steps)?
        } else {
            let times = times(steps);
            let mut rows = self.rows(arg, steps)?;
            rows.iter_mut().for_each(|row| row.map_with(&times, |_, time| time));
            rows
        };
        rows.iter_mut().for_each(|row| self.drop_name(row));
        self.settled(rows, steps)
    }

    /// The text of an argument.
    fn text<'e>(&self, args: &'e [Expr], at: usize) -> Result<&'e Text, EvalError> {
        match args.get(at).map(|arg| &arg.without_parens().kind) {
            Some(ExprKind::String(text)) => Ok(text),
            _ => Err(Kind::Mistyped(ValueType::String).into()),
        }
    }
}

/// The time of each step, in seconds.
#[expect(clippy::cast_precision_loss, reason = "as the reference does")]
fn times(steps: Steps) -> Vec<f64> {
    steps.iter().map(|at| at as f64 / 1000.0).collect()
}

/// The sample of each step, if it is the only one.
fn only(rows: &[Row<'_>], steps: Steps) -> Vec<f64> {
    let number = |step: usize| {
        let mut there = rows.iter().map(|row| row.cells[step]).filter(|cell| !is_gap(*cell));
        match (there.next(), there.next()) {
            (Some(only), None) => only,
            _ => f64::NAN,
        }
    };
    (0..steps.count).map(number).collect()
}
