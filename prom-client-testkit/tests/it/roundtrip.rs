//! What is printed comes back, and nothing makes a parser panic.

use prom_client_testkit::{Exposition, Format, Kind, Parser};
use proptest::prelude::*;

use crate::generate::{Family, families, junk, native};
use crate::print::{Style, expected, family_name, found, text};
use crate::wire;

const TEXT: &[Kind] = &[Kind::Counter, Kind::Gauge, Kind::Histogram, Kind::Summary, Kind::Unknown];

const OPENMETRICS: &[Kind] = &[
    Kind::Counter,
    Kind::Gauge,
    Kind::Histogram,
    Kind::GaugeHistogram,
    Kind::Summary,
    Kind::Info,
    Kind::StateSet,
    Kind::Unknown,
];

const PROTOBUF: &[Kind] = &[
    Kind::Counter,
    Kind::Gauge,
    Kind::Histogram,
    Kind::GaugeHistogram,
    Kind::Summary,
    Kind::Unknown,
];

const ALL: [Format; 3] = [Format::Text, Format::OpenMetrics, Format::Protobuf];

/// Checks that families come back from a body: their metadata and their samples.
fn check(
    style: Style,
    families: &[Family],
    body: &[u8],
    parser: Parser,
) -> Result<(), TestCaseError> {
    let parsed = parser.parse(body);
    let exposition = parsed.map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(found(&exposition), expected(style, families));
    for family in families {
        let Some(read) = exposition.family(&family_name(style, family)) else {
            prop_assert!(style == Style::Protobuf && family.metrics.is_empty(), "{}", family.name);
            continue;
        };
        prop_assert_eq!(read.kind, family.kind);
        prop_assert_eq!(&read.help, &family.help);
    }
    Ok(())
}

/// A lenient parser, and a strict one.
fn both(format: Format) -> [Parser; 2] {
    [Parser::new(format), Parser::new(format).strict()]
}

proptest! {
    #[test]
    fn text_comes_back(families in families(TEXT)) {
        let body = text(Style::Text, &families);
        for parser in both(Format::Text) {
            check(Style::Text, &families, body.as_bytes(), parser)?;
        }
    }

    #[test]
    fn openmetrics_comes_back(families in families(OPENMETRICS)) {
        let body = text(Style::OpenMetrics, &families);
        for parser in both(Format::OpenMetrics) {
            check(Style::OpenMetrics, &families, body.as_bytes(), parser)?;
        }
    }

    #[test]
    fn protobuf_comes_back(families in families(PROTOBUF)) {
        let body = wire::exposition(&families);
        for parser in both(Format::Protobuf) {
            check(Style::Protobuf, &families, &body, parser)?;
        }
    }

    #[test]
    fn native_histograms_come_back(native in native()) {
        let body = wire::native(&native);
        let exposition = Parser::new(Format::Protobuf).strict().parse(&body);
        let exposition = exposition.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let sample = exposition.sample("h", []).expect("a sample");
        let read = sample.value.as_histogram().expect("a native histogram");
        prop_assert_eq!(read.schema, native.schema);
        prop_assert_eq!(read.zero_threshold, native.zero_threshold);
        prop_assert_eq!(read.zero_count, f64::from(native.zero_count));
        prop_assert_eq!(read.sum, native.sum);
        let mut count = f64::from(native.zero_count);
        for (side, read) in native.sides.iter().zip([&read.positive, &read.negative]) {
            let spans: Vec<_> = read.spans.iter().map(|span| (span.offset, span.length)).collect();
            let counts: Vec<f64> = side.counts.iter().map(|count| f64::from(*count)).collect();
            prop_assert_eq!(&spans, &side.spans);
            prop_assert_eq!(&read.counts, &counts);
            prop_assert_eq!(read.iter().count(), counts.len());
            count += counts.iter().sum::<f64>();
        }
        prop_assert_eq!(read.count, count);
    }

    #[test]
    fn nothing_makes_a_parser_panic(bytes in junk()) {
        for parser in ALL.into_iter().flat_map(both) {
            if let Err(error) = parser.parse(&bytes) {
                prop_assert!(error.offset() <= bytes.len());
                prop_assert!(!error.message().is_empty());
                let lines = error.to_string().lines().count();
                prop_assert_eq!(lines, if error.line().is_some() { 4 } else { 1 });
            }
        }
    }

    #[test]
    fn a_body_that_is_cut_off_makes_no_parser_panic(
        families in families(PROTOBUF),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut body = wire::exposition(&families);
        body.push(0);
        let at = at.index(body.len());
        let mut wrong = body.clone();
        wrong[at] = byte;
        for body in [&body[..at], &wrong] {
            for parser in both(Format::Protobuf) {
                let _: Result<Exposition, _> = parser.classic_histograms().parse(body);
            }
        }
    }
}
