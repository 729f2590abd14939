//! A series as it stands in an exposition, borrowed.

use std::borrow::Cow;

use super::{Kind, Labels, canonical};

/// The name and the labels of a sample, in the text that names them.
///
/// Nothing is taken apart before it is asked for, so a consumer that has seen a [text](Self::text) before
/// needs to look at nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    pub(crate) pairs: Pairs<'a>,
    /// Where the name of the metric is.
    pub(crate) name: (usize, usize),
    /// Which label's value is a number, whose spelling must not make another series.
    pub(crate) bound: Option<Bound>,
}

/// Labels in a text: where they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pairs<'a> {
    pub(crate) text: &'a str,
    /// The offset of `text` in what the positions count from.
    pub(crate) base: usize,
    pub(crate) at: &'a [LabelAt],
}

/// Where a label is: its name and its value, without quotes and with escapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LabelAt {
    pub(crate) name: (usize, usize),
    pub(crate) value: (usize, usize),
}

/// The label whose value is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    Le,
    Quantile,
}

impl Bound {
    /// The one of a kind of family. Gauge histograms have none: Prometheus leaves their bounds as they are.
    pub(crate) fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Histogram => Some(Self::Le),
            Kind::Summary => Some(Self::Quantile),
            _ => None,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Le => "le",
            Self::Quantile => "quantile",
        }
    }
}

impl<'a> Series<'a> {
    /// What the exposition says, from the name to the closing brace. Of a protobuf exposition, what text
    /// would say.
    ///
    /// The same text names the same series again, as long as [`bound`](Self::bound) is the same too. The
    /// reverse does not hold: blanks, quotes and the order of labels are as exposed.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.pairs.text
    }

    /// The label whose value is spelled anew in [`labels`](Self::labels): `le` of histograms and `quantile`
    /// of summaries. Prometheus 3 makes `1.0` of `1`, so that both are one series.
    #[must_use]
    pub fn bound(&self) -> Option<&'static str> {
        self.bound.map(Bound::label)
    }

    /// The name of the metric.
    #[must_use]
    pub fn name(&self) -> Cow<'a, str> {
        unescape(self.pairs.slice(self.name), true)
    }

    /// The labels besides the name, in the order of the exposition, without those that are empty.
    pub fn labels(&self) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> + use<'a> {
        let bound = self.bound();
        self.pairs.iter().filter(|(_, value)| !value.is_empty()).map(move |(name, value)| {
            let value = if bound.is_some_and(|bound| bound == name) { spell(value) } else { value };
            (name, value)
        })
    }

    /// Whether the exposition names this label, be it without a value.
    #[must_use]
    pub fn exposes(&self, label: &str) -> bool {
        self.pairs.iter().any(|(name, _)| name == label)
    }

    /// Name and labels, owned.
    #[must_use]
    pub fn to_labels(&self) -> Labels {
        let name = (Cow::Borrowed(Labels::NAME), self.name());
        self.labels()
            .chain([name])
            .map(|(name, value)| (Box::from(name), Box::from(value)))
            .collect()
    }
}

impl<'a> Pairs<'a> {
    fn slice(&self, (from, to): (usize, usize)) -> &'a str {
        &self.text[from - self.base..to - self.base]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> + use<'a> {
        let pairs = *self;
        pairs.at.iter().map(move |label| {
            (unescape(pairs.slice(label.name), true), unescape(pairs.slice(label.value), true))
        })
    }
}

/// Takes escapes out: `\\`, `\n`, and `\"` where quotes are escaped. What else follows a backslash stays,
/// and the backslash with it.
pub(crate) fn unescape(text: &str, quotes: bool) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (c, width) = match rest.as_bytes().get(at + 1) {
            Some(b'\\') => ('\\', 2),
            Some(b'n') => ('\n', 2),
            Some(b'"') if quotes => ('"', 2),
            _ => ('\\', 1),
        };
        out.push(c);
        rest = &rest[at + width..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// A bound in its canonical spelling, or as it is if it is no number. Hexadecimal numbers and underscores,
/// which Go would read, are none here.
fn spell(value: Cow<'_, str>) -> Cow<'_, str> {
    // Go reads no sign before NaN, and refuses what is too large.
    let signed_nan =
        value.len() == 4 && value.starts_with(['+', '-']) && value[1..].eq_ignore_ascii_case("nan");
    let Ok(number) = value.parse::<f64>() else { return value };
    let overflow = number.is_infinite() && value.bytes().any(|b| b.is_ascii_digit());
    if signed_nan || overflow {
        return value;
    }
    let mut out = String::new();
    canonical(number, &mut out);
    if out == *value { value } else { Cow::Owned(out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_escapes_are_taken_out() {
        for (text, quotes, expected) in [
            (r"plain", true, "plain"),
            (r"a\\b\nc", true, "a\\b\nc"),
            (r#"\""#, true, "\""),
            (r#"\""#, false, "\\\""),
            (r"\\n", true, "\\n"),
            (r"\q\é\", true, "\\q\\é\\"),
        ] {
            assert_eq!(unescape(text, quotes), expected, "{text}");
        }
    }

    #[test]
    fn bounds_that_are_numbers_are_spelled_anew() {
        for (value, expected) in [
            ("1", "1.0"),
            ("1e3", "1000.0"),
            ("+Inf", "+Inf"),
            ("inf", "+Inf"),
            ("nan", "NaN"),
            ("-nan", "-nan"),
            ("1e999", "1e999"),
            ("much", "much"),
            ("", ""),
        ] {
            assert_eq!(spell(Cow::Borrowed(value)), expected);
        }
    }
}
