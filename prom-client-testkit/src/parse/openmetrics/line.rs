//! The lines of OpenMetrics: metadata, samples with exemplars, and the end.

use super::kind;
use crate::model::{
    Bound, ExemplarRef, Kind, LabelAt, Pairs, SampleRef, Series, Timestamp, ValueRef, unescape,
};
use crate::parse::ParseError;
use crate::parse::braces::{Dialect, exemplar as labels_of_exemplar, head, quoted_name};
use crate::parse::cursor::{Cursor, Extent};
use crate::parse::fault::{Fault, Word};
use crate::parse::number::{float, seconds};

/// Takes the lines of an exposition that are well formed.
pub(super) trait Lines {
    /// A line of metadata, and where it is.
    fn metadata(&mut self, at: Extent, family: &str, entry: Entry<'_>) -> Result<(), Misfit>;

    /// A sample, and where its parts are.
    fn sample(&mut self, at: &SampleAt, sample: &SampleRef<'_>) -> Result<(), Misfit>;

    /// A sample with a label that is there twice: whether that is fine.
    fn repeated(&mut self, sample: &SampleRef<'_>) -> bool {
        let _ = sample;
        false
    }

    /// The last line has been read.
    fn end(&mut self) -> Result<(), Misfit>;
}

/// What a line of metadata says.
#[derive(Clone, Copy)]
pub(super) enum Entry<'a> {
    Type(Kind),
    Help(&'a str),
    Unit(&'a str),
}

/// Where the parts of a sample are in the body.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SampleAt {
    pub(super) series: Extent,
    pub(super) value: Extent,
    pub(super) timestamp: Option<Extent>,
    pub(super) exemplar: Option<Extent>,
}

/// A part of a line that does not fit to the rest.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) at: Extent,
    pub(super) fault: Fault,
}

/// Reads a body to its end.
pub(super) fn read<D: Dialect, L: Lines>(body: &[u8], lines: &mut L) -> Result<(), ParseError> {
    let mut reader = Reader::<'_, D> {
        cursor: Cursor::new(body),
        labels: Vec::new(),
        exemplar_labels: Vec::new(),
        kind: Kind::Unknown,
        dialect: std::marker::PhantomData,
    };
    while reader.line(lines)? {}
    Ok(())
}

struct Reader<'a, D> {
    cursor: Cursor<'a>,
    /// The labels of the current sample, and those of its exemplar.
    labels: Vec<LabelAt>,
    exemplar_labels: Vec<LabelAt>,
    /// What the latest `TYPE` line said.
    kind: Kind,
    dialect: std::marker::PhantomData<D>,
}

