//! Evaluates expressions over the series of a store.
//!
//! ```text
//!  Expr ──► evaluation ──┬── selector, subquery ──► window ──► over_time/
//!                        ├── call/
//!                        ├── binary, matching, sets
//!                        └── aggregate/
//! ```
//!
//! An intermediate value is a list of rows: labels, and a column with a cell for each step. So an operator finds
//! out once which series belong together, and then runs through columns; nothing is looked up step by step.

mod aggregate;
mod binary;
mod call;
mod error;
mod evaluation;
mod invariant;
mod kahan;
mod matching;
mod names;
mod order;
mod over_time;
mod quantile;
mod row;
mod selector;
mod sets;
mod steps;
mod subquery;
mod window;

use std::time::Duration;

use super::{Annotations, Expr, QueryValue, ValueType};
use crate::model::Timestamp;
use crate::store::Store;
use error::Kind;
use evaluation::{Evaluation, Query};
use steps::Steps;

pub use error::EvalError;

/// The most steps of a range, as of a server's API.
const MOST_STEPS: usize = 11_000;

/// Evaluates expressions, as Prometheus 3.14 does.
///
/// It keeps nothing between two queries, and has no clock: the time is an argument. It computes with numbers: where
/// a query meets a native histogram, it has no answer instead of a wrong one.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use prom_client_testkit::promql::{Engine, Expr, Preset, QueryValue};
/// use prom_client_testkit::{Labels, Store, Timestamp, ValueRef};
///
/// // A counter that grows by 30 in 15 seconds.
/// let mut store = Store::new();
/// let mut appender = store.appender();
/// let series = appender.series(&Labels::from([("__name__", "jobs_total")]));
/// for i in 0..=20 {
///     let at = Timestamp::from_millis(i * 15_000);
///     appender.append(series, at, ValueRef::Float(30.0 * i as f64))?;
/// }
/// appender.commit();
///
/// let (engine, end) = (Engine::new(Preset::Stock), Timestamp::from_seconds(300.0));
/// let query = Expr::parse("increase(jobs_total[1m])")?;
/// let answer = engine.instant(&store, &query, end)?;
/// let QueryValue::Vector(series) = answer.value else { panic!("a vector") };
/// assert_eq!(series[0].value.as_float(), Some(120.0));
///
/// let start = Timestamp::from_seconds(120.0);
/// let answer = engine.range(&store, &query, start, end, Duration::from_secs(60))?;
/// let QueryValue::Matrix(series) = answer.value else { panic!("a matrix") };
/// assert_eq!(series[0].points.len(), 4);
/// assert!(answer.annotations.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Cost
/// Memory is bounded: what a query holds are at most as many samples as the preset allows, and 67 million cells, which
/// are samples or steps without one. Nothing bounds the time but that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Engine {
    lookback: Duration,
    subquery_step: Duration,
    most_samples: usize,
    delayed_name_removal: bool,
}

/// What an engine assumes, which is more than what it can be told one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Preset {
    /// A server as it comes: functions drop the metric's name at once, and a query may hold 50 million samples.
    Stock,
    /// What the test language of Prometheus assumes: names are dropped at the end, and a query may hold 10,000
    /// samples.
    TestLanguage,
}

/// What a query answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The value.
    pub value: QueryValue,
    /// What there is to say about it.
    pub annotations: Annotations,
}

impl Engine {
    /// An engine that answers as this one would.
    #[must_use]
    pub fn new(preset: Preset) -> Self {
        let (most_samples, delayed_name_removal) = match preset {
            Preset::Stock => (50_000_000, false),
            Preset::TestLanguage => (10_000, true),
        };
        Self {
            lookback: Duration::from_secs(5 * 60),
            subquery_step: Duration::from_secs(60),
            most_samples,
            delayed_name_removal,
        }
    }

    /// How old the newest sample of a series may be to be its value. Five minutes, unless it is said here.
    #[must_use]
    pub fn lookback(self, lookback: Duration) -> Self {
        Self { lookback, ..self }
    }

    /// The step of a subquery that has none; a server takes its interval of evaluation. One minute, unless it is
    /// said here; a millisecond at least.
    #[must_use]
    pub fn subquery_step(self, subquery_step: Duration) -> Self {
        Self { subquery_step: subquery_step.max(Duration::from_millis(1)), ..self }
    }

    /// How many samples a query may hold at a time.
    #[must_use]
    pub fn most_samples(self, most_samples: usize) -> Self {
        Self { most_samples, ..self }
    }

    /// The value of an expression at one moment.
    ///
    /// # Errors
    /// It has none: series cannot be matched, there are too many samples, or what it asks for is not supported.
    pub fn instant(&self, store: &Store, expr: &Expr, at: Timestamp) -> Result<Answer, EvalError> {
        let at = at.as_millis();
        Evaluation::new(self, store, Query { start: at, end: at, step: 0 }).instant(expr)
    }

    /// The values of an expression at each step of a range, the last one included if a step leads there: a
    /// matrix.
    ///
    /// # Errors
    /// As of [`instant`](Self::instant); besides, the expression is a text or a range of samples, the step is
    /// shorter than a millisecond, there are more than 11,000 steps, or they end before they begin.
    pub fn range(
        &self,
        store: &Store,
        expr: &Expr,
        start: Timestamp,
        end: Timestamp,
        step: Duration,
    ) -> Result<Answer, EvalError> {
        let (start, end) = (start.as_millis(), end.as_millis());
        let step = i64::try_from(step.as_millis()).unwrap_or(i64::MAX);
        if step == 0 {
            return Err(Kind::ZeroStep.into());
        }
        let steps = Steps::until(start, end, step).ok_or(Kind::EndBeforeStart)?;
        if steps.count > MOST_STEPS {
            return Err(Kind::TooManySteps.into());
        }
        if !matches!(expr.value_type(), ValueType::Scalar | ValueType::InstantVector) {
            return Err(Kind::RangeOfRanges(expr.value_type()).into());
        }
        Evaluation::new(self, store, Query { start, end, step }).range(expr, steps)
    }
}
