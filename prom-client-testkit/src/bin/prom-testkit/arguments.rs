//! What the command is told to do.

use std::ffi::OsString;
use std::fmt;

use prom_client_testkit::Format;

#[cfg(feature = "promql")]
use crate::promql_test::PromqlTest;
#[cfg(all(feature = "http", feature = "promql"))]
use crate::query::Query;

/// How to call it.
pub(crate) const HELP: &str = "\
Usage: prom-testkit check [OPTIONS] FILE|-|URL
       prom-testkit promql-test [--verbose] FILE...
       prom-testkit query [OPTIONS] URL EXPR

check reads an exposition from a file, from standard input or over HTTP, as Prometheus 3.5 would.
  --format text|openmetrics|protobuf
               the format; otherwise text, and for a URL what its Content-Type says
  --strict     as strictly as promtool reads text, and as the specification of OpenMetrics
  --lint       advice on names, in the words of `promtool check metrics`
  --bearer TOKEN
               for a URL that answers only those who have it

promql-test runs scripts in the test language of PromQL on the embedded engine.
  --verbose    also why cases are skipped

query asks any server that has the HTTP API of Prometheus.
  --time T     when; now unless it is said. T is in seconds, or 2026-11-20T12:00:00Z, or -1h
  --start T [--end T] [--step DURATION]
               the values over a time, as a chart
  --json       the answer as JSON
  --bearer TOKEN
               for a server that answers only those who have it

--help, --version

Exits with 0 if there is nothing to say, 1 if something is unreadable, failed or has no answer, 2 if the command is
wrong, 3 if there is advice.
";

/// A command.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Check(Check),
    #[cfg(feature = "promql")]
    PromqlTest(PromqlTest),
    #[cfg(all(feature = "http", feature = "promql"))]
    Query(Query),
    Help,
    Version,
}

/// `check`: what to read, and how.
#[derive(Debug, PartialEq)]
pub(crate) struct Check {
    pub(crate) input: OsString,
    pub(crate) format: Option<Format>,
    pub(crate) strict: bool,
    pub(crate) lint: bool,
    pub(crate) bearer: Option<String>,
}

/// Words that make no command.
#[derive(Debug, PartialEq)]
pub(crate) enum Misuse {
    NoCommand,
    UnknownCommand(String),
    #[cfg(not(all(feature = "http", feature = "promql")))]
    NeedsFeatures(&'static str, &'static str),
    UnknownOption(String),
    UnknownFormat(String),
    NoFormat,
    NoInput,
    SecondInput(String),
    #[cfg(feature = "promql")]
    NoScript,
    NoValue(String),
    #[cfg(all(feature = "http", feature = "promql"))]
    NoQuery,
    #[cfg(all(feature = "http", feature = "promql"))]
    SecondQuery(String),
    #[cfg(all(feature = "http", feature = "promql"))]
    TimeOfRange,
}

/// Reads the words after the name of the program.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Command, Misuse> {
    let mut words = words.into_iter();
    let command = words.next().ok_or(Misuse::NoCommand)?;
    match command.to_str() {
        Some("check") => check(words),
        #[cfg(feature = "promql")]
        Some("promql-test") => promql_test(words),
        #[cfg(all(feature = "http", feature = "promql"))]
        Some("query") => query(words),
        #[cfg(not(feature = "promql"))]
        Some("promql-test") => Err(Misuse::NeedsFeatures("promql-test", "`promql`")),
        #[cfg(not(all(feature = "http", feature = "promql")))]
        Some("query") => Err(Misuse::NeedsFeatures("query", "`http` and `promql`")),
        Some("--help" | "-h" | "help") => Ok(Command::Help),
        Some("--version" | "-V") => Ok(Command::Version),
        _ => Err(Misuse::UnknownCommand(command.to_string_lossy().into_owned())),
    }
}

