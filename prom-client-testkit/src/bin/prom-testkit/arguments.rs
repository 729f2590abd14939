//! What the command is told to do.

use std::ffi::OsString;
use std::fmt;

use prom_client_testkit::Format;

/// How to call it.
pub(crate) const HELP: &str = "\
Usage: prom-testkit check [OPTIONS] FILE|-|URL

Reads an exposition from a file, from standard input or over HTTP, as Prometheus 3.5 would.

Options:
  --format text|openmetrics|protobuf
               the format; otherwise text, and for a URL what its Content-Type says
  --strict     as strictly as promtool reads text, and as the specification of OpenMetrics
  --lint       advice on names, in the words of `promtool check metrics`
  --help, --version

Exits with 0 if there is nothing to say, 1 if the exposition is unreadable, 2 if the command is wrong,
3 if there is advice.
";

/// A command.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Check(Check),
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
}

/// Words that make no command.
#[derive(Debug, PartialEq)]
pub(crate) enum Misuse {
    NoCommand,
    UnknownCommand(String),
    UnknownOption(String),
    UnknownFormat(String),
    NoFormat,
    NoInput,
    SecondInput(String),
}

/// Reads the words after the name of the program.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Command, Misuse> {
    let mut words = words.into_iter();
    let command = words.next().ok_or(Misuse::NoCommand)?;
    match command.to_str() {
        Some("check") => {}
        Some("--help" | "-h" | "help") => return Ok(Command::Help),
        Some("--version" | "-V") => return Ok(Command::Version),
        _ => return Err(Misuse::UnknownCommand(command.to_string_lossy().into_owned())),
    }
    let mut input = None;
    let (mut chosen, mut strict, mut lint) = (None, false, false);
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
            option if options && option.starts_with('-') && option != "-" => {
                match option.strip_prefix("--format=") {
                    Some(name) => chosen = Some(format(name)?),
                    None => return Err(Misuse::UnknownOption(text)),
                }
            }
            _ if input.is_some() => return Err(Misuse::SecondInput(text)),
            _ => input = Some(word),
        }
    }
    let input = input.ok_or(Misuse::NoInput)?;
    Ok(Command::Check(Check { input, format: chosen, strict, lint }))
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
            Self::UnknownOption(word) => write!(f, "unknown option `{word}`"),
            Self::UnknownFormat(word) => write!(f, "unknown format `{word}`"),
            Self::NoFormat => f.write_str("`--format` without a format"),
            Self::NoInput => f.write_str("nothing to read: give a file, `-` or a URL"),
            Self::SecondInput(word) => write!(f, "one exposition at a time, and not `{word}` too"),
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
            Ok(Command::Check(Check { input: input.into(), format, strict, lint }))
        };
        for (words, expected) in [
            ("check a", check("a", None, false, false)),
            ("check - --lint", check("-", None, false, true)),
            ("check --strict --format text a", check("a", Some(Format::Text), true, false)),
            ("check a --format=openmetrics", check("a", Some(Format::OpenMetrics), false, false)),
            ("check -- --lint", check("--lint", None, false, false)),
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
            ("check --format xml a", "unknown format `xml`"),
        ] {
            assert_eq!(command(words).expect_err(words).to_string(), message);
        }
    }
}
