//! Labels in braces, in the dialects that there are.

use std::collections::HashSet;

use super::ParseError;
use super::cursor::{Cursor, Extent};
use super::fault::{Fault, Found, Word};
use crate::model::{LabelAt, Labels, unescape};

/// What dialects differ in, where names and labels are concerned.
pub(super) trait Dialect {
    /// Whether blanks and tabs may stand between the parts of a line.
    const BLANKS: bool;
    /// Whether blanks may stand behind a comma.
    const BLANKS_AFTER_COMMA: bool;
    /// Whether labels may follow each other without a comma.
    const WITHOUT_COMMAS: bool;
    /// Whether a comma may stand behind the last label.
    const TRAILING_COMMA: bool;
    /// Whether names in quotes may go over several lines.
    const LINES_IN_NAMES: bool;
    /// Whether values may go over several lines.
    const LINES_IN_VALUES: bool;
    /// Whether names may have a byte 0.
    const NUL_IN_NAMES: bool;
    /// Whether backslashes may stand before anything.
    const ANY_ESCAPE: bool;
    /// Whether labels are looked at as servers do when they store them: a label may be repeated if it is
    /// empty somewhere, which removes it, and what labels an exemplar has is all the same.
    const AS_STORED: bool;
}

/// Whose labels are in the braces.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Of {
    /// A sample's, which may have its name among them.
    Sample,
    /// An exemplar's.
    Exemplar,
}

/// Up to so many labels are compared pair by pair.
const FEW: usize = 16;

const VALUE: &str = "a label value in double quotes";
const NAME: &str = "a label name";

/// What a sample begins with: where the name of its metric is, and where all of it is, labels too. `name`
/// is that before an opening brace, if `open`, and then the brace is behind the cursor. Where labels are looked at as
/// they are stored, one that is there twice may be no mistake, and is handed on.
#[inline]
pub(super) fn head<D: Dialect>(
    cursor: &mut Cursor<'_>,
    from: usize,
    mut name: Option<Extent>,
    open: bool,
    labels: &mut Vec<LabelAt>,
) -> Result<(Extent, Extent, Option<ParseError>), ParseError> {
    labels.clear();
    let mut to = name.map_or(from, |name| name.1);
    let mut repeated = None;
    if open {
        braces::<D>(cursor, Of::Sample, &mut name, labels)?;
        to = cursor.at;
        match check_names::<D>(cursor, labels, Of::Sample) {
            Err(error) if D::AS_STORED => repeated = Some(error),
            checked => checked?,
        }
    }
    match name {
        None => Err(cursor.fault((from, to), Fault::NoName)),
        Some(name) if name.0 == name.1 => {
            Err(cursor.fault(name, Fault::EmptyName("the name of the metric")))
        }
        Some(name) => Ok((name, (from, to), repeated)),
    }
}

/// Takes labels into an empty list, and the closing brace; the opening one is behind the cursor. If a name of
/// a metric is among them, it goes to `name`. Whether names are there twice is not looked at.
#[inline]
fn braces<D: Dialect>(
    cursor: &mut Cursor<'_>,
    of: Of,
    name: &mut Option<Extent>,
    labels: &mut Vec<LabelAt>,
) -> Result<(), ParseError> {
    labels.clear();
    loop {
        blanks::<D>(cursor);
        let label = match cursor.peek() {
            Some(b'}') => {
                cursor.at += 1;
                break;
            }
            Some(b'"') => {
                let quoted = quoted_name::<D>(cursor, "a name in double quotes")?;
                blanks::<D>(cursor);
                let end = cursor.peek().filter(|_| of == Of::Sample);
                if let Some(end @ (b',' | b'}')) = end {
                    if name.is_some() {
                        return Err(cursor.fault(quoted, Fault::SecondName));
                    }
                    *name = Some(quoted);
                    if end == b',' {
                        comma::<D>(cursor)?;
                    }
                    continue;
                }
                if quoted.0 == quoted.1 && !(D::AS_STORED && of == Of::Exemplar) {
                    return Err(cursor.fault(quoted, Fault::EmptyName("the name of the label")));
                }
                quoted
            }
            _ => {
                let plain = cursor.label_name();
                if plain.0 == plain.1 {
                    return Err(cursor.expected(NAME));
                }
                plain
            }
        };
        blanks::<D>(cursor);
        if !cursor.take(b'=') {
            return Err(cursor.expected("`=` after the label name"));
        }
        blanks::<D>(cursor);
        let value = quoted_value::<D>(cursor, of)?;
        labels.push(LabelAt { name: label, value });
        blanks::<D>(cursor);
        match cursor.peek() {
            Some(b',') => comma::<D>(cursor)?,
            Some(b'}') => {}
            _ if D::WITHOUT_COMMAS => {}
            _ => return Err(cursor.expected("`,` or `}` after the label value")),
        }
    }
    Ok(())
}

/// Takes the labels of an exemplar, which are all different unless that does not matter.
pub(super) fn exemplar<D: Dialect>(
    cursor: &mut Cursor<'_>,
    labels: &mut Vec<LabelAt>,
) -> Result<(), ParseError> {
    braces::<D>(cursor, Of::Exemplar, &mut None, labels)?;
    check_names::<D>(cursor, labels, Of::Exemplar)
}

#[inline]
fn blanks<D: Dialect>(cursor: &mut Cursor<'_>) {
    if D::BLANKS {
        cursor.blanks();
    }
}

