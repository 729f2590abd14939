//! Scripts at work: a store, an engine, and every query several times.
//!
//! As in the reference, what is asked at one moment is asked again with that moment fixed in the query, at other
//! moments; and each of these once more as a range, whose middle step has to say the same.

use std::time::Duration;

use super::command::{Command, Eval, Load, When};
use super::judge::judge_annotations;
use super::pin::pinned;
use super::report::{Case, Outcome, Report};
use super::series::Point;
use super::unsupported::Unsupported;
use crate::model::{Timestamp, ValueRef};
use crate::promql::{
    Annotation, Answer, Dialect, Engine, EvalError, Expr, MatrixSeries, QueryValue, VectorSample,
};
use crate::store::{AppendError, Store};

/// The steps of a range around a moment.
const AROUND: Duration = Duration::from_secs(60);

/// Functions that say what the range is, by which a range differs from a moment.
const OF_THE_RANGE: [&str; 4] = ["start()", "end()", "range()", "step()"];

/// Why a case does not pass.
enum Stop {
    Failed(String),
    Skipped(String),
}

/// Runs commands, one after the other.
pub(super) fn run(commands: &[Command], engine: &Engine) -> Report {
    let mut report = Report::default();
    let mut store = Store::new();
    let mut unsupported = Unsupported::default();
    for command in commands {
        match command {
            Command::Clear => (store, unsupported) = Default::default(),
            Command::Load(load) => {
                unsupported.note(load);
                if let Err(error) = append(load, &mut store) {
                    let outcome = Outcome::Failed(error);
                    report.cases.push(Case { line: load.line, query: "load".into(), outcome });
                }
            }
            Command::Eval(eval) => {
                let outcome = match (Trial { eval, engine, store: &store }).run(&unsupported) {
                    Ok(()) => Outcome::Passed,
                    Err(Stop::Failed(reason)) => Outcome::Failed(reason),
                    Err(Stop::Skipped(reason)) => Outcome::Skipped(reason),
                };
                report.cases.push(Case { line: eval.line, query: eval.query.clone(), outcome });
            }
        }
    }
    report
}

/// Loads all of it, or nothing.
fn append(load: &Load, store: &mut Store) -> Result<(), String> {
    let mut appender = store.appender();
    for loaded in &load.series {
        let series = appender.series(&loaded.row.labels);
        let mut at = Timestamp::from_millis(0);
        for point in &loaded.row.points {
            if let Point::Float(value) = point {
                let appended = appender.append(series, at, ValueRef::Float(*value));
                appended.map_err(|error: AppendError| {
                    format!("{} at {at}: {error}", loaded.row.labels)
                })?;
            }
            at = at + load.step;
        }
    }
    appender.commit();
    Ok(())
}

/// A case, and what it is tried on.
struct Trial<'a> {
    eval: &'a Eval,
    engine: &'a Engine,
    store: &'a Store,
}

