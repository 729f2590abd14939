//! From lines to commands.

use std::time::Duration;

use super::ScriptError;
use super::command::{Annotations, Command, Eval, Expected, Load, Loaded, Steps, Wanted, When};
use super::expect::{Expectations, Next};
use super::lines::{Line, Words};
use super::series::{Row, labels, points};
use crate::model::{IntoDuration, Timestamp};

/// Reads a script.
pub(super) fn commands(script: &str) -> Result<Vec<Command>, ScriptError> {
    let mut lines = Lines { all: Line::all(script), next: 0 };
    let mut commands = Vec::new();
    while let Some(line) = lines.command() {
        let mut words = line.words();
        let command = words.next().to_ascii_lowercase();
        commands.push(if command == "clear" {
            Command::Clear
        } else if command.starts_with("load") {
            Command::Load(load(&command, words, &mut lines)?)
        } else if command.starts_with("eval") {
            Command::Eval(Box::new(eval(&command, words, &mut lines)?))
        } else {
            return Err(line.fault(0, "expected `load`, `eval` or `clear`"));
        });
    }
    Ok(commands)
}

/// Lines that have not been read yet.
struct Lines<'a> {
    all: Vec<Line<'a>>,
    next: usize,
}

impl<'a> Lines<'a> {
    /// The next line that is not empty.
    fn command(&mut self) -> Option<Line<'a>> {
        let found = self.all[self.next..].iter().position(|line| !line.text.is_empty())?;
        self.next += found + 1;
        Some(self.all[self.next - 1])
    }

    /// The next line of the block, which an empty one ends.
    fn of_block(&mut self) -> Option<Line<'a>> {
        let line = self.all.get(self.next).filter(|line| !line.text.is_empty())?;
        self.next += 1;
        Some(*line)
    }
}

fn load(command: &str, mut words: Words<'_>, lines: &mut Lines<'_>) -> Result<Load, ScriptError> {
    let with_native = match command {
        "load" => false,
        "load_with_nhcb" => true,
        _ => return Err(words.line.fault(0, "expected `load` or `load_with_nhcb`")),
    };
    let step = duration(&mut words)?;
    end(&words)?;
    let mut load = Load { line: words.line.number, step, series: Vec::new(), with_native };
    // When the samples of the next series began to count, and when those of all that follow did.
    let (mut started, mut all_started) = (false, false);
    while let Some(line) = lines.of_block() {
        let mut words = line.words();
        if line.text.starts_with("@st") {
            all_started = true;
            continue;
        }
        let labels = labels(&mut words)?;
        if words.rest().starts_with("@st") {
            started = true;
            continue;
        }
        let row = Row { labels, points: points(&mut words)? };
        // Of one series only the last line counts, as in the reference.
        load.series.retain(|loaded| loaded.row.labels != row.labels);
        load.series.push(Loaded { row, started: started || all_started });
        started = false;
    }
    Ok(load)
}

fn eval(command: &str, mut words: Words<'_>, lines: &mut Lines<'_>) -> Result<Eval, ScriptError> {
    let line = words.line;
    let kind = words.at;
    let instant = match words.next() {
        "instant" => true,
        "range" => false,
        _ => return Err(line.fault(kind, "expected `instant` or `range`")),
    };
    let mut expectations = Expectations::default();
    match (command, instant) {
        ("eval", _) => {}
        ("eval_fail", _) => expectations.fails = true,
        ("eval_warn", _) => expectations.some_warning = true,
        ("eval_info", _) => expectations.some_info = true,
        ("eval_ordered", true) => expectations.ordered = true,
        _ => return Err(line.fault(0, format!("there is no `{command}` of this kind"))),
    }
    let when = if instant {
        words.expect("at")?;
        When::At(moment(&mut words)?)
    } else {
        When::Range(steps(&mut words)?)
    };
    let query: Box<str> = words.rest().into();
    if query.is_empty() {
        return Err(words.fault("expected a query"));
    }
    while let Some(line) = lines.of_block() {
        if expectations.line(line, instant)? == Next::Command {
            break;
        }
    }
    Ok(expectations.eval(line.number, query, when))
}

impl Expectations {
    fn eval(self, line: usize, query: Box<str>, when: When) -> Eval {
        let result = match (self.text, self.scalar, self.ranges) {
            (Some(text), _, _) => Expected::Text(text),
            (None, Some(scalar), _) => Expected::Scalar(scalar),
            (None, None, Some(steps)) => Expected::Ranges(self.rows, steps),
            (None, None, None) => Expected::Series(self.rows),
        };
        let annotations = |none: bool, some: bool, mut wanted: Vec<_>| {
            if some {
                wanted.push(Wanted::Any);
            }
            match (none, wanted.is_empty()) {
                (true, _) => Annotations::None,
                (false, true) => Annotations::Any,
                (false, false) => Annotations::These(wanted),
            }
        };
        Eval {
            line,
            query,
            when,
            result,
            ordered: self.ordered,
            failure: self.failure.or_else(|| self.fails.then_some(Wanted::Any)),
            warnings: annotations(self.no_warning, self.some_warning, self.warnings),
            infos: annotations(self.no_info, self.some_info, self.infos),
        }
    }
}

/// Takes a span of time, which is `0` or has units.
pub(super) fn duration(words: &mut Words<'_>) -> Result<Duration, ScriptError> {
    let at = words.at;
    words.next().into_duration().map_err(|error| words.line.fault(at, error.to_string()))
}

/// Takes a moment, which is so long after 0.
fn moment(words: &mut Words<'_>) -> Result<Timestamp, ScriptError> {
    duration(words).map(Timestamp::from)
}

/// Takes `from .. to .. step ..`.
pub(super) fn steps(words: &mut Words<'_>) -> Result<Steps, ScriptError> {
    words.expect("from")?;
    let from = moment(words)?;
    words.expect("to")?;
    let at = words.at;
    let to = moment(words)?;
    if to < from {
        return Err(words
            .line
            .fault(at, format!("the end, {to}, is before the beginning, {from}")));
    }
    words.expect("step")?;
    Ok(Steps { from, to, step: duration(words)? })
}

/// Nothing may follow.
pub(super) fn end(words: &Words<'_>) -> Result<(), ScriptError> {
    if words.rest().is_empty() { Ok(()) } else { Err(words.fault("expected the end of the line")) }
}
