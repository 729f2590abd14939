//! Whoever answers PromQL: the engine over samples in this process, or any server that speaks Prometheus' HTTP API.
//!
//! ```text
//!  query ──► Source ──┬── Embedded: Engine over a Store, which waits for nothing
//!                     └── Server: GET or POST /api/v1/query, /api/v1/query_range
//!                             └──► QueryAnswer ──► claim
//! ```
//!
//! Both give the same answers, so a test that holds against a lab can be held against a server.

mod claim;
mod embedded;
mod error;
#[cfg(feature = "http")]
mod json;
#[cfg(feature = "http")]
mod server;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::model::Timestamp;
use crate::promql::QueryValue;

pub(crate) use claim::claim;
pub use embedded::Embedded;
pub use error::{QueryError, Unmet};
#[cfg(feature = "http")]
pub use server::Server;

/// What comes of a query, in time.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<QueryAnswer, QueryError>> + Send + 'a>>;

/// What comes of a claim, in time.
pub type Claiming<'a> = Pin<Box<dyn Future<Output = Result<(), QueryError>> + 'a>>;

/// What answers PromQL.
///
/// # Examples
/// ```
/// use prom_client_testkit::{Lab, QueryError, Source};
///
/// /// Holds of a lab, of a server, and of whatever else answers.
/// async fn all_is_well(source: &dyn Source) -> Result<(), QueryError> {
///     source.assert_query("up == 1").await?;
///     source.assert_query("sum(jobs_failed_total) == 0").await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let body = b"jobs_failed_total{queue=\"mail\"} 0\n".to_vec();
/// let mut lab = Lab::new().target("worker", move |_: &str| ("text/plain".to_owned(), body.clone()));
/// lab.advance("1m").await?;
/// all_is_well(&lab).await?; // or: all_is_well(&Server::new("http://localhost:9090")?)
/// # Ok(())
/// # }
/// ```
pub trait Source {
    /// What time it is there.
    fn now(&self) -> Pin<Box<dyn Future<Output = Result<Timestamp, QueryError>> + Send + '_>>;

    /// The value of a query at a moment; now, if none is said.
    fn query_at<'a>(&'a self, query: &'a str, at: Option<Timestamp>) -> Asking<'a>;

    /// The values of a query from a moment to another, the last one included if a step leads there: a matrix.
    fn query_range<'a>(
        &'a self,
        query: &'a str,
        start: Timestamp,
        end: Timestamp,
        step: Duration,
    ) -> Asking<'a>;

    /// The value of a query now.
    fn query<'a>(&'a self, query: &'a str) -> Asking<'a> {
        self.query_at(query, None)
    }

    /// Claims that something is so, now.
    ///
    /// | the query | holds if |
    /// |---|---|
    /// | compares, such as `a < 0.5` or `a == on (job) b` | there are series to compare, and it is true of each: none is left out |
    /// | is an `and`, `or` or `unless` | there is a series in the answer |
    /// | is anything else, such as `a == bool 1`, `absent(a)` or `up` | there is a number in the answer, and none of them is 0 or NaN |
    ///
    /// So a comparison of series that are not there does not hold: `sum(errors) == 0` says that there is such a
    /// sum. What may be absent is said as `absent(errors)`, or as `(sum(errors) or vector(0)) == 0`. With series on both
    /// sides, each series of the side that [may have many](crate::promql::Cardinality) needs its match: the left one,
    /// unless there is a `group_right`.
    ///
    /// # Errors
    /// [`QueryError::Unmet`], with the series on either side and which of them it is not true of; or there is no
    /// answer.
    fn assert_query<'a>(&'a self, query: &'a str) -> Claiming<'a> {
        Box::pin(claim(self, query))
    }
}

/// What a query answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct QueryAnswer {
    /// The value.
    pub value: QueryValue,
    /// What may make it wrong, in the words of Prometheus, with line and column.
    pub warnings: Vec<String>,
    /// What may be a mistake in the query, likewise.
    pub infos: Vec<String>,
}
