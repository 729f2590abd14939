//! How a script went.

use std::fmt;

/// How each case of a script went, in their order.
///
/// `{}` lists the cases that failed, and says how many there were of each kind.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The cases: every `eval`, and each `load` that failed.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Case {
    /// The line of the command, counted from 1.
    pub line: usize,
    /// The query; for a `load`, this word.
    pub query: Box<str>,
    /// How it went.
    pub outcome: Outcome,
}

/// How a case went.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a case passes, fails, or is not tried")]
pub enum Outcome {
    /// All that was expected came.
    Passed,
    /// Something else came: what, and at which of the queries that make up a case.
    Failed(String),
    /// It needs something that the engine does not have.
    Skipped(String),
}

impl Report {
    /// How many cases passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Passed))
    }

    /// How many cases failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Failed(_)))
    }

    /// How many cases were not tried, since the engine does not have what they need.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Skipped(_)))
    }

    fn count(&self, is: impl Fn(&Outcome) -> bool) -> usize {
        self.cases.iter().filter(|case| is(&case.outcome)).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for case in &self.cases {
            if let Outcome::Failed(_) = case.outcome {
                writeln!(f, "{case}")?;
            }
        }
        let (passed, failed, skipped) = (self.passed(), self.failed(), self.skipped());
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, query, outcome } = self;
        match outcome {
            Outcome::Passed => write!(f, "line {line}: {query}: passed"),
            Outcome::Failed(reason) => {
                write!(f, "line {line}: {query}")?;
                reason.lines().try_for_each(|line| write!(f, "\n    {line}"))
            }
            Outcome::Skipped(reason) => write!(f, "line {line}: {query}: skipped: {reason}"),
        }
    }
}
