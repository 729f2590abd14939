//! Series of the store: the newest sample of each step, or all samples of a window.

use std::borrow::Cow;

use super::error::{EvalError, Kind};
use super::evaluation::Evaluation;
use super::row::{GAP, Row, is_gap};
use super::steps::Steps;
use super::window::{Samples, Windows};
use crate::model::{Timestamp, is_stale};
use crate::promql::{At, MatrixSelector, Shift, VectorSelector};
use crate::store::StoredSeries;

/// Where a selector looks, seen from a step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// The moment of an `@`, in place of the step's.
    pub(crate) fixed: Option<i64>,
    pub(crate) offset: i64,
}

/// What a selector wants to know of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Value,
    /// Its own time, in seconds.
    Time,
}

impl Reach {
    pub(crate) fn from(self, step: i64) -> i64 {
        self.fixed.unwrap_or(step).saturating_sub(self.offset)
    }
}

impl<'s> Evaluation<'s> {
    /// The newest sample of each series at each step.
    pub(crate) fn select(
        &mut self,
        selector: &VectorSelector,
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        self.newest(selector, Wanted::Value, steps)
    }

    pub(crate) fn newest(
        &mut self,
        selector: &VectorSelector,
        wanted: Wanted,
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        let reach = self.reach(&selector.shift)?;
        let series = self.matching(selector)?;
        let lookback = i64::try_from(self.engine.lookback.as_millis()).unwrap_or(i64::MAX);
        let mut rows = Vec::with_capacity(series.len());
        let mut samples = 0;
        for series in series {
            self.room(rows.len() + 1, steps)?;
            let cells = if series.histograms().0.is_empty() {
                newest(&series, reach, lookback, wanted, steps)
            } else {
                self.newest_of_both(&series, reach, wanted, steps)?
            };
            let row = Row::new(Cow::Borrowed(series.symbols()), cells);
            let found = row.samples();
            if found > 0 {
                samples += found;
                self.room_for_samples(samples)?;
                rows.push(row);
            }
        }
        Ok(rows)
    }

    /// The samples of each series, and the windows on them.
    pub(crate) fn stored(
        &mut self,
        matrix: &MatrixSelector,
        steps: Steps,
    ) -> Result<(Vec<Samples<'s>>, Windows), EvalError> {
        let reach = self.reach(&matrix.selector.shift)?;
        let range =
            matrix.range.positive_millis(self.query.step_seconds(), self.query.range_seconds())?;
        let windows = Windows { steps, reach, range };
        let (after, until) = windows.all();
        let mut found = Vec::new();
        for series in self.matching(&matrix.selector)? {
            let (times, _) = series.histograms();
            if times.iter().any(|at| *at > after && *at <= until) {
                return Err(native(&series));
            }
            let (times, values) = (series.times(), series.values());
            let from = times.partition_point(|at| *at <= after);
            let to = from + times[from..].partition_point(|at| *at <= until);
            let samples = Samples::new(
                Cow::Borrowed(series.symbols()),
                Cow::Borrowed(&times[from..to]),
                Cow::Borrowed(&values[from..to]),
            );
            if !samples.values.is_empty() {
                found.push(samples);
            }
        }
        Ok((found, windows))
    }

    pub(crate) fn reach(&self, shift: &Shift) -> Result<Reach, EvalError> {
        let fixed = shift.at.map(|at| match at {
            At::Time(at) => at.as_millis(),
            At::Start => self.query.start,
            At::End => self.query.end,
        });
        let (step, range) = (self.query.step_seconds(), self.query.range_seconds());
        let offset = shift.offset.as_ref().map(|offset| offset.millis(step, range)).transpose()?;
        Ok(Reach { fixed, offset: offset.unwrap_or_default() })
    }

    fn matching(&self, selector: &VectorSelector) -> Result<Vec<StoredSeries<'s>>, EvalError> {
        if selector.extended.is_some() {
            return Err(Kind::Unsupported("`anchored` and `smoothed`").into());
        }
        Ok(self.store.matching(&selector.matchers))
    }

    /// The same as [`newest`] of a series that has native histograms, which must not be what it finds.
    fn newest_of_both(
        &self,
        series: &StoredSeries<'s>,
        reach: Reach,
        wanted: Wanted,
        steps: Steps,
    ) -> Result<Vec<f64>, EvalError> {
        let cell = |at| {
            let at = Timestamp::from_millis(reach.from(at));
            match series.at(at, self.engine.lookback) {
                None => Ok(GAP),
                Some((at, value)) => {
                    let value = value.as_float().ok_or_else(|| native(series))?;
                    Ok(if wanted == Wanted::Time { seconds(at) } else { value })
                }
            }
        };
        steps.iter().map(cell).collect()
    }
}

fn newest(
    series: &StoredSeries<'_>,
    reach: Reach,
    lookback: i64,
    wanted: Wanted,
    steps: Steps,
) -> Vec<f64> {
    let (times, values) = (series.times(), series.values());
    let first = Timestamp::from_millis(reach.from(steps.start));
    let mut next = times.partition_point(|at| *at <= first);
    let cell = |step| {
        let now = reach.from(step);
        while times.get(next).is_some_and(|at| at.as_millis() <= now) {
            next += 1;
        }
        let Some(newest) = next.checked_sub(1) else { return GAP };
        let (at, value) = (times[newest], values[newest]);
        if is_stale(value) || at.as_millis() <= now.saturating_sub(lookback) {
            GAP
        } else if wanted == Wanted::Time {
            seconds(at)
        } else {
            value
        }
    };
    steps.iter().map(cell).collect()
}

#[expect(clippy::cast_precision_loss, reason = "as the reference does")]
pub(crate) fn seconds(at: Timestamp) -> f64 {
    at.as_millis() as f64 / 1000.0
}

fn native(series: &StoredSeries<'_>) -> EvalError {
    Kind::NativeHistogram(series.labels().to_string().into()).into()
}

/// The samples of a column, without the gaps.
pub(crate) fn compressed(steps: Steps, cells: &[f64]) -> (Vec<Timestamp>, Vec<f64>) {
    let there = steps.iter().zip(cells).filter(|(_, cell)| !is_gap(**cell));
    there.map(|(at, cell)| (Timestamp::from_millis(at), *cell)).unzip()
}
