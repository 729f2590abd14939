//! The choice of a format: HTTP's `Accept`, read as servers and browsers mean it.
//!
//! The rules are those of RFC 9110, section 12.5.1: each format takes the weight of the most
//! specific range that names it, and the heaviest format wins. Where they leave a choice:
//!
//! - Between formats of the same weight the one that was named more exactly wins, then the one that
//!   was named first.
//! - Of the formats that one range names, such as `*/*`, the one that asks least of a reader wins:
//!   text 0.0.4, as with every Prometheus client library of today.
//! - When nothing fits, the answer is not an error 406 but that same format.
//! - Of parameters only `version`, `escaping` and `q` count. A range without `version` means every
//!   version. Text 1.0.0 is text 0.0.4 for whoever knows more names, so only who names it gets it.
//!
//! The escaping is what the range that won says, and underscores if that says nothing: also of text
//! 0.0.4, which is from before there was a choice. It follows from the request alone. For a registry
//! of classic names it makes no difference but to the header.

use std::cmp::Reverse;

use super::{ContentType, Format};
use crate::desc::Escaping;

impl ContentType {
    /// The one that an `Accept` header asks for, with a format out of `offered`.
    ///
    /// Several header lines are joined with commas. A header that is missing is the same as an
    /// empty one. When nothing fits, it is [`Format::Text`], or the first of `offered` if text is
    /// not among them.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{ContentType, Format};
    ///
    /// let format = |accept, offered| ContentType::negotiate(accept, offered).format();
    /// assert_eq!(format("*/*", Format::ALL), Format::Text);
    /// assert_eq!(format("text/*,application/*;q=0.1", Format::ALL), Format::Text);
    /// assert_eq!(format("text/html", &[Format::OpenMetrics]), Format::OpenMetrics);
    /// ```
    #[must_use]
    pub fn negotiate(accept: &str, offered: &[Format]) -> Self {
        let ranges: Vec<Range<'_>> = split(accept, ',').filter_map(Range::parse).collect();
        let mut best = None;
        for representation in REPRESENTATIONS.iter().filter(|r| offered.contains(&r.format)) {
            if let Some((rank, range)) = representation.rank(&ranges) {
                if best.is_none_or(|(other, _)| rank > other) {
                    let escaping = range.escaping.filter(|_| representation.can_escape);
                    best = Some((
                        rank,
                        Self::new(representation.format, escaping.unwrap_or_default()),
                    ));
                }
            }
        }
        match best {
            Some((_, content_type)) => content_type,
            None if offered.contains(&Format::Text) => Format::Text.into(),
            None => offered.first().copied().unwrap_or_default().into(),
        }
    }
}

/// One version of a format.
#[derive(Debug)]
struct Representation {
    format: Format,
    kind: &'static str,
    subtype: &'static str,
    version: &'static str,
    /// Whether there is a choice of [`Escaping`].
    can_escape: bool,
    /// Whether only a range with its version means it.
    only_by_version: bool,
}

/// The one that asks least of a reader first.
const REPRESENTATIONS: &[Representation] = &[
    Representation {
        format: Format::Text,
        kind: "text",
        subtype: "plain",
        version: "0.0.4",
        can_escape: false,
        only_by_version: false,
    },
    Representation {
        format: Format::Text,
        kind: "text",
        subtype: "plain",
        version: "1.0.0",
        can_escape: true,
        only_by_version: true,
    },
    Representation {
        format: Format::OpenMetrics,
        kind: "application",
        subtype: "openmetrics-text",
        version: "1.0.0",
        can_escape: true,
        only_by_version: false,
    },
];

/// One element of the header, such as `text/plain;version=0.0.4;q=0.5`.
#[derive(Debug)]
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    version: Option<&'a str>,
    escaping: Option<Escaping>,
    /// In thousandths.
    weight: u16,
}

/// How much a format is wanted: by weight, then by how exactly it was named, then by how early.
type Rank = (u16, Exactness, Reverse<usize>);

/// How exactly a range names a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Exactness {
    Anything,
    Type,
    Subtype,
    Version,
}

impl<'a> Range<'a> {
    /// `None` when it is no range; the others still count.
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = split(text, ';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut range = Self { kind, subtype, version: None, escaping: None, weight: 1000 };
        for part in parts {
            let Some((name, value)) = part.split_once('=') else {
                continue;
            };
            let value = value.trim().trim_matches('"');
            if name.trim().eq_ignore_ascii_case("version") {
                range.version = Some(value);
            } else if name.trim().eq_ignore_ascii_case("escaping") {
                range.escaping = Escaping::parse(value);
            } else if name.trim().eq_ignore_ascii_case("q") {
                range.weight = thousandths(value)?;
            }
        }
        Some(range)
    }
}

