//! Functions of the samples of a window: `rate`, `avg_over_time`, `predict_linear` and their like.

mod rate;
mod regression;
mod statistics;

use super::error::{EvalError, Kind};
use super::evaluation::Evaluation;
use super::names::value_of;
use super::quantile::quantile;
use super::row::{Row, are_distinct};
use super::steps::Steps;
use super::subquery::Ranges;
use super::window::{Samples, Window};
use crate::promql::annotations::Note;
use crate::promql::{Call, Function, ValueType};

impl<'s> Evaluation<'s> {
    /// Whether [`over_time`](Self::over_time) is for this call.
    pub(crate) fn is_over_time(call: &Call) -> bool {
        call.args.iter().any(|arg| arg.value_type() == ValueType::RangeVector)
    }

    /// A function that makes one number of each window, series by series.
    pub(crate) fn over_time(
        &mut self,
        call: &Call,
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        let is_range = |arg: &&_| crate::promql::Expr::value_type(arg) == ValueType::RangeVector;
        let arg = call.args.iter().find(is_range).ok_or(Kind::Mistyped(ValueType::RangeVector))?;
        let parameter = match call.args.iter().find(|arg| !is_range(arg)) {
            Some(parameter) => self.numbers(parameter, steps)?,
            None => Vec::new(),
        };
        let ranges = self.ranges(arg, steps)?;
        let mut rows: Vec<Row<'s>> = Vec::with_capacity(ranges.series.len());
        let mut held = 0;
        for samples in &ranges.series {
            self.room(rows.len() + 1, steps)?;
            let (cells, widest) = self.column(call, samples, &ranges, &parameter)?;
            let mut row = Row::new(samples.labels.clone(), cells);
            self.room_for_samples(held + widest)?;
            let found = row.samples();
            if found == 0 {
                continue;
            }
            held += found;
            self.room_for_samples(held)?;
            if matches!(call.function, Function::Rate | Function::Increase) {
                self.expect_counter(samples, &ranges);
            }
            if matches!(call.function, Function::LastOverTime | Function::FirstOverTime) {
                row.drop_name = samples.drop_name;
            } else {
                self.drop_name(&mut row);
            }
            rows.push(row);
        }
        if call.function == Function::AbsentOverTime {
            return Ok(self.absence(arg, &rows, steps));
        }
        if !self.engine.delayed_name_removal && !are_distinct(&rows) {
            return Err(Kind::SameLabels.into());
        }
        Ok(rows)
    }

    /// What the function makes of one series.
    fn column(
        &mut self,
        call: &Call,
        samples: &Samples<'s>,
        ranges: &Ranges<'s>,
        parameter: &[f64],
    ) -> Result<(Vec<f64>, usize), EvalError> {
        let windows = &ranges.windows;
        let mut step = 0;
        // Windows without samples have no value, but they have a parameter.
        let mut parameter_at = |window: &Window<'_>| {
            while step + 1 < parameter.len() && windows.steps.at(step) < window.at {
                step += 1;
            }
            parameter[step]
        };
        Ok(match call.function {
            Function::Rate => rate::column(windows, samples, rate::Of::Counter, true),
            Function::Increase => rate::column(windows, samples, rate::Of::Counter, false),
            Function::Delta => rate::column(windows, samples, rate::Of::Gauge, false),
            Function::Irate => windows.slide(samples, |window| rate::of_last_two(window, true)),
            Function::Idelta => windows.slide(samples, |window| rate::of_last_two(window, false)),
            Function::Deriv => windows.slide(samples, regression::slope),
            Function::PredictLinear => {
                windows.slide(samples, |window| regression::predicted(window, parameter_at(window)))
            }
            Function::Changes => windows.slide(samples, statistics::changes),
            Function::Resets => windows.slide(samples, statistics::resets),
            Function::AvgOverTime => windows.slide(samples, statistics::mean),
            Function::SumOverTime => windows.slide(samples, statistics::sum),
            Function::MaxOverTime => windows.slide(samples, statistics::max),
            Function::MinOverTime => windows.slide(samples, statistics::min),
            Function::CountOverTime => windows.slide(samples, statistics::count),
            Function::StdvarOverTime => windows.slide(samples, statistics::variance),
            Function::StddevOverTime => {
                windows.slide(samples, |window| statistics::variance(window).sqrt())
            }
            Function::FirstOverTime => windows.slide(samples, |window| window.values[0]),
            Function::LastOverTime => {
                windows.slide(samples, |window| window.values[window.values.len() - 1])
            }
            Function::PresentOverTime | Function::AbsentOverTime => windows.slide(samples, |_| 1.0),
            Function::QuantileOverTime => {
                let mut sorted = Vec::new();
                windows.slide(samples, |window| {
                    let q = parameter_at(window);
                    if !(0.0..=1.0).contains(&q) {
                        let place = call.args[0].without_parens().place;
                        self.annotations.add(Note::InvalidQuantile(q), place);
                    }
                    sorted.clear();
                    sorted.extend_from_slice(window.values);
                    quantile(q, &mut sorted)
                })
            }
            _ => return Err(Kind::Unsupported("this experimental function").into()),
        })
    }

    /// Says so if a series is not named like a counter.
    fn expect_counter(&mut self, samples: &Samples<'s>, ranges: &Ranges<'s>) {
        let Some(name) = value_of(&samples.labels, self.known.name) else { return };
        let name = self.names.text(name);
        let endings = ["_total", "_sum", "_count", "_bucket"];
        if !endings.iter().any(|ending| name.ends_with(ending)) {
            let note = Note::PossibleNonCounter { metric: (&**name).into() };
            self.annotations.add(note, ranges.place);
        }
    }
}
