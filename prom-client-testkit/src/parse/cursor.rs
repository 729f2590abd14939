//! A place in a body of text, and the steps that every dialect takes from it.

use super::ParseError;
use super::fault::{Fault, Found};

/// From where to where something goes in the body, in bytes.
pub(super) type Extent = (usize, usize);

/// What a byte may be part of.
const FIRST_OF_LABEL: u8 = 1;
const FIRST_OF_METRIC: u8 = 2;
const DIGIT: u8 = 4;
/// Ends a run of plain characters in a quoted string.
const SPECIAL: u8 = 8;

/// The classes of each byte.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        let class = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => FIRST_OF_LABEL | FIRST_OF_METRIC,
            b':' => FIRST_OF_METRIC,
            b'0'..=b'9' => DIGIT,
            b'"' | b'\\' | b'\n' | 0 => SPECIAL,
            _ => 0,
        };
        classes[byte as usize] = class;
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};

/// A place in a body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    pub(super) body: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(body: &'a [u8]) -> Self {
        Self { body, at: 0 }
    }

    /// The next byte, if there is one.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.body.get(self.at).copied()
    }

    /// All that follows.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.body[self.at..]
    }

    /// What stands there.
    #[inline]
    pub(super) fn slice(&self, (from, to): Extent) -> &'a [u8] {
        &self.body[from..to]
    }

    /// Takes a byte if it is the next one.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let next = self.peek() == Some(byte);
        self.at += usize::from(next);
        next
    }

    /// Takes these bytes if they are the next ones.
    pub(super) fn take_all(&mut self, bytes: &[u8]) -> bool {
        let next = self.rest().starts_with(bytes);
        if next {
            self.at += bytes.len();
        }
        next
    }

    /// Takes all bytes up to the first one that ends them.
    #[inline]
    pub(super) fn until(&mut self, ends: impl Fn(u8) -> bool) -> Extent {
        let from = self.at;
        while let Some(byte) = self.peek() {
            if ends(byte) {
                break;
            }
            self.at += 1;
        }
        (from, self.at)
    }

    /// Takes what is left of the line, without its end.
    pub(super) fn line(&mut self) -> Extent {
        self.until(|byte| byte == b'\n')
    }

    /// Passes blanks and tabs.
    #[inline]
    pub(super) fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Takes the name of a metric that stands without quotes; empty if there is none.
    #[inline]
    pub(super) fn metric_name(&mut self) -> Extent {
        self.name(FIRST_OF_METRIC)
    }

    /// Takes the name of a label that stands without quotes; empty if there is none.
    #[inline]
    pub(super) fn label_name(&mut self) -> Extent {
        self.name(FIRST_OF_LABEL)
    }

    #[inline]
    fn name(&mut self, first: u8) -> Extent {
        let class = |byte: Option<u8>| byte.map_or(0, |byte| CLASSES[usize::from(byte)]);
        let from = self.at;
        if class(self.peek()) & first != 0 {
            self.at += 1;
            while class(self.peek()) & (first | DIGIT) != 0 {
                self.at += 1;
            }
        }
        (from, self.at)
    }

    /// Passes what has no meaning of its own in a quoted string.
    #[inline]
    pub(super) fn plain(&mut self) {
        while self.peek().is_some_and(|byte| CLASSES[usize::from(byte)] & SPECIAL == 0) {
            self.at += 1;
        }
    }

    /// The text there, if it is UTF-8.
    #[inline]
    pub(super) fn text(&self, extent: Extent, what: &'static str) -> Result<&'a str, ParseError> {
        std::str::from_utf8(self.slice(extent)).map_err(|error| {
            let from = extent.0 + error.valid_up_to();
            self.fault((from, from + 1), Fault::NotUtf8(what))
        })
    }

    /// A mistake at these bytes.
    #[cold]
    pub(super) fn fault(&self, extent: Extent, fault: Fault) -> ParseError {
        ParseError::in_text(self.body, extent, fault)
    }

    /// The mistake that what comes next is not what should.
    #[cold]
    pub(super) fn expected(&self, what: &'static str) -> ParseError {
        self.fault((self.at, self.at + 1), Fault::Expected(what, Found::at(self.rest())))
    }
}