impl Representation {
    /// How exactly a range names this, if it does.
    fn named_by(&self, range: &Range<'_>) -> Option<Exactness> {
        let is = |own: &str, other: &str| own == "*" || own.eq_ignore_ascii_case(other);
        if !is(range.kind, self.kind) || !is(range.subtype, self.subtype) {
            return None;
        }
        match (range.kind, range.subtype, range.version) {
            (_, _, Some(wanted)) => (wanted == self.version).then_some(Exactness::Version),
            (_, _, None) if self.only_by_version => None,
            ("*", _, None) => Some(Exactness::Anything),
            (_, "*", None) => Some(Exactness::Type),
            (_, _, None) => Some(Exactness::Subtype),
        }
    }

    /// Where this stands among the wanted, and by which range; `None` when no range names it or the
    /// one that counts excludes it.
    fn rank<'r, 'a>(&self, ranges: &'r [Range<'a>]) -> Option<(Rank, &'r Range<'a>)> {
        let named = ranges
            .iter()
            .enumerate()
            .filter_map(|(i, range)| Some((self.named_by(range)?, Reverse(i), range)));
        let (exactness, place, range) = named.max_by_key(|(exactness, i, _)| (*exactness, *i))?;
        (range.weight > 0).then_some(((range.weight, exactness, place), range))
    }
}

/// A weight from 0 to 1, in thousandths.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
pub(crate) fn thousandths(weight: &str) -> Option<u16> {
    let weight: f32 = weight.parse().ok()?;
    (0.0..=1.0).contains(&weight).then(|| (weight * 1000.0).round() as u16)
}

