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
//! - Of parameters only `version`, `escaping` and `q` count, and `proto` and `encoding` of protobuf. A range without
//!   `version` means every version. Text 1.0.0 is text 0.0.4 for whoever knows more names, so only who names it
//!   gets it. So are the first draft of OpenMetrics and its version 2.0 for who names them, and protobuf for who
//!   names the message and how it comes.
//!
//! The escaping is what the range that won says, and underscores if that says nothing: also of text
//! 0.0.4, which is from before there was a choice, and of protobuf, as Prometheus asks for it. It follows from the request alone. For a registry
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
                    best = Some((rank, representation.content_type(range)));
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
    /// By which parameters, all of them, it is named.
    named: &'static [(Parameter, &'static str)],
    /// Whether there is a choice of [`Escaping`].
    can_escape: bool,
    /// Whether only a range with these parameters means it.
    only_by_name: bool,
}

/// A parameter that tells representations of one media type apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parameter {
    Version,
    #[cfg(feature = "protobuf")]
    Proto,
    #[cfg(feature = "protobuf")]
    Encoding,
}

/// The one that asks least of a reader first.
const REPRESENTATIONS: &[Representation] = &[
    Representation {
        format: Format::Text,
        kind: "text",
        subtype: "plain",
        named: &[(Parameter::Version, "0.0.4")],
        can_escape: false,
        only_by_name: false,
    },
    Representation {
        format: Format::Text,
        kind: "text",
        subtype: "plain",
        named: &[(Parameter::Version, "1.0.0")],
        can_escape: true,
        only_by_name: true,
    },
    Representation {
        format: Format::OpenMetrics,
        kind: "application",
        subtype: "openmetrics-text",
        named: &[(Parameter::Version, "1.0.0")],
        can_escape: true,
        only_by_name: false,
    },
    Representation {
        format: Format::OpenMetrics,
        kind: "application",
        subtype: "openmetrics-text",
        named: &[(Parameter::Version, FIRST_DRAFT)],
        can_escape: false,
        only_by_name: true,
    },
    #[cfg(feature = "openmetrics2")]
    Representation {
        format: Format::OpenMetrics2,
        kind: "application",
        subtype: "openmetrics-text",
        named: &[(Parameter::Version, "2.0.0")],
        can_escape: true,
        only_by_name: true,
    },
    #[cfg(feature = "protobuf")]
    Representation {
        format: Format::Protobuf,
        kind: "application",
        subtype: "vnd.google.protobuf",
        named: &[
            (Parameter::Proto, "io.prometheus.client.MetricFamily"),
            (Parameter::Encoding, "delimited"),
        ],
        can_escape: true,
        only_by_name: true,
    },
];

/// The version of OpenMetrics that was asked for before there was a standard.
const FIRST_DRAFT: &str = "0.0.1";

/// One element of the header, such as `text/plain;version=0.0.4;q=0.5`.
#[derive(Debug)]
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    parameters: Vec<(Parameter, &'a str)>,
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
    Name,
}

impl<'a> Range<'a> {
    /// `None` when it is no range; the others still count.
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = split(text, ';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let (kind, subtype) = (kind.trim(), subtype.trim());
        let mut range =
            Self { kind, subtype, parameters: Vec::new(), escaping: None, weight: 1000 };
        for part in parts {
            let Some((name, value)) = part.split_once('=') else {
                continue;
            };
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            if name.eq_ignore_ascii_case("escaping") {
                range.escaping = Escaping::parse(value);
            } else if name.eq_ignore_ascii_case("q") {
                range.weight = thousandths(value)?;
            } else if let Some(parameter) = Parameter::parse(name) {
                range.parameters.push((parameter, value));
            }
        }
        Some(range)
    }
}

impl Parameter {
    fn parse(name: &str) -> Option<Self> {
        let all = [
            ("version", Self::Version),
            #[cfg(feature = "protobuf")]
            ("proto", Self::Proto),
            #[cfg(feature = "protobuf")]
            ("encoding", Self::Encoding),
        ];
        let (_, parameter) = all.into_iter().find(|(own, _)| name.eq_ignore_ascii_case(own))?;
        Some(parameter)
    }
}

impl Representation {
    /// This, as the range that won wants it.
    fn content_type(&self, range: &Range<'_>) -> ContentType {
        if self.named == [(Parameter::Version, FIRST_DRAFT)] {
            return ContentType::first_draft();
        }
        let escaping = range.escaping.filter(|_| self.can_escape);
        ContentType::new(self.format, escaping.unwrap_or_default())
    }