impl Trial<'_> {
    fn run(&self, unsupported: &Unsupported) -> Result<(), Stop> {
        let query = &*self.eval.query;
        let expr = Expr::parse_as(query, Dialect::EXPERIMENTAL)
            .map_err(|error| Stop::Failed(error.to_string()))?;
        if let Some(reason) = unsupported.reason(self.eval, &expr) {
            return Err(Stop::Skipped(reason));
        }
        let at = match self.eval.when {
            When::At(at) => at,
            When::Range(steps) => {
                let answer = self.engine.range(self.store, &expr, steps.from, steps.to, steps.step);
                return self.judge(query, answer).map(|_| ());
            }
        };
        self.at(query, &expr, at)?;
        let Some(pinned) = pinned(expr, at) else { return Ok(()) };
        let query = pinned.to_string();
        let expr = Expr::parse_as(&query, Dialect::EXPERIMENTAL)
            .map_err(|error| Stop::Failed(format!("what is printed cannot be read: {error}")))?;
        let millis = at.as_millis();
        let moments = match millis {
            0 => vec![-1000, 0, 1000],
            _ => vec![-10 * millis, 0, millis / 5, millis, 10 * millis],
        };
        moments.into_iter().try_for_each(|at| self.at(&query, &expr, Timestamp::from_millis(at)))
    }

    /// Asks at a moment, and then for a range around it.
    fn at(&self, query: &str, expr: &Expr, at: Timestamp) -> Result<(), Stop> {
        let told = |reason| Stop::told(reason, || format!("{query} at {at}"));
        let answer = self.judge(query, self.engine.instant(self.store, expr, at)).map_err(told)?;
        let Some(value) = answer else { return Ok(()) };
        let differs = OF_THE_RANGE.iter().any(|function| query.contains(function));
        if differs || !matches!(value, QueryValue::Scalar(_) | QueryValue::Vector(_)) {
            return Ok(());
        }
        let (start, end) = (at - AROUND, at + AROUND);
        let told =
            |reason| Stop::told(reason, || format!("{query} from {start} to {end}, at {at}"));
        let answer = self
            .engine
            .range(self.store, expr, start, end, AROUND)
            .map_err(Stop::from)
            .map_err(told)?;
        // A range is sorted by labels, so it says nothing about another order.
        if self.eval.ordered {
            return Ok(());
        }
        let QueryValue::Matrix(series) = answer.value else {
            return Err(told(Stop::Failed("a range has no matrix".to_owned())));
        };
        if !series.is_sorted_by(|a, b| a.labels <= b.labels) {
            return Err(told(Stop::Failed("the series are not sorted by their labels".to_owned())));
        }
        let vector: Vec<VectorSample> =
            series.into_iter().filter_map(|series| sample(series, at)).collect();
        let value = match (value, &vector[..]) {
            (QueryValue::Scalar(_), [only]) => {
                QueryValue::Scalar(only.value.as_float().unwrap_or(f64::NAN))
            }
            _ => QueryValue::Vector(vector),
        };
        self.eval.judge(&value).map_err(|reason| told(Stop::Failed(reason)))
    }

    /// Judges an answer, and hands it on unless it is a failure.
    fn judge(
        &self,
        query: &str,
        answer: Result<Answer, EvalError>,
    ) -> Result<Option<QueryValue>, Stop> {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) if error.is_unsupported() => return Err(error.into()),
            Err(error) => {
                let judged = self.eval.judge_failure(&error.to_string());
                return judged.map(|()| None).map_err(Stop::Failed);
            }
        };
        if self.eval.failure.is_some() {
            return Err(Stop::Failed(format!(
                "expected a failure, found a {}",
                answer.value.kind()
            )));
        }
        let text = |annotation: &Annotation| annotation.in_query(query);
        let warnings: Vec<String> = answer.annotations.warnings().map(text).collect();
        let infos: Vec<String> = answer.annotations.infos().map(text).collect();
        judge_annotations("warning", &self.eval.warnings, &warnings)
            .and_then(|()| judge_annotations("info", &self.eval.infos, &infos))
            .and_then(|()| self.eval.judge(&answer.value))
            .map_err(Stop::Failed)?;
        Ok(Some(answer.value))
    }
}

/// The sample of a series at a moment.
fn sample(series: MatrixSeries, at: Timestamp) -> Option<VectorSample> {
    let point = series.points.into_iter().find(|point| point.at == at)?;
    Some(VectorSample { labels: series.labels, value: point.value })
}

impl Stop {
    /// The same, with what was asked.
    fn told(self, asked: impl FnOnce() -> String) -> Self {
        match self {
            Self::Failed(reason) => Self::Failed(format!("asked {}\n{reason}", asked())),
            skipped => skipped,
        }
    }
}

impl From<EvalError> for Stop {
    fn from(error: EvalError) -> Self {
        if error.is_unsupported() {
            Self::Skipped(error.to_string())
        } else {
            Self::Failed(error.to_string())
        }
    }
}
