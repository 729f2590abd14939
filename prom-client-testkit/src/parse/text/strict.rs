//! The text format as its reference parser reads it (`expfmt`): with families, and near the document.

use std::borrow::Cow;

use super::families::{Families, Place};
use super::line;
use crate::model::{Bound, Kind, LabelAt, Pairs, SampleRef, Series, Sink, ValueRef, unescape};
use crate::parse::ParseError;
use crate::parse::braces::{Dialect, head, quoted_name, unknown_escape};
use crate::parse::cursor::{Cursor, Extent};
use crate::parse::fault::{Fault, Found, Word};

struct Strict;

impl Dialect for Strict {
    const BLANKS: bool = true;
    const BLANKS_AFTER_COMMA: bool = false;
    const WITHOUT_COMMAS: bool = false;
    const TRAILING_COMMA: bool = true;
    const LINES_IN_NAMES: bool = false;
    const LINES_IN_VALUES: bool = false;
    const NUL_IN_NAMES: bool = true;
    const ANY_ESCAPE: bool = false;
    const AS_STORED: bool = false;
}

/// Reads a body to its end.
pub(in crate::parse) fn read(body: &[u8], sink: &mut impl Sink) -> Result<(), ParseError> {
    let mut reader =
        Reader { cursor: Cursor::new(body), labels: Vec::new(), families: Families::default() };
    while reader.line(sink)? {}
    Ok(())
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    /// The labels of the current line.
    labels: Vec<LabelAt>,
    families: Families,
}

impl<'a> Reader<'a> {
    /// Reads a line. Says whether there may be another one.
    fn line(&mut self, sink: &mut impl Sink) -> Result<bool, ParseError> {
        self.cursor.blanks();
        let from = self.cursor.at;
        match self.cursor.peek() {
            None => return Ok(false),
            Some(b'\n') => {}
            Some(b'#') => self.comment(sink)?,
            Some(_) => {
                let (name, open) = line::begin(&mut self.cursor)?;
                self.sample(from, name, open, sink)?;
            }
        }
        // The last line must have an end too.
        if self.cursor.take(b'\n') {
            Ok(true)
        } else {
            Err(self.cursor.expected("the end of the line"))
        }
    }

    /// Reads a comment, from its `#` to the end of the line.
    fn comment(&mut self, sink: &mut impl Sink) -> Result<(), ParseError> {
        let cursor = &mut self.cursor;
        let line = cursor.at;
        cursor.at += 1;
        cursor.blanks();
        let keyword = cursor.until(|byte| matches!(byte, b' ' | b'\t' | b'\n'));
        let keyword = cursor.slice(keyword);
        if !matches!(keyword, b"HELP" | b"TYPE") {
            cursor.line();
            return Ok(());
        }
        cursor.blanks();
        if cursor.peek() == Some(b'\n') {
            return Ok(());
        }
        let at = if cursor.peek() == Some(b'"') {
            quoted_name::<Strict>(cursor, "the name of a metric")?
        } else {
            cursor.metric_name()
        };
        if cursor.peek() == Some(b'\n') {
            // A name and nothing about it: this is no line of metadata.
            return Ok(());
        }
        let name = self.metric(at)?;
        if !matches!(self.cursor.peek(), Some(b' ' | b'\t')) {
            return Err(self.cursor.expected("a blank after the name of the metric"));
        }
        let place = self.families.place(&name);
        self.cursor.blanks();
        let text = self.cursor.line();
        if text.0 == text.1 {
            return Ok(());
        }
        if keyword == b"TYPE" {
            let word = self.cursor.slice(text);
            let kind = kind(word).ok_or_else(|| {
                self.cursor.fault(text, Fault::UnknownKind(Word::from_bytes(word)))
            })?;
            if !self.families.set_kind(place, kind) {
                let why = "is the second, or comes after its samples";
                return Err(self.metadata((line, text.1), "TYPE", &name, why));
            }
            sink.kind(self.families.name(place), kind);
        } else {
            if !self.families.set_help(place) {
                return Err(self.metadata((line, text.1), "HELP", &name, "is the second"));
            }
            self.check_escapes(text)?;
            let text = self.cursor.text(text, "the help text")?;
            sink.help(self.families.name(place), &unescape(text, true));
        }
        Ok(())
    }

    fn metadata(
        &self,
        at: Extent,
        line: &'static str,
        name: &str,
        why: &'static str,
    ) -> ParseError {
        let family = Word::new(name);
        self.cursor.fault(at, Fault::Metadata { line, family, why })
    }

