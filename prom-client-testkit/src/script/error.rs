//! What is wrong with a script, and where.

use std::error::Error;
use std::fmt;

use super::lines::Line;
use crate::model::Excerpt;

/// A script that cannot be read, with the line, the column and a caret under the mistake.
///
/// # Examples
/// ```
/// use prom_client_testkit::script::Script;
///
/// let error = Script::parse("load 5m\n  up 1 2 three\n").unwrap_err();
/// assert_eq!((error.line(), error.column()), (2, 10));
/// assert_eq!(error.to_string(), "\
/// line 2, column 10: expected a sample: a number, `_`, `stale` or `{{..}}`
///   |
/// 2 |   up 1 2 three
///   |          ^");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    message: String,
    excerpt: Excerpt,
}

impl ScriptError {
    pub(super) fn new(line: &Line<'_>, at: usize, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { message: message.into(), excerpt: line.excerpt(at) }))
    }

    /// The line, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.0.excerpt.line()
    }

    /// The column in characters, counted from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.0.excerpt.column()
    }

    /// What is wrong, in one line and without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { message, excerpt } = &*self.0;
        write!(f, "line {}, column {}: {message}\n{excerpt}", excerpt.line(), excerpt.column())
    }
}

impl Error for ScriptError {}
