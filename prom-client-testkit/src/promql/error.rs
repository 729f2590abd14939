//! What is wrong with a query, and where.

use std::error::Error;
use std::fmt;

use super::Place;
use crate::model::Excerpt;

/// A query that cannot be read.
///
/// `{}` shows the place, the message, and the line with carets under the mistake. Where Prometheus has words for a
/// mistake, the [message](Self::message) has the same.
///
/// # Examples
/// ```
/// use prom_client_testkit::promql::Expr;
///
/// let error = "sum(rate(http_requests_total))".parse::<Expr>().unwrap_err();
/// assert_eq!((error.line(), error.column()), (1, 10));
/// assert_eq!(error.to_string(), "\
/// 1:10: parse error: expected type range vector in call to function \"rate\", got instant vector
///   |
/// 1 | sum(rate(http_requests_total))
///   |          ^^^^^^^^^^^^^^^^^^^");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    query: Box<str>,
    place: Place,
    message: String,
}

impl ParseError {
    pub(crate) fn new(query: &str, place: Place, message: String) -> Self {
        let end = place.end.min(query.len());
        let place = Place { start: place.start.min(end), end };
        Self(Box::new(Inner { query: query.into(), place, message }))
    }

    /// What is wrong, in one line and without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Which bytes of the query are wrong.
    #[must_use]
    pub fn place(&self) -> Place {
        self.0.place
    }

    /// The line of the mistake, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.0.place.line_column(&self.0.query).0
    }

    /// The column of the mistake, counted from 1 and in bytes, as Prometheus counts.
    #[must_use]
    pub fn column(&self) -> usize {
        self.0.place.line_column(&self.0.query).1
    }
}

impl Place {
    /// The line and the column of its begin in the query it is from, counted from 1, the column in bytes.
    #[must_use]
    pub fn line_column(self, query: &str) -> (usize, usize) {
        let before = &query.as_bytes()[..self.start.min(query.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count();
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        (line + 1, before.len() - start + 1)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { query, place, message } = &*self.0;
        let (line, column) = place.line_column(query);
        let excerpt = Excerpt::new(query.as_bytes(), (place.start, place.end));
        write!(f, "{line}:{column}: parse error: {message}\n{excerpt}")
    }
}

impl Error for ParseError {}