fn check(mut words: impl Iterator<Item = OsString>) -> Result<Command, Misuse> {
    let mut input = None;
    let (mut chosen, mut strict, mut lint, mut bearer) = (None, false, false, None);
    let mut options = true;
    while let Some(word) = words.next() {
        let text = word.to_string_lossy().into_owned();
        match &*text {
            "--" if options => options = false,
            "--strict" if options => strict = true,
            "--lint" if options => lint = true,
            "--help" | "-h" if options => return Ok(Command::Help),
            "--format" if options => {
                let name = words.next().ok_or(Misuse::NoFormat)?;
                chosen = Some(format(&name.to_string_lossy())?);
            }
            "--bearer" if options => {
                let token = words.next().ok_or(Misuse::NoValue(text))?;
                bearer = Some(token.to_string_lossy().into_owned());
            }
            option if options && option.starts_with('-') && option != "-" => {
                match option.split_once('=') {
                    Some(("--format", name)) => chosen = Some(format(name)?),
                    Some(("--bearer", token)) => bearer = Some(token.to_owned()),
                    _ => return Err(Misuse::UnknownOption(text)),
                }
            }
            _ if input.is_some() => return Err(Misuse::SecondInput(text)),
            _ => input = Some(word),
        }
    }
    let input = input.ok_or(Misuse::NoInput)?;
    Ok(Command::Check(Check { input, format: chosen, strict, lint, bearer }))
}

#[cfg(feature = "promql")]
fn promql_test(words: impl Iterator<Item = OsString>) -> Result<Command, Misuse> {
    let mut test = PromqlTest::default();
    let mut options = true;
    for word in words {
        let text = word.to_string_lossy();
        match &*text {
            "--" if options => options = false,
            "--verbose" | "-v" if options => test.verbose = true,
            "--help" | "-h" if options => return Ok(Command::Help),
            option if options && option.starts_with('-') => {
                return Err(Misuse::UnknownOption(option.to_owned()));
            }
            _ => test.files.push(word),
        }
    }
    if test.files.is_empty() { Err(Misuse::NoScript) } else { Ok(Command::PromqlTest(test)) }
}

#[cfg(all(feature = "http", feature = "promql"))]
fn query(words: impl Iterator<Item = OsString>) -> Result<Command, Misuse> {
    let mut query = Query::default();
    let mut given: Vec<String> = Vec::new();
    let mut words = words.map(|word| word.to_string_lossy().into_owned());
    let mut options = true;
    while let Some(word) = words.next() {
        let (option, value) = match word.split_once('=') {
            Some((option, value)) if option.starts_with("--") => (option, Some(value.to_owned())),
            _ => (&*word, None),
        };
        let field = match option {
            "--time" => &mut query.time,
            "--start" => &mut query.start,
            "--end" => &mut query.end,
            "--step" => &mut query.step,
            "--bearer" => &mut query.bearer,
            "--" if options => {
                options = false;
                continue;
            }
            "--json" if options => {
                query.json = true;
                continue;
            }
            "--help" | "-h" if options => return Ok(Command::Help),
            // A query may begin with a minus.
            option if options && option.starts_with("--") => {
                return Err(Misuse::UnknownOption(option.to_owned()));
            }
            _ => {
                given.push(word);
                continue;
            }
        };
        let value = value.or_else(|| words.next());
        *field = Some(value.ok_or_else(|| Misuse::NoValue(option.to_owned()))?);
    }
    if query.start.is_some() && query.time.is_some()
        || query.start.is_none() && (query.end.is_some() || query.step.is_some())
    {
        return Err(Misuse::TimeOfRange);
    }
    let mut given = given.into_iter();
    match (given.next(), given.next(), given.next()) {
        (Some(url), Some(text), None) => {
            (query.url, query.query) = (url, text);
            Ok(Command::Query(query))
        }
        (_, _, Some(more)) => Err(Misuse::SecondQuery(more)),
        _ => Err(Misuse::NoQuery),
    }
}

