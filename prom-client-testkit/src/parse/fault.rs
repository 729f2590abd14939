//! Every mistake that a parser can find, and its message.

use std::fmt;

/// How much of a wrong word is quoted in a message.
const QUOTED: usize = 40;

/// A mistake. Where it is stands in [`ParseError`](super::ParseError).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fault {
    /// Something else should be here.
    Expected(&'static str, Found),
    /// Text that is not UTF-8.
    NotUtf8(&'static str),
    /// A word that is no number of this sort.
    NotANumber(&'static str, Word),
    /// A number that no float or no integer of 64 bits can hold.
    OutOfRange(&'static str, Word),
    /// A timestamp that is no moment.
    NotAMoment(Word),
    /// A kind that the format does not know.
    UnknownKind(Word),
    /// Two names for one sample.
    SecondName,
    /// No name for a sample.
    NoName,
    /// A name of no characters.
    EmptyName(&'static str),
    /// A label twice in one set.
    DuplicateLabel(Word),
    /// The label that only Prometheus may set.
    ReservedLabel(Word),
    /// A backslash before something that needs none.
    UnknownEscape(char),
    /// A family whose name does not end in its unit.
    UnitNotInName { unit: Word, family: Word },
    /// The end of OpenMetrics is missing.
    NoEof,
    /// Something behind the end of OpenMetrics.
    AfterEof,
    /// A line of metadata twice, or after the samples it speaks of.
    Metadata { line: &'static str, family: Word, why: &'static str },
    /// Two families share a name of a sample.
    Clash(Word),
    /// A rule about a family, its metrics or its samples.
    Rule { family: Word, rule: &'static str },
    #[cfg(feature = "protobuf")]
    Binary(Binary),
}

/// What stands where something else should.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Found {
    Char(char),
    EndOfLine,
    End,
    NotUtf8,
}

/// A mistake in a protobuf exposition.
#[cfg(feature = "protobuf")]
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Binary {
    /// A length that is cut off, or longer than five bytes.
    Length,
    /// A message that ends before its length.
    Truncated { need: u64, have: usize },
    /// A message that is none, in the words of the protobuf library.
    Message(String),
    /// A family whose name does not end in its unit.
    UnitNotInName { unit: Word, family: Word },
    /// A field that is known, of another type than it should be.
    Mistyped { family: Word, number: u32 },
    /// A family or label without a name.
    EmptyName(&'static str),
    /// A label twice.
    DuplicateLabel { family: Word, label: Word },
    /// A type of a family that nobody knows.
    UnknownKind { family: Word, number: i32 },
    /// A native histogram whose parts do not belong together.
    Histogram { family: Word, error: crate::model::HistogramError },
}

/// A word from the body, cut where it gets long.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word(String);

impl Word {
    pub(super) fn new(text: &str) -> Self {
        let mut word: String = text.chars().take(QUOTED).collect();
        if word.len() < text.len() {
            word.push('…');
        }
        Self(word)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        // Four bytes are the longest character.
        let near = &bytes[..bytes.len().min(4 * QUOTED + 4)];
        Self::new(&String::from_utf8_lossy(near))
    }
}

impl Found {
    /// What is at the beginning of these bytes.
    pub(super) fn at(rest: &[u8]) -> Self {
        match rest.first() {
            None => Self::End,
            Some(b'\n') => Self::EndOfLine,
            Some(byte) if byte.is_ascii() => Self::Char(char::from(*byte)),
            Some(_) => {
                let near = &rest[..rest.len().min(4)];
                let valid = match std::str::from_utf8(near) {
                    Ok(text) => text,
                    Err(error) => {
                        std::str::from_utf8(&near[..error.valid_up_to()]).unwrap_or_default()
                    }
                };
                valid.chars().next().map_or(Self::NotUtf8, Self::Char)
            }
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0.escape_debug())
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Quotes of all sorts are clear between backticks.
            Self::Char(c @ ('\'' | '"')) => write!(f, "`{c}`"),
            Self::Char(c) => write!(f, "`{}`", c.escape_debug()),
            Self::EndOfLine => f.write_str("the end of the line"),
            Self::End => f.write_str("the end of the exposition"),
            Self::NotUtf8 => f.write_str("a byte that is not UTF-8"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(what, found) => write!(f, "expected {what}, found {found}"),
            Self::NotUtf8(what) => write!(f, "{what} is not UTF-8"),
            Self::NotANumber(what, word) => write!(f, "expected {what}, found {word}"),
            Self::OutOfRange(what, word) => write!(f, "{word} is out of range for {what}"),
            Self::NotAMoment(word) => write!(f, "{word} is no time"),
            Self::UnknownKind(word) => write!(f, "unknown metric type {word}"),
            Self::SecondName => f.write_str("the sample has a name already"),
            Self::NoName => f.write_str("the sample has no name"),
            Self::EmptyName(what) => write!(f, "{what} is empty"),
            Self::DuplicateLabel(name) => write!(f, "the label {name} is here twice"),
            Self::ReservedLabel(name) => write!(f, "the label {name} is reserved"),
            Self::UnknownEscape(c) => {
                write!(
                    f,
                    "unknown escape `\\{}`; known are `\\\\`, `\\\"` and `\\n`",
                    c.escape_debug()
                )
            }
            Self::UnitNotInName { unit, family } => unit_not_in_name(f, unit, family),
            Self::NoEof => f.write_str("expected `# EOF` as the last line"),
            Self::AfterEof => f.write_str("unexpected data after `# EOF`"),
            Self::Metadata { line, family, why } => write!(f, "{line} line for {family} {why}"),
            Self::Clash(name) => write!(f, "the name {name} belongs to an earlier family"),
            Self::Rule { family, rule } => write!(f, "family {family}: {rule}"),
            #[cfg(feature = "protobuf")]
            Self::Binary(binary) => binary.fmt(f),
        }
    }
}

fn unit_not_in_name(f: &mut fmt::Formatter<'_>, unit: &Word, family: &Word) -> fmt::Result {
    write!(f, "the unit {unit} is not the last part of the name {family}")
}

#[cfg(feature = "protobuf")]
impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length => f.write_str("expected the length of a family, in at most five bytes"),
            Self::Truncated { need, have } => {
                write!(f, "the family needs {need} bytes, and there are {have}")
            }
            Self::Message(error) => write!(f, "not a family: {error}"),
            Self::UnitNotInName { unit, family } => unit_not_in_name(f, unit, family),
            Self::Mistyped { family, number } => {
                write!(f, "family {family}: a field {number} is of the wrong type")
            }
            Self::EmptyName(what) => write!(f, "{what} has no name"),
            Self::DuplicateLabel { family, label } => {
                write!(f, "family {family}: the label {label} is here twice")
            }
            Self::UnknownKind { family, number } => {
                write!(f, "family {family}: unknown metric type {number}")
            }
            Self::Histogram { family, error } => write!(f, "family {family}: {error}"),
        }
    }
}
