//! PromQL over what a lab has scraped.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::{Lab, wait};
use crate::model::{IntoDuration, Timestamp};
use crate::source::{Asking, Claiming, Embedded, QueryAnswer, QueryError, Source, claim};

impl Lab {
    /// The value of a PromQL query now, as a stock Prometheus 3.14 that has scraped the same would answer.
    ///
    /// # Examples
    /// ```
    /// use prom_client_testkit::Lab;
    ///
    /// # let body = b"jobs{queue=\"mail\"} 3\njobs{queue=\"sms\"} 4\n".to_vec();
    /// # let mut lab = Lab::new().target("shop", move |_: &str| ("text/plain".to_owned(), body.clone()));
    /// lab.advance_blocking("5m")?;
    /// let answer = lab.query_blocking("sum(jobs)")?; // or, in an async test: lab.query("sum(jobs)").await?
    /// assert_eq!(answer.value.to_string(), "{} 7");
    ///
    /// let error = lab.query_blocking("sum(jobs").unwrap_err();
    /// assert_eq!(error.to_string(), "\
    /// 1:4: parse error: unclosed left parenthesis
    ///   |
    /// 1 | sum(jobs
    ///   |    ^");
    /// # Ok::<(), prom_client_testkit::LabError>(())
    /// ```
    ///
    /// # Errors
    /// It cannot be read, or has no value.
    pub async fn query(&self, query: &str) -> Result<QueryAnswer, QueryError> {
        self.query_blocking(query)
    }

    /// The same without a runtime.
    ///
    /// # Errors
    /// It cannot be read, or has no value.
    pub fn query_blocking(&self, query: &str) -> Result<QueryAnswer, QueryError> {
        self.embedded().ask(query)
    }

    /// The values of a query from a moment to another, the last one included if a step leads there: a matrix.
    ///
    /// # Errors
    /// It cannot be read, or has no values; the step is no span of time.
    pub async fn query_range(
        &self,
        query: &str,
        start: Timestamp,
        end: Timestamp,
        step: impl IntoDuration,
    ) -> Result<QueryAnswer, QueryError> {
        self.query_range_blocking(query, start, end, step)
    }

    /// The same without a runtime.
    ///
    /// # Errors
    /// It cannot be read, or has no values; the step is no span of time.
    pub fn query_range_blocking(
        &self,
        query: &str,
        start: Timestamp,
        end: Timestamp,
        step: impl IntoDuration,
    ) -> Result<QueryAnswer, QueryError> {
        let step = step.into_duration().map_err(QueryError::Duration)?;
        self.embedded().ask_range(query, start, end, step)
    }

    /// Claims that something is so now: of a comparison, that it is true of each series. What else a query may claim
    /// is said at [`Source::assert_query`]. If a target is down, the error says that as well.
    ///
    /// # Examples
    /// ```
    /// use prom_client_testkit::Lab;
    ///
    /// # let body = b"jobs{queue=\"mail\"} 3\njobs{queue=\"sms\"} 4\n".to_vec();
    /// # let mut lab = Lab::new().target("shop", move |_: &str| ("text/plain".to_owned(), body.clone()));
    /// lab.advance_blocking("5m")?;
    /// lab.assert_query_blocking("sum(jobs) == 7")?;
    /// lab.assert_query_blocking("absent(failures)")?;
    ///
    /// let error = lab.assert_query_blocking("sum by (queue) (jobs) < 4").unwrap_err();
    /// assert_eq!(error.to_string(), r#"this does not hold at 1704067500: sum by (queue) (jobs) < 4
    /// the left side, sum by (queue) (jobs)
    ///   - {queue="sms"} 4
    ///     {queue="mail"} 3"#);
    /// # Ok::<(), prom_client_testkit::LabError>(())
    /// ```
    ///
    /// # Errors
    /// It is not so, with the series on its sides; or there is no answer.
    pub async fn assert_query(&self, query: &str) -> Result<(), QueryError> {
        Source::assert_query(self, query).await
    }

    /// The same without a runtime.
    ///
    /// # Errors
    /// It is not so, with the series on its sides; or there is no answer.
    pub fn assert_query_blocking(&self, query: &str) -> Result<(), QueryError> {
        wait::block_on(Source::assert_query(self, query))
    }

    fn embedded(&self) -> Embedded<'_> {
        Embedded::new(&self.store, self.now)
    }
}

impl Source for Lab {
    fn now(&self) -> Pin<Box<dyn Future<Output = Result<Timestamp, QueryError>> + Send + '_>> {
        let now = self.now;
        Box::pin(async move { Ok(now) })
    }

    fn query_at<'a>(&'a self, query: &'a str, at: Option<Timestamp>) -> Asking<'a> {
        let answer = self.embedded().ask_at(query, at.unwrap_or(self.now));
        Box::pin(async move { answer })
    }

    fn query_range<'a>(
        &'a self,
        query: &'a str,
        start: Timestamp,
        end: Timestamp,
        step: Duration,
    ) -> Asking<'a> {
        let answer = self.embedded().ask_range(query, start, end, step);
        Box::pin(async move { answer })
    }

    fn assert_query<'a>(&'a self, query: &'a str) -> Claiming<'a> {
        Box::pin(async move {
            claim(self, query).await.map_err(|error| match error {
                QueryError::Unmet(unmet) => {
                    let names = self.names(self.now);
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    let down = if self.started { self.down() } else { self.not_up() };
                    QueryError::Unmet(Box::new(unmet.among(&names).while_down(down)))
                }
                error => error,
            })
        })
    }
}
