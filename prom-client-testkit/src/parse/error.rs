//! What is wrong with an exposition, and where.

use std::error::Error;
use std::fmt;

use super::fault::Fault;
use crate::model::Excerpt;

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
    /// In text.
    excerpt: Option<Excerpt>,
}

impl ParseError {
    /// A mistake in text, at these bytes of the body.
    pub(super) fn in_text(body: &[u8], (from, to): (usize, usize), fault: Fault) -> Self {
        let excerpt = Some(Excerpt::new(body, (from, to)));
        Self(Box::new(Inner { fault, offset: from.min(body.len()), excerpt }))
    }

    /// A mistake in bytes, at this offset of the body.
    #[cfg(feature = "protobuf")]
    pub(super) fn in_bytes(offset: usize, fault: Fault) -> Self {
        Self(Box::new(Inner { fault, offset, excerpt: None }))
    }

    /// The line, counted from 1, if the exposition is text.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.0.excerpt.as_ref().map(Excerpt::line)
    }

    /// The column in characters, counted from 1, if the exposition is text.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.0.excerpt.as_ref().map(Excerpt::column)
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

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { fault, offset, excerpt } = &*self.0;
        match excerpt {
            None => write!(f, "byte {offset}: {fault}"),
            Some(excerpt) => {
                let (line, column) = (excerpt.line(), excerpt.column());
                write!(f, "line {line}, column {column}: {fault}\n{excerpt}")
            }
        }
    }
}

impl Error for ParseError {}
