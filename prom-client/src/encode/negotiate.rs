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
//! - Of parameters only `version` and `q` count. A range without `version` means every version.

use std::cmp::Reverse;

use super::Format;

impl Format {
    /// The format out of `offered` that an `Accept` header asks for.
    ///
    /// Several header lines are joined with commas. A header that is missing is the same as an
    /// empty one. When nothing fits, it is [`Format::Text`], or the first of `offered` if text is
    /// not among them.
    ///
    /// # Examples
    /// ```
    /// use prom_client::Format;
    ///
    /// assert_eq!(Format::negotiate("*/*", Format::ALL), Format::Text);
    /// assert_eq!(Format::negotiate("text/*,application/*;q=0.1", Format::ALL), Format::Text);
    /// assert_eq!(Format::negotiate("text/html", &[Format::OpenMetrics]), Format::OpenMetrics);
    /// ```
    #[must_use]
    pub fn negotiate(accept: &str, offered: &[Self]) -> Self {
        let ranges: Vec<Range<'_>> = split(accept, ',').filter_map(Range::parse).collect();
        let mut best = None;
        for &format in offered {
            let rank = rank(format, &ranges);
            if rank.is_some() && best.is_none_or(|(other, _)| rank > other) {
                best = Some((rank, format));
            }
        }
        match best {
            Some((_, format)) => format,
            None if offered.contains(&Self::Text) => Self::Text,
            None => offered.first().copied().unwrap_or_default(),
        }
    }
}

/// One element of the header, such as `text/plain;version=0.0.4;q=0.5`.
#[derive(Debug)]
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    version: Option<&'a str>,
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
        let mut range = Self { kind, subtype, version: None, weight: 1000 };
        for part in parts {
            let Some((name, value)) = part.split_once('=') else {
                continue;
            };
            let value = value.trim().trim_matches('"');
            if name.trim().eq_ignore_ascii_case("version") {
                range.version = Some(value);
            } else if name.trim().eq_ignore_ascii_case("q") {
                range.weight = thousandths(value)?;
            }
        }
        Some(range)
    }

    /// How exactly this range names `format`, if it does.
    fn names(&self, format: Format) -> Option<Exactness> {
        let (kind, subtype, version) = format.media_type();
        let is = |own: &str, other: &str| own == "*" || own.eq_ignore_ascii_case(other);
        if !is(self.kind, kind) || !is(self.subtype, subtype) {
            return None;
        }
        match (self.kind, self.subtype, self.version) {
            (_, _, Some(wanted)) => (wanted == version).then_some(Exactness::Version),
            ("*", _, None) => Some(Exactness::Anything),
            (_, "*", None) => Some(Exactness::Type),
            (_, _, None) => Some(Exactness::Subtype),
        }
    }
}

/// Where `format` stands among the wanted; `None` when no range names it or the one that counts
/// excludes it.
fn rank(format: Format, ranges: &[Range<'_>]) -> Option<Rank> {
    let named = ranges
        .iter()
        .enumerate()
        .filter_map(|(i, range)| Some((range.names(format)?, Reverse(i), range.weight)));
    let (exactness, place, weight) = named.max()?;
    (weight > 0).then_some((weight, exactness, place))
}

/// A weight from 0 to 1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
fn thousandths(weight: &str) -> Option<u16> {
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
            assert_eq!(Format::negotiate(accept, BOTH), format, "{client}");
            assert_eq!(Format::negotiate(accept, TEXT), Text, "{client}");
            assert_eq!(Format::negotiate(accept, OPENMETRICS), OpenMetrics, "{client}");
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
            assert_eq!(Format::negotiate(accept, BOTH), format, "{accept}");
        }
        assert_eq!(Format::negotiate("application/openmetrics-text", &[]), Text);
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
            assert_eq!(Format::negotiate(accept, BOTH), expected, "{}", case["client"]);
        }
        println!("captured-accept-headers: {} cases", cases.len());
        assert!(!cases.is_empty());
    }
}