/// Takes a comma, which is there.
#[inline]
fn comma<D: Dialect>(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    cursor.at += 1;
    if D::BLANKS_AFTER_COMMA {
        while cursor.take(b' ') {}
    }
    if !D::TRAILING_COMMA && cursor.peek() == Some(b'}') {
        return Err(cursor.expected("a label name after the comma"));
    }
    Ok(())
}

/// Takes a name in quotes, and gives what is between them.
pub(super) fn quoted_name<D: Dialect>(
    cursor: &mut Cursor<'_>,
    what: &'static str,
) -> Result<Extent, ParseError> {
    quoted::<D>(cursor, what, D::LINES_IN_NAMES, D::NUL_IN_NAMES)
}

/// Takes a value in quotes, and gives what is between them.
#[inline]
fn quoted_value<D: Dialect>(cursor: &mut Cursor<'_>, of: Of) -> Result<Extent, ParseError> {
    let nul = of == Of::Sample || D::NUL_IN_NAMES;
    quoted::<D>(cursor, VALUE, D::LINES_IN_VALUES, nul)
}

#[inline]
fn quoted<D: Dialect>(
    cursor: &mut Cursor<'_>,
    what: &'static str,
    lines: bool,
    nul: bool,
) -> Result<Extent, ParseError> {
    if !cursor.take(b'"') {
        return Err(cursor.expected(what));
    }
    let from = cursor.at;
    loop {
        cursor.plain();
        match cursor.peek() {
            Some(b'"') => {
                cursor.at += 1;
                return Ok((from, cursor.at - 1));
            }
            Some(b'\\') => escape::<D>(cursor, nul)?,
            Some(b'\n') if lines => cursor.at += 1,
            Some(0) if nul => cursor.at += 1,
            _ => return Err(unclosed(cursor, from)),
        }
    }
}

/// Takes a backslash and what it escapes.
fn escape<D: Dialect>(cursor: &mut Cursor<'_>, nul: bool) -> Result<(), ParseError> {
    let from = cursor.at;
    cursor.at += 1;
    // Prometheus does not see bytes of 0 here, so it is what follows them that is escaped.
    while nul && !D::NUL_IN_NAMES && cursor.take(0) {}
    match cursor.peek() {
        Some(b'\\' | b'"' | b'n') => cursor.at += 1,
        None | Some(b'\n' | 0) => return Err(cursor.expected("a character after the backslash")),
        Some(_) if D::ANY_ESCAPE => cursor.at += 1,
        Some(_) => return Err(unknown_escape(cursor, from)),
    }
    Ok(())
}

/// The mistake that nothing is escaped by the backslash there.
#[cold]
pub(super) fn unknown_escape(cursor: &Cursor<'_>, backslash: usize) -> ParseError {
    let c = match Found::at(&cursor.body[backslash + 1..]) {
        Found::Char(c) => c,
        _ => char::REPLACEMENT_CHARACTER,
    };
    cursor.fault((backslash, backslash + 2), Fault::UnknownEscape(c))
}

/// The quote that opens is a better place for the mistake than the end of the body.
#[cold]
fn unclosed(cursor: &Cursor<'_>, from: usize) -> ParseError {
    let found = Found::at(cursor.rest());
    cursor.fault((from - 1, from), Fault::Expected("a closing quote", found))
}

/// Checks that no label is there twice, and that none is the metric's name.
#[inline]
fn check_names<D: Dialect>(
    cursor: &Cursor<'_>,
    labels: &mut Vec<LabelAt>,
    of: Of,
) -> Result<(), ParseError> {
    if D::AS_STORED && of == Of::Exemplar {
        return Ok(());
    }
    let name = |label: &LabelAt| cursor.slice(label.name);
    for (i, label) in labels.iter().enumerate() {
        let bytes = name(label);
        let reserved = of == Of::Sample && bytes == Labels::NAME.as_bytes();
        let twice = || labels[..i].iter().any(|other| name(other) == bytes);
        // Sets are small: to compare all pairs is faster than anything else. A spelling with escapes can be
        // the same name as one without.
        if reserved || i >= FEW || twice() || bytes.contains(&b'\\') {
            return check_closely::<D>(cursor, labels, of);
        }
    }
    Ok(())
}

/// The same for sets of any size, and for names with escapes.
#[cold]
fn check_closely<D: Dialect>(
    cursor: &Cursor<'_>,
    labels: &mut Vec<LabelAt>,
    of: Of,
) -> Result<(), ParseError> {
    let mut sorted = Vec::with_capacity(labels.len());
    for label in &*labels {
        let name = unescape(cursor.text(label.name, "the name of the label")?, true);
        if of == Of::Sample && name == Labels::NAME {
            let word = Word::new(Labels::NAME);
            return Err(cursor.fault(label.name, Fault::ReservedLabel(word)));
        }
        sorted.push((name, *label));
    }
    // A stable sort leaves the later one of two behind.
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    let mut removed = HashSet::new();
    for same in sorted.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        let has_empty = same.iter().any(|(_, label)| label.value.0 == label.value.1);
        if !D::AS_STORED || !has_empty {
            return Err(duplicate(cursor, &same[1].1));
        }
        removed.extend(same.iter().map(|(_, label)| label.name));
    }
    if !removed.is_empty() {
        labels.retain(|label| !removed.contains(&label.name));
    }
    Ok(())
}

#[cold]
fn duplicate(cursor: &Cursor<'_>, label: &LabelAt) -> ParseError {
    let word = Word::from_bytes(cursor.slice(label.name));
    cursor.fault(label.name, Fault::DuplicateLabel(word))
}
