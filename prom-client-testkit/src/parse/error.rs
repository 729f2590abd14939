//! What is wrong with an exposition, and where.

use std::error::Error;
use std::fmt;

use super::fault::Fault;

/// How many characters of a line are shown on either side of a mistake.
const AROUND: usize = 60;

/// An exposition that cannot be read.
///
/// It knows the place: for text the line, the column, and the line itself, which `{}` shows with a caret
/// under the mistake; for protobuf the offset in the body.
///
/// # Examples
/// ```
/// use prom_client_testkit::{Format, Parser};
///
/// let error = Parser::new(Format::Text).parse(b"a{b='c'} 1\n").unwrap_err();
/// assert_eq!((error.line(), error.column()), (Some(1), Some(5)));
/// assert_eq!(error.to_string(), "\
/// line 1, column 5: expected a label value in double quotes, found `'`
///   |
/// 1 | a{b='c'} 1
///   |     ^");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ParseError(Box<Inner>);

#[derive(Clone, Debug, PartialEq)]
struct Inner {
    fault: Fault,
    offset: usize,
    place: Option<Place>,
}

/// A place in text.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    line: usize,
    column: usize,
    /// The line, or the part of it around the mistake.
    excerpt: String,
    /// How many characters of the excerpt stand before the mistake.
    before: usize,
    /// How many carets fit under it.
    width: usize,
}

impl ParseError {
    /// A mistake in text, at these bytes of the body.
    pub(super) fn in_text(body: &[u8], (from, to): (usize, usize), fault: Fault) -> Self {
        let from = from.min(body.len());
        let start = body[..from].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let length = body[start..].iter().position(|b| *b == b'\n');
        let end = length.map_or(body.len(), |length| start + length);
        let line = 1 + body[..start].iter().filter(|b| **b == b'\n').count();
        let before = String::from_utf8_lossy(&body[start..from]);
        let column = 1 + before.chars().count();

        let skipped = (column - 1).saturating_sub(AROUND);
        let mut excerpt = String::new();
        if skipped > 0 {
            excerpt.push('…');
        }
        excerpt.extend(before.chars().skip(skipped).map(visible));
        let shown_before = excerpt.chars().count();
        // Four bytes are the longest character, so this is enough for what is shown.
        let near = &body[from..end.min(from + 4 * AROUND)];
        let after = String::from_utf8_lossy(near);
        excerpt.extend(after.chars().take(AROUND).map(visible));
        if after.chars().count() > AROUND || near.len() < end - from {
            excerpt.push('…');
        }
        let wrong = String::from_utf8_lossy(&body[from..to.clamp(from, end)]).chars().count();
        let place =
            Place { line, column, excerpt, before: shown_before, width: wrong.clamp(1, AROUND) };
        Self(Box::new(Inner { fault, offset: from, place: Some(place) }))
    }

    /// A mistake in bytes, at this offset of the body.
    #[cfg(feature = "protobuf")]
    pub(super) fn in_bytes(offset: usize, fault: Fault) -> Self {
        Self(Box::new(Inner { fault, offset, place: None }))
    }

    /// The line, counted from 1, if the exposition is text.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.0.place.as_ref().map(|place| place.line)
    }

    /// The column in characters, counted from 1, if the exposition is text.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.0.place.as_ref().map(|place| place.column)
    }

    /// The offset in the body, in bytes.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// What is wrong, in one line and without the place.
    #[must_use]
    pub fn message(&self) -> String {
        self.0.fault.to_string()
    }
}

/// A character that takes one column and changes nothing else.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { fault, offset, place } = &*self.0;
        let Some(Place { line, column, excerpt, before, width }) = place else {
            return write!(f, "byte {offset}: {fault}");
        };
        let gutter = line.to_string().len();
        writeln!(f, "line {line}, column {column}: {fault}")?;
        writeln!(f, "{:gutter$} |", "")?;
        writeln!(f, "{line} | {excerpt}")?;
        write!(f, "{:gutter$} | {:before$}{:^<width$}", "", "", "")
    }
}

impl Error for ParseError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(body: &[u8], from: usize, to: usize) -> ParseError {
        ParseError::in_text(body, (from, to), Fault::NoEof)
    }

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        for (body, from, place) in [
            ("", 0, (1, 1)),
            ("a\n", 1, (1, 2)),
            ("a\nb", 2, (2, 1)),
            ("é b", 3, (1, 3)),
            ("a\n\n", 3, (3, 1)),
            ("a", 99, (1, 2)),
        ] {
            let error = at(body.as_bytes(), from, from);
            assert_eq!((error.line(), error.column()), (Some(place.0), Some(place.1)), "{body:?}");
        }
    }

    #[test]
    fn the_caret_stands_under_the_mistake() {
        for (body, span, shown) in [
            (&b"x\na{b} 1\nz"[..], (4, 5), "2 | a{b} 1\n  |   ^"),
            (b"\xff\t\x00 wrong", (4, 9), "1 | \u{fffd} \u{fffd} wrong\n  |     ^^^^^"),
            (b"a\nb", (1, 1), "1 | a\n  |  ^"),
        ] {
            let text = at(body, span.0, span.1).to_string();
            assert!(text.ends_with(shown), "{text}");
        }
    }

    #[test]
    fn of_a_long_line_only_a_part_is_shown() {
        let body = "x".repeat(10_000_000);
        let error = at(body.as_bytes(), 5_000_000, 9_000_000);
        assert_eq!(error.column(), Some(5_000_001));
        let text = error.to_string();
        let x = "x".repeat(AROUND);
        let shown = format!("1 | …{x}{x}…\n  |  {}{}", " ".repeat(AROUND), "^".repeat(AROUND));
        assert!(text.ends_with(&shown), "{text}");
    }
}