impl<D: Dialect> Reader<'_, D> {
    /// Reads a line. Says whether another one must follow.
    fn line(&mut self, lines: &mut impl Lines) -> Result<bool, ParseError> {
        let from = self.cursor.at;
        match self.cursor.peek() {
            None => Err(self.cursor.fault((from, from), Fault::NoEof)),
            Some(b'#') => self.keyword(lines),
            Some(b'{') => {
                self.cursor.at += 1;
                self.sample(from, None, true, lines)?;
                Ok(true)
            }
            Some(_) => {
                let name = self.cursor.metric_name();
                if name.0 == name.1 {
                    return Err(self.cursor.expected("the name of a metric, `{` or `#`"));
                }
                let braces = self.cursor.take(b'{');
                self.sample(from, Some(name), braces, lines)?;
                Ok(true)
            }
        }
    }

    /// Reads a line that begins with `#`. Says whether another one must follow.
    fn keyword(&mut self, lines: &mut impl Lines) -> Result<bool, ParseError> {
        let from = self.cursor.at;
        if self.cursor.take_all(b"# EOF") {
            self.cursor.take(b'\n');
            if self.cursor.peek().is_some() {
                let rest = (self.cursor.at, self.cursor.at + 1);
                return Err(self.cursor.fault(rest, Fault::AfterEof));
            }
            lines.end().map_err(|misfit| self.misfit(misfit))?;
            return Ok(false);
        }
        for (keyword, name, text) in [
            (&b"# TYPE "[..], "the name of a metric after `TYPE`", "a blank and a type"),
            (b"# HELP ", "the name of a metric after `HELP`", "a blank and a help text"),
            (b"# UNIT ", "the name of a metric after `UNIT`", "a blank and a unit"),
        ] {
            if self.cursor.take_all(keyword) {
                self.metadata(from, keyword[2], (name, text), lines)?;
                return Ok(true);
            }
        }
        self.cursor.at += 1;
        if !self.cursor.take(b' ') {
            return Err(self.cursor.expected("one blank after `#`"));
        }
        Err(self.cursor.expected("`TYPE`, `HELP` or `UNIT` and a blank, or `EOF`"))
    }

    /// Reads a line of metadata, from the name on.
    fn metadata(
        &mut self,
        from: usize,
        keyword: u8,
        (name, text): (&'static str, &'static str),
        lines: &mut impl Lines,
    ) -> Result<(), ParseError> {
        let cursor = &mut self.cursor;
        let quoted = cursor.peek() == Some(b'"');
        let at = if quoted { quoted_name::<D>(cursor, name)? } else { cursor.metric_name() };
        if at.0 == at.1 && !(quoted && D::AS_STORED) {
            return Err(cursor.expected(name));
        }
        if !cursor.take(b' ') {
            return Err(cursor.expected(text));
        }
        let text = cursor.line();
        if !cursor.take(b'\n') {
            return Err(cursor.expected("the end of the line"));
        }
        // A server takes names that no sample can have.
        let (raw_family, known) = match cursor.text(at, "the name of the metric") {
            Ok(name) => (name, !name.is_empty()),
            Err(_) if D::AS_STORED => ("", false),
            Err(error) => return Err(error),
        };
        let family = unescape(raw_family, true);
        let help;
        let entry = match keyword {
            b'T' => {
                self.kind = kind(cursor.slice(text)).ok_or_else(|| {
                    cursor.fault(text, Fault::UnknownKind(Word::from_bytes(cursor.slice(text))))
                })?;
                Entry::Type(self.kind)
            }
            b'H' => {
                help = unescape(cursor.text(text, "the help text")?, true);
                Entry::Help(&help)
            }
            _ => {
                let unit = cursor.text(text, "the unit")?;
                let is_suffix = unit.is_empty()
                    || raw_family.strip_suffix(unit).is_some_and(|stem| stem.ends_with('_'));
                if !is_suffix {
                    let (unit, family) = (Word::new(unit), Word::new(&family));
                    return Err(cursor.fault(text, Fault::UnitNotInName { unit, family }));
                }
                Entry::Unit(unit)
            }
        };
        if known {
            let taken = lines.metadata((from, text.1), &family, entry);
            taken.map_err(|misfit| self.misfit(misfit))?;
        }
        Ok(())
    }

    /// Reads a sample: labels, if their brace was open, and all that follows in the line.
    #[inline]
    fn sample(
        &mut self,
        from: usize,
        name: Option<Extent>,
        open: bool,
        lines: &mut impl Lines,
    ) -> Result<(), ParseError> {
        let cursor = &mut self.cursor;
        let (name, series, repeated) = head::<D>(cursor, from, name, open, &mut self.labels)?;
        let text = cursor.text(series, "the name or a label")?;

        let (value_at, value) = value(cursor, "a blank and a value")?;
        let mut at = SampleAt { series, value: value_at, ..SampleAt::default() };
        let mut timestamp = None;
        if cursor.peek() == Some(b' ') && !cursor.rest().starts_with(EXEMPLAR) {
            let (extent, moment) = moment(cursor)?;
            (at.timestamp, timestamp) = (Some(extent), Some(moment));
        }
        let mut exemplar = None;
        if cursor.take_all(EXEMPLAR) {
            let open = cursor.at - 1;
            labels_of_exemplar::<D>(cursor, &mut self.exemplar_labels)?;
            let text = exemplar_text::<D>(cursor, open, &self.exemplar_labels)?;
            let (_, value) = value_of_exemplar(cursor)?;
            let mut timestamp = None;
            if cursor.peek() == Some(b' ') {
                timestamp = Some(moment(cursor)?.1);
            }
            at.exemplar = Some((open, cursor.at));
            exemplar = text.map(|text| {
                let pairs = Pairs { text, base: open, at: &self.exemplar_labels };
                ExemplarRef { pairs, value, timestamp }
            });
        }
        if !cursor.take(b'\n') {
            return Err(cursor.expected("the end of the line"));
        }
        let sample = SampleRef {
            series: Series {
                pairs: Pairs { text, base: from, at: &self.labels },
                name,
                bound: Bound::of(self.kind),
            },
            value: ValueRef::Float(value),
            timestamp,
            start: None,
            exemplars: exemplar.as_slice(),
        };
        match repeated {
            None => lines.sample(&at, &sample).map_err(|misfit| self.misfit(misfit)),
            Some(error) if !lines.repeated(&sample) => Err(error),
            Some(_) => Ok(()),
        }
    }

    #[cold]
    fn misfit(&self, misfit: Misfit) -> ParseError {
        self.cursor.fault(misfit.at, misfit.fault)
    }
}

/// The labels of an exemplar from its brace on. If a name in it is not UTF-8, a server takes the sample, and
/// there is no exemplar that could be kept.
fn exemplar_text<'a, D: Dialect>(
    cursor: &Cursor<'a>,
    open: usize,
    labels: &[LabelAt],
) -> Result<Option<&'a str>, ParseError> {
    let text = cursor.text((open, cursor.at), "a label of the exemplar");
    if text.is_ok() || !D::AS_STORED {
        return text.map(Some);
    }
    for label in labels {
        cursor.text(label.value, "a label of the exemplar")?;
    }
    Ok(None)
}

/// What stands between a sample and its exemplar.
const EXEMPLAR: &[u8] = b" # {";

/// Takes a blank and a word.
#[inline]
fn word(cursor: &mut Cursor<'_>, what: &'static str) -> Result<Extent, ParseError> {
    if !cursor.take(b' ') {
        return Err(cursor.expected(what));
    }
    let word = cursor.until(|byte| matches!(byte, b' ' | b'\n'));
    if word.0 == word.1 { Err(cursor.expected(what)) } else { Ok(word) }
}

#[inline]
fn value(cursor: &mut Cursor<'_>, what: &'static str) -> Result<(Extent, f64), ParseError> {
    let at = word(cursor, what)?;
    let value = float(cursor.slice(at), "a value").map_err(|fault| cursor.fault(at, fault))?;
    Ok((at, value))
}

fn value_of_exemplar(cursor: &mut Cursor<'_>) -> Result<(Extent, f64), ParseError> {
    value(cursor, "a blank and the value of the exemplar")
}

fn moment(cursor: &mut Cursor<'_>) -> Result<(Extent, Timestamp), ParseError> {
    let at = word(cursor, "a timestamp or an exemplar")?;
    let moment = seconds(cursor.slice(at)).map_err(|fault| cursor.fault(at, fault))?;
    Ok((at, moment))
}
