//! The lines below an `eval`: what has to come of it.

use super::ScriptError;
use super::command::{Steps, Wanted};
use super::lines::{Line, Words};
use super::number::scalar;
use super::read::{end, steps};
use super::series::{Row, labels, points};
use crate::model::Pattern;
use crate::promql::{Expr, ExprKind};

/// What is known so far.
#[derive(Debug, Default)]
pub(super) struct Expectations {
    pub(super) rows: Vec<Row>,
    pub(super) scalar: Option<f64>,
    pub(super) text: Option<String>,
    pub(super) ranges: Option<Steps>,
    pub(super) ordered: bool,
    pub(super) fails: bool,
    pub(super) failure: Option<Wanted>,
    /// As `eval_warn` says it.
    pub(super) some_warning: bool,
    pub(super) no_warning: bool,
    pub(super) warnings: Vec<Wanted>,
    /// As `eval_info` says it.
    pub(super) some_info: bool,
    pub(super) no_info: bool,
    pub(super) infos: Vec<Wanted>,
}

/// What the line behind one may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Expectation,
    /// Nothing more is expected.
    Command,
}

impl Expectations {
    /// Reads one line.
    pub(super) fn line(&mut self, line: Line<'_>, instant: bool) -> Result<Next, ScriptError> {
        let mut words = line.words();
        match words.next() {
            "expected_fail_message" if self.fails => {
                self.failure = Some(Wanted::Message(words.rest().into()));
                return Ok(Next::Command);
            }
            "expected_fail_regexp" if self.fails => {
                self.failure = Some(pattern(words.rest(), &words)?);
                return Ok(Next::Command);
            }
            "expect" => self.expect(&mut words)?,
            _ => match scalar(line.text) {
                Some(value) => {
                    Self::of_one_kind(self.rows.is_empty() && self.text.is_none(), line, 0)?;
                    self.scalar = Some(value);
                    return Ok(Next::Command);
                }
                None => self.row(line, instant)?,
            },
        }
        Ok(Next::Expectation)
    }

    /// Refuses what would never be looked at.
    fn of_one_kind(is: bool, line: Line<'_>, at: usize) -> Result<(), ScriptError> {
        if is {
            return Ok(());
        }
        Err(line.fault(at, "a result is of one kind: series, or a number, or a text"))
    }

    fn row(&mut self, line: Line<'_>, instant: bool) -> Result<(), ScriptError> {
        Self::of_one_kind(self.text.is_none(), line, 0)?;
        let mut words = line.words();
        let labels = labels(&mut words)?;
        let from = words.at;
        let points = points(&mut words)?;
        if instant && self.ranges.is_none() && points.len() != 1 {
            let message = "a query at one moment has one sample for each series, unless there is \
                           an `expect range vector from .. to .. step ..` above";
            return Err(line.fault(from, message));
        }
        self.rows.retain(|row| row.labels != labels);
        self.rows.push(Row { labels, points });
        Ok(())
    }

    fn expect(&mut self, words: &mut Words<'_>) -> Result<(), ScriptError> {
        let at = words.at;
        let what = words.next();
        match what {
            "range" => {
                words.expect("vector")?;
                self.ranges = Some(steps(words)?);
                return end(words);
            }
            "string" => {
                Self::of_one_kind(self.rows.is_empty(), words.line, at)?;
                self.text = Some(quoted(words)?);
                return Ok(());
            }
            "ordered" | "no_warn" | "no_info" => {
                // The reference takes a message here, too, and looks at none.
                wanted(words)?;
                match what {
                    "ordered" => self.ordered = true,
                    "no_warn" => self.no_warning = true,
                    _ => self.no_info = true,
                }
            }
            "fail" | "warn" | "info" => {
                let wanted = wanted(words)?;
                match what {
                    "fail" if self.failure.is_some() => {
                        return Err(words
                            .line
                            .fault(at, "a query fails once: a second `expect fail`"));
                    }
                    "fail" => self.failure = Some(wanted),
                    "warn" => self.warnings.push(wanted),
                    _ => self.infos.push(wanted),
                }
            }
            _ => {
                let message = "expected `ordered`, `fail`, `warn`, `no_warn`, `info`, `no_info`, \
                               `string` or `range vector`";
                return Err(words.line.fault(at, message));
            }
        }
        let both = [
            (self.no_warning && !self.warnings.is_empty(), "both `warn` and `no_warn`"),
            (self.no_info && !self.infos.is_empty(), "both `info` and `no_info`"),
        ];
        match both.iter().find(|(both, _)| *both) {
            Some((_, message)) => Err(words.line.fault(at, *message)),
            None => end(words),
        }
    }
}

/// Takes the message that is wanted, if only one is.
fn wanted(words: &mut Words<'_>) -> Result<Wanted, ScriptError> {
    let rest = words.rest();
    let wanted = if let Some(message) = rest.strip_prefix("msg:") {
        Wanted::Message(message.trim().into())
    } else if let Some(text) = rest.strip_prefix("regex:") {
        pattern(text.trim(), words)?
    } else if rest.is_empty() {
        Wanted::Any
    } else {
        return Err(words.fault("expected `msg:` or `regex:`"));
    };
    words.at += rest.len();
    Ok(wanted)
}

/// A pattern that has to match somewhere.
fn pattern(text: &str, words: &Words<'_>) -> Result<Wanted, ScriptError> {
    Pattern::new(text).map_err(|error| words.fault(error.reason()))?;
    let somewhere = Pattern::new(&format!(".*(?:{text}).*"));
    somewhere.map(Wanted::Pattern).map_err(|error| words.fault(error.reason()))
}

/// Takes a text in quotes, which are those of queries.
fn quoted(words: &mut Words<'_>) -> Result<String, ScriptError> {
    let text = match Expr::parse(words.rest()).map(|expr| expr.kind) {
        Ok(ExprKind::String(text)) => text.as_str().map(str::to_owned),
        _ => None,
    };
    text.ok_or_else(|| words.fault("expected a text in quotes"))
}
