//! The engine over samples in this process.

use std::future::{Future, ready};
use std::pin::Pin;
use std::time::Duration;

use super::{Asking, QueryAnswer, QueryError, Source};
use crate::model::Timestamp;
use crate::promql::{Annotation, Answer, Engine, EvalError, Expr, Preset};
use crate::store::Store;

/// The engine over a store, at a time that stands still. It never waits for anything.
///
/// # Examples
/// ```
/// use prom_client_testkit::promql::QueryValue;
/// use prom_client_testkit::{Embedded, Store, Timestamp};
///
/// let store = Store::new();
/// let answer = Embedded::new(&store, Timestamp::from_millis(60_000)).ask("time() / 2")?;
/// assert_eq!(answer.value, QueryValue::Scalar(30.0));
///
/// let error = Embedded::new(&store, Timestamp::from_millis(0)).ask("rate(a)").unwrap_err();
/// assert!(error.to_string().starts_with("1:6: parse error: expected type range vector"));
/// # Ok::<(), prom_client_testkit::QueryError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Embedded<'a> {
    store: &'a Store,
    engine: Engine,
    now: Timestamp,
}

impl<'a> Embedded<'a> {
    /// Answers as a stock server that has these samples, and at which it is this time.
    pub fn new(store: &'a Store, now: Timestamp) -> Self {
        Self { store, engine: Engine::new(Preset::Stock), now }
    }

    /// Answers by another engine.
    pub fn engine(self, engine: Engine) -> Self {
        Self { engine, ..self }
    }

    /// The value of a query now.
    ///
    /// # Errors
    /// It cannot be read, or has no value.
    pub fn ask(&self, query: &str) -> Result<QueryAnswer, QueryError> {
        self.ask_at(query, self.now)
    }

    /// The value of a query at a moment.
    ///
    /// # Errors
    /// It cannot be read, or has no value.
    pub fn ask_at(&self, query: &str, at: Timestamp) -> Result<QueryAnswer, QueryError> {
        let expr = Expr::parse(query).map_err(QueryError::Parse)?;
        told(query, self.engine.instant(self.store, &expr, at))
    }

    /// The values of a query from a moment to another, the last one included if a step leads there: a matrix.
    ///
    /// # Errors
    /// It cannot be read, or has no values.
    pub fn ask_range(
        &self,
        query: &str,
        start: Timestamp,
        end: Timestamp,
        step: Duration,
    ) -> Result<QueryAnswer, QueryError> {
        let expr = Expr::parse(query).map_err(QueryError::Parse)?;
        told(query, self.engine.range(self.store, &expr, start, end, step))
    }
}

fn told(query: &str, answer: Result<Answer, EvalError>) -> Result<QueryAnswer, QueryError> {
    let answer = answer.map_err(|error| QueryError::Eval { query: query.into(), error })?;
    let text = |annotation: &Annotation| annotation.in_query(query);
    Ok(QueryAnswer {
        warnings: answer.annotations.warnings().map(text).collect(),
        infos: answer.annotations.infos().map(text).collect(),
        value: answer.value,
    })
}

impl Source for Embedded<'_> {
    fn now(&self) -> Pin<Box<dyn Future<Output = Result<Timestamp, QueryError>> + Send + '_>> {
        Box::pin(ready(Ok(self.now)))
    }

    fn query_at<'a>(&'a self, query: &'a str, at: Option<Timestamp>) -> Asking<'a> {
        Box::pin(ready(self.ask_at(query, at.unwrap_or(self.now))))
    }

    fn query_range<'a>(
        &'a self,
        query: &'a str,
        start: Timestamp,
        end: Timestamp,
        step: Duration,
    ) -> Asking<'a> {
        Box::pin(ready(self.ask_range(query, start, end, step)))
    }
}