    /// How exactly a range names this, if it does.
    fn named_by(&self, range: &Range<'_>) -> Option<Exactness> {
        let is = |own: &str, other: &str| own == "*" || own.eq_ignore_ascii_case(other);
        if !is(range.kind, self.kind) || !is(range.subtype, self.subtype) {
            return None;
        }
        let says = |(parameter, _): &(Parameter, &str)| {
            range.parameters.iter().find(|(other, _)| other == parameter).map(|(_, value)| *value)
        };
        if self.named.iter().all(|named| says(named) == Some(named.1)) {
            return Some(Exactness::Name);
        }
        // Others than these name another version, which may not be here.
        if self.only_by_name || self.named.iter().any(|named| says(named).is_some()) {
            return None;
        }
        match (range.kind, range.subtype) {
            ("*", _) => Some(Exactness::Anything),
            (_, "*") => Some(Exactness::Type),
            _ => Some(Exactness::Subtype),
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

    use proptest::prelude::*;

    use super::*;

    const BOTH: &[Format] = &[Format::Text, Format::OpenMetrics];
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
            ("application/openmetrics-text;version=0.0.1", OpenMetrics),
            ("application/openmetrics-text;version=0.0.2", Text),
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
    fn the_first_draft_of_openmetrics_is_for_who_names_it_and_not_the_standard() {
        for (accept, version) in [
            ("application/openmetrics-text; version=0.0.1", "0.0.1"),
            ("application/openmetrics-text;version=0.0.1;escaping=allow-utf-8,*/*;q=0.1", "0.0.1"),
            ("application/openmetrics-text;version=0.0.1;q=0.5,application/*;q=0.6", "1.0.0"),
            (
                "application/openmetrics-text;version=0.0.1,\
                 application/openmetrics-text;version=1.0.0",
                "0.0.1",
            ),
            (
                "application/openmetrics-text;version=1.0.0;q=0.5,\
                 application/openmetrics-text;version=0.0.1;q=0.4",
                "1.0.0",
            ),
            ("application/openmetrics-text", "1.0.0"),
        ] {
            let expected =
                format!("application/openmetrics-text; version={version}; charset=utf-8");
            assert_eq!(ContentType::negotiate(accept, BOTH).as_str(), expected, "{accept}");
        }
    }

    #[cfg(feature = "openmetrics2")]
    #[test]
    fn openmetrics_2_is_for_who_names_it() {
        for (accept, format) in [
            ("application/openmetrics-text;version=2.0.0", Format::OpenMetrics2),
            (
                "application/openmetrics-text;version=2.0.0;q=0.6,\
                 application/openmetrics-text;version=1.0.0;q=0.5",
                Format::OpenMetrics2,
            ),
            ("application/openmetrics-text;version=2.0.0;q=0,*/*", Format::Text),
            ("application/openmetrics-text", Format::OpenMetrics),
            ("application/*", Format::OpenMetrics),
            ("*/*", Format::Text),
        ] {
            assert_eq!(negotiated(accept, Format::ALL), format, "{accept}");
        }
        assert_eq!(negotiated("text/plain", &[Format::OpenMetrics2]), Format::OpenMetrics2);
    }

    #[cfg(feature = "protobuf")]
    #[test]
    fn protobuf_is_for_who_names_the_message_and_how_it_comes() {
        use Format::{OpenMetrics, Protobuf, Text};
        const DELIMITED: &str = "application/vnd.google.protobuf;\
            proto=io.prometheus.client.MetricFamily;encoding=delimited";
        for (accept, format) in [
            (DELIMITED.to_owned(), Protobuf),
            (format!("{DELIMITED};q=0.6,application/openmetrics-text;q=0.5"), Protobuf),
            (format!("{DELIMITED};q=0.5,application/openmetrics-text;q=0.6"), OpenMetrics),
            (format!("{DELIMITED};q=0,*/*"), Text),
            (
                DELIMITED.replace('=', " = \"").replace(';', "\" ; ").replacen('"', "", 1) + "\"",
                Protobuf,
            ),
            (DELIMITED.replace("delimited", "text"), Text),
            (DELIMITED.replace("delimited", "compact-text"), Text),
            (DELIMITED.replace("MetricFamily", "Metric"), Text),
            ("application/vnd.google.protobuf".into(), Text),
            ("application/vnd.google.protobuf;encoding=delimited".into(), Text),
            ("application/*".into(), OpenMetrics),
            ("*/*".into(), Text),
        ] {
            assert_eq!(negotiated(&accept, Format::ALL), format, "{accept}");
            assert_ne!(negotiated(&accept, BOTH), Protobuf, "{accept}");
        }
        // Prometheus names no escaping for it, so it gets none but the one that every server reads.
        for (escaping, expected) in
            [("", Escaping::Underscores), (";escaping=allow-utf-8", Escaping::AllowUtf8)]
        {
            let content_type =
                ContentType::negotiate(&format!("{DELIMITED}{escaping}"), Format::ALL);
            assert_eq!(content_type, ContentType::new(Protobuf, expected));
        }
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
                let negotiated = ContentType::negotiate(content_type.as_str(), Format::ALL);
                assert_eq!(negotiated, content_type);
            }
        }
    }

    proptest! {
        #[test]
        fn any_header_is_read(
            accept in "\\PC*|((text|application|\\*)/(plain|openmetrics-text|vnd.google.protobuf|\\*)\
                (; ?(q|version|escaping|proto|encoding)=[\"a-z0-9.-]*)*,? ?)*",
        ) {
            let content_type = ContentType::negotiate(&accept, Format::ALL);
            prop_assert!(Format::ALL.contains(&content_type.format()));
            let one = ContentType::negotiate(&accept, OPENMETRICS);
            prop_assert_eq!(one.format(), Format::OpenMetrics);
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
            // And every one that names protobuf prefers it to all else.
            #[cfg(feature = "protobuf")]
            let expected = match accept.contains("application/vnd.google.protobuf") {
                true => Format::Protobuf.into(),
                false => expected,
            };
            assert_eq!(ContentType::negotiate(accept, Format::ALL), expected, "{}", case["client"]);
        }
        println!("captured-accept-headers: {} cases", cases.len());
        assert!(!cases.is_empty());
    }
}
