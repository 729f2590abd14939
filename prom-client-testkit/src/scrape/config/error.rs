//! What is wrong with a configuration, and where.

use std::error::Error;
use std::fmt;

/// A configuration that cannot be used: the place, and what is wrong with it, in the words of Prometheus where it has
/// some.
///
/// # Examples
/// ```
/// use prom_client_testkit::ScrapeConfig;
///
/// let error = ScrapeConfig::parse("global:\n  scrape_interval: 5x\n").unwrap_err();
/// assert_eq!(error.to_string(), "\
/// line 2, column 20: not a valid duration string: \"5x\"
///   |
/// 2 |   scrape_interval: 5x
///   |                    ^^");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    message: String,
    line: usize,
    column: usize,
    /// The line.
    excerpt: String,
    /// How many carets stand under it.
    width: usize,
}

impl ConfigError {
    /// A mistake at a place, counted from 1, so many characters wide.
    pub(super) fn new(
        text: &str,
        (line, column, width): (usize, usize, usize),
        message: impl fmt::Display,
    ) -> Self {
        let excerpt = text.lines().nth(line - 1).unwrap_or_default().to_owned();
        let most = (excerpt.chars().count() + 1).saturating_sub(column);
        let width = width.min(most).max(1);
        Self { message: message.to_string(), line, column, excerpt, width }
    }

    /// The line, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, counted from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, line, column, excerpt, width } = self;
        let margin = line.to_string().len();
        let excerpt: String =
            excerpt.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        writeln!(f, "line {line}, column {column}: {message}")?;
        writeln!(f, "{:margin$} |", "")?;
        writeln!(f, "{line} | {excerpt}")?;
        write!(f, "{:margin$} | {:before$}{}", "", "", "^".repeat(*width), before = column - 1)
    }
}

impl Error for ConfigError {}
