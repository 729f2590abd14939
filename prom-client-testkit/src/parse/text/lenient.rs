//! The text format as Prometheus 3.5 reads it.
//!
//! It knows words and no families: types, groups and repetitions are not looked at. What is odd here is so
//! in the server: blanks at the beginning of a line become part of the name; a byte of 0 at the beginning
//! of a line ends the exposition, and nobody hears of it; the type of the latest `TYPE` line decides whose
//! bounds are numbers, whichever family it speaks of.
//!
//! Not followed is only what its lexer does with bytes of 0 where they make no sense: behind the quote that
//! ends a value it takes them, and the value is then another one; in the name of a `HELP` line it depends.
//! Here they are refused behind the quote, and end the name.

use super::line;
use crate::model::{Bound, Kind, LabelAt, Pairs, SampleRef, Series, Sink, ValueRef, unescape};
use crate::parse::ParseError;
use crate::parse::braces::{Dialect, head, quoted_name};
use crate::parse::cursor::{Cursor, Extent};
use crate::parse::fault::{Fault, Word};

struct Lenient;

impl Dialect for Lenient {
    const BLANKS: bool = true;
    const BLANKS_AFTER_COMMA: bool = false;
    const WITHOUT_COMMAS: bool = true;
    const TRAILING_COMMA: bool = true;
    const LINES_IN_NAMES: bool = true;
    const LINES_IN_VALUES: bool = true;
    const NUL_IN_NAMES: bool = false;
    const ANY_ESCAPE: bool = true;
    const AS_STORED: bool = true;
}

/// Reads a body to its end.
pub(in crate::parse) fn read(body: &[u8], sink: &mut impl Sink) -> Result<(), ParseError> {
    let mut reader = Reader { cursor: Cursor::new(body), labels: Vec::new(), kind: Kind::Unknown };
    while reader.line(sink)? {}
    Ok(())
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    /// The labels of the current line.
    labels: Vec<LabelAt>,
    /// What the latest `TYPE` line said.
    kind: Kind,
}

impl Reader<'_> {
    /// Reads a line, or more of them if labels go over several. Says whether there may be another one.
    fn line(&mut self, sink: &mut impl Sink) -> Result<bool, ParseError> {
        let from = self.cursor.at;
        self.cursor.blanks();
        match self.cursor.peek() {
            None | Some(0) => return Ok(false),
            Some(b'\n') => self.cursor.at += 1,
            Some(b'#') => return self.comment(sink),
            Some(_) => {
                let (name, open) = line::begin(&mut self.cursor)?;
                self.sample(from, name.map(|(_, to)| (from, to)), open, sink)?;
            }
        }
        Ok(true)
    }

    /// Reads a comment, from its `#` to the end of the line. Says whether there may be another line.
    fn comment(&mut self, sink: &mut impl Sink) -> Result<bool, ParseError> {
        let cursor = &mut self.cursor;
        cursor.at += 1;
        let hash = cursor.at;
        cursor.blanks();
        if cursor.at == hash || cursor.peek() == Some(0) {
            // Without a blank there is no keyword, and a byte of 0 is seen.
            cursor.until(|byte| byte == b'\n' || byte == 0);
            return Ok(cursor.peek() == Some(b'\n'));
        }
        let mut keyword = |word: &[u8]| {
            let mut ahead = *cursor;
            let found = ahead.take_all(word) && matches!(ahead.peek(), Some(b' ' | b'\t'));
            if found {
                ahead.blanks();
                *cursor = ahead;
            }
            found
        };
        if keyword(b"TYPE") {
            let name = self.family("the name of a metric after `TYPE`")?;
            let text = self.rest_of_line();
            self.kind = kind(self.cursor.slice(text)).ok_or_else(|| {
                let word = Word::from_bytes(self.cursor.slice(text));
                self.cursor.fault(text, Fault::UnknownKind(word))
            })?;
            if let Some(name) = self.asked_for(name) {
                sink.kind(&unescape(name, true), self.kind);
            }
        } else if keyword(b"HELP") {
            let name = self.family("the name of a metric after `HELP`")?;
            let text = self.rest_of_line();
            let text = self.cursor.text(text, "the help text")?;
            if let Some(name) = self.asked_for(name) {
                sink.help(&unescape(name, true), &unescape(text, false));
            }
        } else {
            self.cursor.line();
        }
        Ok(true)
    }

    /// Takes the name in a line of metadata.
    fn family(&mut self, what: &'static str) -> Result<Extent, ParseError> {
        if self.cursor.peek() == Some(b'"') {
            return quoted_name::<Lenient>(&mut self.cursor, what);
        }
        let name = self.cursor.metric_name();
        if name.0 == name.1 { Err(self.cursor.expected(what)) } else { Ok(name) }
    }

    /// A name in a line of metadata, unless no sample can have it.
    fn asked_for(&self, name: Extent) -> Option<&str> {
        std::str::from_utf8(self.cursor.slice(name)).ok().filter(|name| !name.is_empty())
    }

    /// Takes what follows the name: nothing, if it is all blank, or else all but the first byte.
    fn rest_of_line(&mut self) -> Extent {
        let (from, to) = self.cursor.line();
        let is_blank = self.cursor.slice((from, to)).iter().all(|b| matches!(b, b' ' | b'\t'));
        if is_blank { (to, to) } else { (from + 1, to) }
    }

    /// Reads a sample: labels, if its brace was open, and what follows them.
    // Within the loop over lines it would have fewer registers, and take 3 % more instructions.
    #[inline(never)]
    fn sample(
        &mut self,
        from: usize,
        name: Option<Extent>,
        open: bool,
        sink: &mut impl Sink,
    ) -> Result<(), ParseError> {
        let cursor = &mut self.cursor;
        let (name, series, repeated) = head::<Lenient>(cursor, from, name, open, &mut self.labels)?;
        let text = cursor.text(series, "the name or a label")?;

        cursor.blanks();
        let word = cursor.until(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'{' | 0));
        if word.0 == word.1 {
            return Err(cursor.expected("a value"));
        }
        let value = line::number(cursor, word, "a value")?;
        cursor.blanks();
        let mut timestamp = None;
        if !matches!(cursor.peek(), None | Some(b'\n')) {
            let word = cursor.until(|byte| !byte.is_ascii_digit());
            if word.0 == word.1 {
                return Err(cursor.expected("a timestamp or the end of the line"));
            }
            timestamp = Some(line::timestamp(cursor, word)?);
            cursor.blanks();
            if !matches!(cursor.peek(), None | Some(b'\n')) {
                return Err(cursor.expected("the end of the line after the timestamp"));
            }
        }
        cursor.take(b'\n');
        let sample = SampleRef {
            series: Series {
                pairs: Pairs { text, base: from, at: &self.labels },
                name,
                bound: Bound::of(self.kind),
            },
            value: ValueRef::Float(value),
            timestamp,
            start: None,
            exemplars: &[],
        };
        match repeated {
            None => sink.sample(&sample),
            Some(error) if !sink.repeated(&sample) => return Err(error),
            Some(_) => {}
        }
        Ok(())
    }
}

fn kind(text: &[u8]) -> Option<Kind> {
    line::KINDS.iter().find(|(name, _)| text == name.as_bytes()).map(|(_, kind)| *kind)
}