    /// The name of a metric, without escapes.
    fn metric(&self, at: Extent) -> Result<Cow<'a, str>, ParseError> {
        if at.0 == at.1 {
            let quoted = self.cursor.body[..at.0].ends_with(b"\"");
            let found = Found::at(&self.cursor.body[at.0..]);
            return Err(self.cursor.fault(
                (at.0, at.0 + 1),
                match quoted {
                    true => Fault::EmptyName("the name of the metric"),
                    false => Fault::Expected("the name of a metric", found),
                },
            ));
        }
        Ok(unescape(self.cursor.text(at, "the name of the metric")?, true))
    }

    /// Refuses escapes in a help text that are none.
    fn check_escapes(&self, (from, to): Extent) -> Result<(), ParseError> {
        let mut at = from;
        while at < to {
            if self.cursor.body[at] != b'\\' {
                at += 1;
                continue;
            }
            match self.cursor.body[at + 1..to].first() {
                Some(b'\\' | b'n' | b'"') => at += 2,
                None => {
                    let what = "a character after the backslash";
                    let fault = Fault::Expected(what, Found::EndOfLine);
                    return Err(self.cursor.fault((at, at + 1), fault));
                }
                Some(_) => return Err(unknown_escape(&self.cursor, at)),
            }
        }
        Ok(())
    }

    /// Reads a sample: labels, if its brace was open, and what follows them up to the end of the line.
    fn sample(
        &mut self,
        from: usize,
        name: Option<Extent>,
        open: bool,
        sink: &mut impl Sink,
    ) -> Result<(), ParseError> {
        let (name, series, _) =
            head::<Strict>(&mut self.cursor, from, name, open, &mut self.labels)?;
        if open {
            self.cursor.blanks();
        }
        let text = self.cursor.text(series, "the name or a label")?;
        let place = self.families.place(&self.metric(name)?);
        let kind = self.families.sample(place);
        self.check_bound(kind)?;

        let word = self.word("a value")?;
        let value = line::number(&self.cursor, word, "a value")?;
        if value < 0.0 && self.is_count(place, kind) {
            let family = Word::new(self.families.name(place));
            let rule = "a histogram has no counts below zero";
            return Err(self.cursor.fault(word, Fault::Rule { family, rule }));
        }
        let mut timestamp = None;
        if !matches!(self.cursor.peek(), None | Some(b'\n')) {
            self.cursor.blanks();
            let word = self.word("a timestamp")?;
            timestamp = Some(line::timestamp(&self.cursor, word)?);
        }
        if self.cursor.peek() != Some(b'\n') {
            return Err(self.cursor.expected("the end of the line"));
        }
        sink.sample(&SampleRef {
            series: Series {
                pairs: Pairs { text, base: from, at: &self.labels },
                name,
                bound: Bound::of(kind),
            },
            value: ValueRef::Float(value),
            timestamp,
            start: None,
            exemplars: &[],
        });
        Ok(())
    }

    /// Takes what there is up to a blank.
    fn word(&mut self, what: &'static str) -> Result<Extent, ParseError> {
        let word = self.cursor.until(|byte| matches!(byte, b' ' | b'\t' | b'\n'));
        if word.0 == word.1 { Err(self.cursor.expected(what)) } else { Ok(word) }
    }

    /// Refuses `le` and `quantile` that are no numbers, where they have to be.
    fn check_bound(&self, kind: Kind) -> Result<(), ParseError> {
        let Some(bound) = kind.bound_label() else { return Ok(()) };
        for label in &self.labels {
            if self.cursor.slice(label.name) == bound.as_bytes() {
                let what =
                    if bound == "le" { "a number in `le`" } else { "a number in `quantile`" };
                line::number(&self.cursor, label.value, what)?;
            }
        }
        Ok(())
    }

    /// Whether a sample counts the observations of a histogram, or of one of its buckets.
    fn is_count(&self, place: Place, kind: Kind) -> bool {
        let has_bound = || self.labels.iter().any(|label| self.cursor.slice(label.name) == b"le");
        matches!(kind, Kind::Histogram | Kind::GaugeHistogram)
            && !place.is_sum
            && (place.is_count || has_bound())
    }
}

/// The types that the reference parser knows, in any case.
fn kind(text: &[u8]) -> Option<Kind> {
    // In no document of the text format.
    let others =
        [("gaugehistogram", Kind::GaugeHistogram), ("gauge_histogram", Kind::GaugeHistogram)];
    let mut known = line::KINDS.iter().chain(&others);
    known.find(|(name, _)| text.eq_ignore_ascii_case(name.as_bytes())).map(|(_, kind)| *kind)
}
