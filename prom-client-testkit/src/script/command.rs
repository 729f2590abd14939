//! What a script says, read.

use std::time::Duration;

use super::series::Row;
use crate::model::{Pattern, Timestamp};

/// One command.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    /// The store is empty again.
    Clear,
    Load(Load),
    Eval(Box<Eval>),
}

/// Series that go into the store.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Load {
    pub(super) line: usize,
    /// The time from one sample to the next; the first one is at 0.
    pub(super) step: Duration,
    pub(super) series: Vec<Loaded>,
    /// Whether classic histograms are there as native ones too.
    pub(super) with_native: bool,
}

/// A series, and whether its samples say when they began to count.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Loaded {
    pub(super) row: Row,
    pub(super) started: bool,
}

/// A query, and what has to come of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Eval {
    pub(super) line: usize,
    pub(super) query: Box<str>,
    pub(super) when: When,
    pub(super) result: Expected,
    /// Whether the series of a vector come in the order of the script.
    pub(super) ordered: bool,
    pub(super) failure: Option<Wanted>,
    pub(super) warnings: Annotations,
    pub(super) infos: Annotations,
}

/// At which moments a query is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum When {
    At(Timestamp),
    Range(Steps),
}

/// Moments, from the first one to the last one at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Steps {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) step: Duration,
}

/// What comes of a query that does not fail.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expected {
    /// A vector of series with one sample each, or a matrix at the steps of the query.
    Series(Vec<Row>),
    /// A range vector at these moments, of a query at one.
    Ranges(Vec<Row>, Steps),
    Scalar(f64),
    Text(String),
}

/// Which annotations of one sort there have to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Annotations {
    /// Nobody looks.
    #[default]
    Any,
    None,
    /// Each of these is there, and each that is there is one of these.
    These(Vec<Wanted>),
}

/// A message that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wanted {
    Any,
    /// To the letter.
    Message(Box<str>),
    /// Somewhere in it this pattern.
    Pattern(Pattern),
}

impl Wanted {
    pub(super) fn is(&self, message: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Message(wanted) => **wanted == *message,
            Self::Pattern(pattern) => pattern.is_match(message),
        }
    }
}

impl Steps {
    /// The moment of a step, if the query comes so far.
    pub(super) fn at(&self, index: usize) -> Option<Timestamp> {
        let millis = u64::try_from(self.step.as_millis()).ok()?.checked_mul(index as u64)?;
        Some(self.from + Duration::from_millis(millis)).filter(|at| *at <= self.to)
    }

    /// The step of a moment, if it is one.
    pub(super) fn index(&self, at: Timestamp) -> Option<usize> {
        let since = usize::try_from(at.as_millis().checked_sub(self.from.as_millis())?).ok()?;
        let step = usize::try_from(self.step.as_millis()).ok()?;
        match step {
            0 => (since == 0).then_some(0),
            step => (since % step == 0).then_some(since / step),
        }
    }
}