fn format(name: &str) -> Result<Format, Misuse> {
    match name {
        "text" => Ok(Format::Text),
        "openmetrics" => Ok(Format::OpenMetrics),
        #[cfg(feature = "protobuf")]
        "protobuf" => Ok(Format::Protobuf),
        other => Err(Misuse::UnknownFormat(other.to_owned())),
    }
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => f.write_str("no command"),
            Self::UnknownCommand(word) => write!(f, "unknown command `{word}`"),
            #[cfg(not(all(feature = "http", feature = "promql")))]
            Self::NeedsFeatures(command, features) => {
                write!(f, "`{command}` needs prom-testkit with {features} among its features")
            }
            Self::UnknownOption(word) => write!(f, "unknown option `{word}`"),
            Self::UnknownFormat(word) => write!(f, "unknown format `{word}`"),
            Self::NoFormat => f.write_str("`--format` without a format"),
            Self::NoInput => f.write_str("nothing to read: give a file, `-` or a URL"),
            Self::SecondInput(word) => write!(f, "one exposition at a time, and not `{word}` too"),
            #[cfg(feature = "promql")]
            Self::NoScript => f.write_str("nothing to run: give a script"),
            Self::NoValue(option) => write!(f, "`{option}` without a value"),
            #[cfg(all(feature = "http", feature = "promql"))]
            Self::NoQuery => f.write_str("nothing to ask: give a URL and a query"),
            #[cfg(all(feature = "http", feature = "promql"))]
            Self::SecondQuery(word) => write!(f, "one query at a time, and not `{word}` too"),
            #[cfg(all(feature = "http", feature = "promql"))]
            Self::TimeOfRange => {
                f.write_str("a query has a `--time`, or a `--start` and what belongs to it")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &str) -> Result<Command, Misuse> {
        parse(words.split_whitespace().map(OsString::from))
    }

    #[test]
    fn options_stand_anywhere_before_two_dashes() {
        let check = |input: &str, format, strict, lint| {
            Ok(Command::Check(Check { input: input.into(), format, strict, lint, bearer: None }))
        };
        let asked = Check {
            input: "http://x".into(),
            format: None,
            strict: false,
            lint: false,
            bearer: Some("t0ken".to_owned()),
        };
        for (words, expected) in [
            ("check a", check("a", None, false, false)),
            ("check - --lint", check("-", None, false, true)),
            ("check --strict --format text a", check("a", Some(Format::Text), true, false)),
            ("check a --format=openmetrics", check("a", Some(Format::OpenMetrics), false, false)),
            ("check -- --lint", check("--lint", None, false, false)),
            ("check --bearer=t0ken http://x", Ok(Command::Check(asked))),
            ("check --help", Ok(Command::Help)),
            ("--version", Ok(Command::Version)),
        ] {
            assert_eq!(command(words), expected, "{words}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (words, message) in [
            ("", "no command"),
            ("frob", "unknown command `frob`"),
            ("check", "nothing to read: give a file, `-` or a URL"),
            ("check a b", "one exposition at a time, and not `b` too"),
            ("check --frob a", "unknown option `--frob`"),
            ("check --format", "`--format` without a format"),
            ("check a --bearer", "`--bearer` without a value"),
            ("check --format xml a", "unknown format `xml`"),
        ] {
            assert_eq!(command(words).expect_err(words).to_string(), message);
        }
    }

    #[test]
    #[cfg(feature = "promql")]
    fn scripts_are_run_together() {
        let files = vec!["a.test".into(), "b.test".into()];
        let test = |verbose| Ok(Command::PromqlTest(PromqlTest { files: files.clone(), verbose }));
        assert_eq!(command("promql-test a.test b.test"), test(false));
        assert_eq!(command("promql-test a.test -v b.test"), test(true));
        let error = command("promql-test --verbose").expect_err("no file");
        assert_eq!(error.to_string(), "nothing to run: give a script");
    }

    #[test]
    #[cfg(all(feature = "http", feature = "promql"))]
    fn a_query_has_a_time_or_a_range() {
        let base =
            || Query { url: "http://x".to_owned(), query: "-up".to_owned(), ..Query::default() };
        let some = |text: &str| Some(text.to_owned());
        for (words, expected) in [
            ("query http://x -up", base()),
            ("query --json http://x -up --time=5", Query { json: true, time: some("5"), ..base() }),
            (
                "query http://x -- -up --start -1h --step 15s",
                Query { start: some("-1h"), step: some("15s"), ..base() },
            ),
        ] {
            assert_eq!(command(words), Ok(Command::Query(expected)), "{words}");
        }
        for (words, message) in [
            ("query http://x", "nothing to ask: give a URL and a query"),
            ("query a b c", "one query at a time, and not `c` too"),
            ("query a b --time", "`--time` without a value"),
            ("query a b --frob", "unknown option `--frob`"),
            ("query a b --end 5", "a query has a `--time`, or a `--start` and what belongs to it"),
            (
                "query a b --start 5 --time 5",
                "a query has a `--time`, or a `--start` and what belongs to it",
            ),
        ] {
            assert_eq!(command(words).expect_err(words).to_string(), message);
        }
    }
}
