//! Why a query has no answer, or not the one that was claimed.

use std::error::Error;
use std::fmt;

use crate::model::{DurationError, Excerpt, Timestamp, alike};
use crate::promql::{EvalError, ParseError};

/// So many series of a side are shown.
const SHOWN: usize = 30;

/// Why a query has no answer, or not the one that was claimed. It looks the same with `{:?}` as with `{}`, so that a
/// test that returns it is readable.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum QueryError {
    /// The query cannot be read.
    Parse(ParseError),
    /// The step is no span of time.
    Duration(DurationError),
    /// The query has no value.
    Eval {
        /// The query.
        query: Box<str>,
        /// Why.
        error: EvalError,
    },
    /// A server refuses.
    Refused {
        /// The status of HTTP.
        status: u16,
        /// What kind of error the server calls it, such as `bad_data`, `execution` or `timeout`.
        kind: Box<str>,
        /// The server's words.
        message: Box<str>,
    },
    /// There is no answer of a server.
    Http(Box<str>),
    /// The answer of a server is none, or there is something in it that the kit does not have.
    Answer(Box<str>),
    /// What was claimed is a text or a range of samples.
    NoClaim(&'static str),
    /// There is an answer, and it is not what was claimed.
    Unmet(Box<Unmet>),
}

/// A claim that does not hold: what it says, and the series on its sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Unmet {
    query: Box<str>,
    at: Timestamp,
    sides: Vec<Side>,
    missing: Vec<Missing>,
    /// Windows in which no series has two samples.
    short: Vec<Box<str>>,
    /// Targets that are down, and why.
    down: Vec<String>,
}

/// A part of a claim, and its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Side {
    /// The words before its text.
    pub(super) name: &'static str,
    pub(super) text: Box<str>,
    pub(super) rows: Vec<SideRow>,
}

/// A series of a side.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SideRow {
    pub(super) holds: bool,
    pub(super) text: String,
}

/// A selector that means no series, and others of the same name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Missing {
    pub(super) selector: Box<str>,
    /// The name of its metric, if it says just one.
    pub(super) name: Option<Box<str>>,
    pub(super) others: Vec<String>,
    /// Names that may be meant instead.
    pub(super) alike: Vec<Box<str>>,
}

impl Unmet {
    pub(super) fn new(
        query: &str,
        at: Timestamp,
        sides: Vec<Side>,
        missing: Vec<Missing>,
        short: Vec<Box<str>>,
    ) -> Self {
        Self { query: query.into(), at, sides, missing, short, down: Vec::new() }
    }

    /// The same, where the metrics have these names: one of them may be meant.
    pub(crate) fn among(mut self, names: &[&str]) -> Self {
        for missing in self.missing.iter_mut().filter(|missing| missing.others.is_empty()) {
            if let Some(name) = missing.name.as_deref().filter(|name| !names.contains(name)) {
                missing.alike = alike(name, names).into_iter().map(Box::from).collect();
            }
        }
        self
    }

    /// The same, where these targets are down, which may be why.
    pub(crate) fn while_down(self, down: Vec<String>) -> Self {
        Self { down, ..self }
    }

    /// What was claimed.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.query
    }

    /// When it did not hold.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parse(error) => error.fmt(f),
            Self::Duration(error) => error.fmt(f),
            Self::Eval { query, error } => {
                let place = error.place().map(|place| (place.start, place.end));
                let excerpt = Excerpt::new(query.as_bytes(), place.unwrap_or((0, query.len())));
                write!(f, "{error}\n{excerpt}")
            }
            Self::Refused { status, kind, message } => {
                write!(f, "the server refuses, status {status}, {kind}: {message}")
            }
            Self::Http(reason) => f.write_str(reason),
            Self::Answer(reason) => write!(f, "the server's answer cannot be used: {reason}"),
            Self::NoClaim(kind) => write!(f, "a claim is a vector or a number, and no {kind}"),
            Self::Unmet(unmet) => unmet.fmt(f),
        }
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { query, at, sides, missing, short, down } = self;
        write!(f, "this does not hold at {at}: {query}")?;
        for Side { name, text, rows } in sides {
            write!(f, "\n{name}{text}")?;
            if rows.is_empty() {
                f.write_str("\n    there is no series")?;
            }
            // Those that it is not true of come first.
            let sorted =
                rows.iter().filter(|row| !row.holds).chain(rows.iter().filter(|row| row.holds));
            for row in sorted.take(SHOWN) {
                write!(f, "\n  {} {}", if row.holds { ' ' } else { '-' }, row.text)?;
            }
            more(rows.len(), f)?;
        }
        for Missing { selector, others, alike, .. } in missing {
            write!(f, "\nno series {selector}")?;
            if !others.is_empty() {
                f.write_str("; there are")?;
            }
            for other in others.iter().take(SHOWN) {
                write!(f, "\n    {other}")?;
            }
            more(others.len(), f)?;
            if !alike.is_empty() {
                f.write_str("; there are metrics with a name like it")?;
            }
            for name in alike.iter().take(SHOWN) {
                write!(f, "\n    {name}")?;
            }
            more(alike.len(), f)?;
        }
        for window in short {
            write!(f, "\nno series has two samples in {window}, as rates need")?;
        }
        if !missing.is_empty() {
            f.write_str(
                "\n  = where there may be none, claim `(.. or vector(0)) == 0` or `absent(..)`",
            )?;
        }
        if !down.is_empty() {
            write!(f, "\n\ntargets are down\n{}", down.join("\n"))?;
        }
        Ok(())
    }
}

/// Says how many are not shown.
fn more(all: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match all.saturating_sub(SHOWN) {
        0 => Ok(()),
        rest => write!(f, "\n    .. and {rest} more"),
    }
}

impl fmt::Debug for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for QueryError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Parse(error) => Some(error),
            Self::Duration(error) => Some(error),
            Self::Eval { error, .. } => Some(error),
            _ => None,
        }
    }
}
