//! What the lines of both dialects have in common.

use crate::model::{Kind, Timestamp};
use crate::parse::ParseError;
use crate::parse::cursor::{Cursor, Extent};
use crate::parse::number::{float, millis};

/// Takes what a sample begins with, and says where its name stands, unless that is within the braces, and whether a
/// brace is open.
#[inline]
pub(super) fn begin(cursor: &mut Cursor<'_>) -> Result<(Option<Extent>, bool), ParseError> {
    if cursor.take(b'{') {
        return Ok((None, true));
    }
    let name = cursor.metric_name();
    if name.0 == name.1 {
        return Err(cursor.expected("the name of a metric, `{` or a comment"));
    }
    cursor.blanks();
    Ok((Some(name), cursor.take(b'{')))
}

/// Reads the number of a sample, or that of a bound.
#[inline]
pub(super) fn number(
    cursor: &Cursor<'_>,
    word: Extent,
    what: &'static str,
) -> Result<f64, ParseError> {
    float(cursor.slice(word), what).map_err(|fault| cursor.fault(word, fault))
}

/// Reads the timestamp of a sample.
#[inline]
pub(super) fn timestamp(cursor: &Cursor<'_>, word: Extent) -> Result<Timestamp, ParseError> {
    millis(cursor.slice(word)).map_err(|fault| cursor.fault(word, fault))
}

/// The types that the document knows.
pub(super) const KINDS: [(&str, Kind); 5] = [
    ("counter", Kind::Counter),
    ("gauge", Kind::Gauge),
    ("histogram", Kind::Histogram),
    ("summary", Kind::Summary),
    ("untyped", Kind::Unknown),
];
