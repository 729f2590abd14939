//! What is wrong with a configuration, and where.

use std::error::Error;
use std::fmt;

use crate::model::Excerpt;

/// A configuration that cannot be used: the place, and what is wrong with it, in the words of Prometheus where it has
/// some.
///
/// # Examples
/// ```
/// use prom_client_testkit::ScrapeConfig;
///
/// let error = ScrapeConfig::parse("global:\n  scrape_interval: 5x\n").unwrap_err();
/// assert_eq!(error.to_string(), "\
/// line 2, column 20: unknown unit \"x\" in duration \"5x\"
///   |
/// 2 |   scrape_interval: 5x
///   |                    ^^");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    message: String,
    excerpt: Excerpt,
}

impl ConfigError {
    /// A mistake at a place, counted from 1 and in characters, so many characters wide.
    pub(super) fn new(
        text: &str,
        (line, column, width): (usize, usize, usize),
        message: impl fmt::Display,
    ) -> Self {
        let text = text.lines().nth(line - 1).unwrap_or_default();
        let byte = |column: usize| text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
        let place = (byte(column - 1), byte(column - 1 + width));
        let excerpt = Excerpt::of_line(text.as_bytes(), place, Some(line));
        Self { message: message.to_string(), excerpt }
    }

    /// The line, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.excerpt.line()
    }

    /// The column in characters, counted from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.excerpt.column()
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, excerpt } = self;
        let (line, column) = (excerpt.line(), excerpt.column());
        write!(f, "line {line}, column {column}: {message}\n{excerpt}")
    }
}

impl Error for ConfigError {}