/// Splits at a separator that does not stand between quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const BOTH: &[Format] = Format::ALL;
    const TEXT: &[Format] = &[Format::Text];
    const OPENMETRICS: &[Format] = &[Format::OpenMetrics];

    fn negotiated(accept: &str, offered: &[Format]) -> Format {
        ContentType::negotiate(accept, offered).format()
    }

    #[test]
    fn the_headers_of_real_clients_get_what_those_clients_read_best() {
        use Format::{OpenMetrics, Text};
        for (client, accept, format) in [
            (
                "Prometheus 2.42",
                "application/openmetrics-text;version=1.0.0,\
                 application/openmetrics-text;version=0.0.1;q=0.75,\
                 text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                OpenMetrics,
            ),
            (
                "Prometheus 2.42, native histograms",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
                 encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,\
                 application/openmetrics-text;version=0.0.1;q=0.75,\
                 text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                OpenMetrics,
            ),
            (
                "Prometheus 2.53",
                "application/openmetrics-text;version=1.0.0;q=0.5,\
                 application/openmetrics-text;version=0.0.1;q=0.4,\
                 text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                OpenMetrics,
            ),
            (
                "Prometheus 3.5",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                 application/openmetrics-text;version=0.0.1;q=0.5,\
                 text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
                 text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                OpenMetrics,
            ),
            (
                "Prometheus 3.5, told to prefer text",
                "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                 text/plain;version=0.0.4;q=0.5,\
                 application/openmetrics-text;version=1.0.0;q=0.4,*/*;q=0.3",
                Text,
            ),
            ("VictoriaMetrics", "text/plain;version=0.0.4;q=1,*/*;q=0.1", Text),
            ("Firefox", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Text),
            ("curl", "*/*", Text),
            ("none", "", Text),
        ] {
            assert_eq!(negotiated(accept, BOTH), format, "{client}");
            assert_eq!(negotiated(accept, TEXT), Text, "{client}");
            assert_eq!(negotiated(accept, OPENMETRICS), OpenMetrics, "{client}");
        }
    }

    #[test]
    fn weights_exclusions_and_wildcards_are_those_of_http() {
        use Format::{OpenMetrics, Text};
        for (accept, format) in [
            ("text/*", Text),
            ("application/*", OpenMetrics),
            ("application/openmetrics-text", OpenMetrics),
            ("application/openmetrics-text;version=0.0.1", Text),
            ("application/openmetrics-text;version=2.0.0, text/plain;q=0.1", Text),
            ("text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0", Text),
            ("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4", OpenMetrics),
            ("*/*,application/openmetrics-text", OpenMetrics),
            ("text/plain;q=0.5,*/*", OpenMetrics),
            ("text/plain;q=0,*/*", OpenMetrics),
            ("text/*;q=0,application/openmetrics-text;q=0.001", OpenMetrics),
            ("application/openmetrics-text;q=0,application/*;q=0.9,text/plain;q=0.1", Text),
            ("text/plain;q=0", Text),
            ("*/*;q=0", Text),
            ("image/png", Text),
            ("APPLICATION/OpenMetrics-Text; Version=1.0.0 ; Q=0.9 , text/plain;q=0.8", OpenMetrics),
            ("application/openmetrics-text;version=\"1.0.0\"", OpenMetrics),
            ("image/png;note=\"a,b;application/openmetrics-text\",text/plain;q=0.1", Text),
            ("application/openmetrics-text;charset=utf-8;escaping=underscores", OpenMetrics),
            (" , ,;,/,text", Text),
            ("application/openmetrics-text;q=2,text/plain;q=0.1", Text),
            ("application/openmetrics-text;q=NaN,text/plain;q=0.1", Text),
            ("application/openmetrics-text;q=,text/plain;q=0.1", Text),
        ] {
            assert_eq!(negotiated(accept, BOTH), format, "{accept}");
        }
        assert_eq!(negotiated("application/openmetrics-text", &[]), Text);
    }

    #[test]
    fn names_are_escaped_unless_the_range_that_wins_says_otherwise() {
        use Escaping::{AllowUtf8, Dots, Underscores, Values};
        use Format::{OpenMetrics, Text};
        const UTF8_TEXT: &str = "text/plain;version=1.0.0;escaping=allow-utf-8";
        for (accept, format, escaping) in [
            (UTF8_TEXT, Text, AllowUtf8),
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                 application/openmetrics-text;version=0.0.1;q=0.5,\
                 text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
                 text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                OpenMetrics,
                AllowUtf8,
            ),
            (
                "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                 application/openmetrics-text;version=1.0.0;escaping=values;q=0.4,*/*;q=0.3",
                Text,
                AllowUtf8,
            ),
            (
                "text/plain;version=0.0.4;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5",
                Text,
                Underscores,
            ),
            (
                "text/plain;version=0.0.4;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6",
                Text,
                AllowUtf8,
            ),
            ("text/plain;version=1.0.0", Text, Underscores),
            ("text/plain;version=1.0.0;escaping=dots", Text, Dots),
            ("text/plain;version=1.0.0; Escaping=\"VALUES\"", Text, Values),
            ("text/plain;version=1.0.0;escaping=rot13", Text, Underscores),
            ("application/openmetrics-text;version=1.0.0", OpenMetrics, Underscores),
            ("application/openmetrics-text;escaping=values", OpenMetrics, Values),
            // Who names no version may not know of quotes, and text 0.0.4 has none.
            ("text/plain;escaping=allow-utf-8", Text, Underscores),
            ("text/plain;version=0.0.4;escaping=allow-utf-8", Text, Underscores),
            ("*/*;escaping=allow-utf-8", Text, Underscores),
            ("text/plain,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.9", Text, Underscores),
            ("text/plain;version=1.0.0;escaping=allow-utf-8;q=0,*/*;q=0.1", Text, Underscores),
        ] {
            let content_type = ContentType::negotiate(accept, BOTH);
            assert_eq!(content_type, ContentType::new(format, escaping), "{accept}");
        }
        // What is answered is what the header says.
        assert_eq!(
            ContentType::negotiate(UTF8_TEXT, BOTH).as_str(),
            "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
        );
        for format in Format::ALL {
            for escaping in [Underscores, Dots, Values, AllowUtf8] {
                let content_type = ContentType::new(*format, escaping);
                assert_eq!(ContentType::negotiate(content_type.as_str(), BOTH), content_type);
            }
        }
    }

    /// The data of the project's corpora, which lie beside the workspace.
    #[test]
    fn captured_headers_conformance() {
        let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora");
        let folder = match std::env::var_os("PROM_CORPORA") {
            Some(named) => named.into(),
            None if default.is_dir() => default,
            None => return println!("skipped: no corpora"),
        };
        let file = folder.join("tables/captured-accept-headers.json");
        let file =
            std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let cases: serde_json::Value = serde_json::from_slice(&file).unwrap();
        let cases = cases.as_array().unwrap();
        for case in cases {
            let accept = case["accept"].as_str().unwrap_or_default();
            // Every client that names OpenMetrics 1.0.0 prefers it to text.
            let reads_openmetrics = accept.contains("application/openmetrics-text;version=1.0.0");
            let expected = if reads_openmetrics { Format::OpenMetrics } else { Format::Text };
            // And every one that reads quotes says so for OpenMetrics as it does for text.
            let reads_quotes = accept.contains("escaping=allow-utf-8");
            let escaping = if reads_quotes { Escaping::AllowUtf8 } else { Escaping::Underscores };
            let expected = ContentType::new(expected, escaping);
            assert_eq!(ContentType::negotiate(accept, BOTH), expected, "{}", case["client"]);
        }
        println!("captured-accept-headers: {} cases", cases.len());
        assert!(!cases.is_empty());
    }
}
