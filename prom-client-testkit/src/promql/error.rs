//! What is wrong with a query, and where.

use std::error::Error;
use std::fmt;

use super::Place;
use crate::model::Excerpt;

/// A query that cannot be read.
///
/// `{}` shows the place, the message, the line with carets under the mistake, and what could be done. Where Prometheus has words for a
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
///   |          ^^^^^^^^^^^^^^^^^^^
///   = give a range to a selector, like `up[5m]`, or range and step to an expression, like `(..)[5m:1m]`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    query: Box<str>,
    place: Place,
    message: String,
    help: Option<String>,
}

impl ParseError {
    pub(crate) fn new(query: &str, place: Place, message: String) -> Self {
        let end = place.end.min(query.len());
        let place = Place { start: place.start.min(end), end };
        Self(Box::new(Inner { query: query.into(), place, message, help: None }))
    }

    /// The same, with what could be done about it.
    pub(super) fn with_help(mut self, help: impl Into<Option<String>>) -> Self {
        self.0.help = help.into();
        self
    }

    /// What is wrong, in one line and without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What could be done about it, where that can be told.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
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
        let Inner { query, place, message, help } = &*self.0;
        let (line, column) = place.line_column(query);
        let excerpt = Excerpt::new(query.as_bytes(), (place.start, place.end));
        write!(f, "{line}:{column}: parse error: {message}\n{excerpt}")?;
        match help {
            Some(help) => write!(f, "\n{:1$} = {help}", "", line.to_string().len()),
            None => Ok(()),
        }
    }
}

impl Error for ParseError {}
