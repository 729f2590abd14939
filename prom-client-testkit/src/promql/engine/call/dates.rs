//! Functions of dates. Without an argument, they are of the time of the step.

use crate::promql::date::Date;
use crate::promql::engine::error::EvalError;
use crate::promql::engine::evaluation::Evaluation;
use crate::promql::engine::names::LabelSet;
use crate::promql::engine::row::Row;
use crate::promql::engine::steps::Steps;
use crate::promql::{Expr, Function};

/// What is asked of a date.
pub(super) type Part = fn(Date) -> i64;

/// Which part of a date a function answers, if it is one of dates.
pub(super) fn part(function: Function) -> Option<Part> {
    Some(match function {
        Function::Year => |date| date.year,
        Function::Month => |date| date.month,
        Function::DayOfMonth => |date| date.day,
        Function::DayOfWeek => |date| date.weekday(),
        Function::DayOfYear => |date| date.day_of_year(),
        Function::DaysInMonth => |date| date.days_in_month(),
        Function::Hour => |date| date.hour,
        Function::Minute => |date| date.minute,
        _ => return None,
    })
}

impl<'s> Evaluation<'s> {
    pub(super) fn dates(
        &mut self,
        part: Part,
        args: &[Expr],
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        #[expect(clippy::cast_precision_loss, reason = "parts of dates are small")]
        let of = |seconds: i64| part(Date::from_seconds(seconds)) as f64;
        let [arg] = args else {
            let cells = steps.iter().map(|at| of(at / 1000)).collect();
            return Ok(vec![Row::new(LabelSet::default(), cells)]);
        };
        let mut rows = self.rows(arg, steps)?;
        for row in &mut rows {
            row.map(|seconds| of(whole(seconds)));
            self.drop_name(row);
        }
        self.settled(rows, steps)
    }
}

/// Cut off. What is no second of 63 bits is the end of time, as it is to Go on most machines.
fn whole(seconds: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "it is in the range, or else saturates")]
    let whole = seconds as i64;
    if seconds.is_nan() || whole == i64::MIN { i64::MAX } else { whole }
}
