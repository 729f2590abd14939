//! Protobuf beside the text of the same families, and native histograms.

use prom_client_testkit::{Exposition, Format, NativeHistogram, Parser, Sample, Value};
use serde_json::Value as Json;

use super::corpus::{Tally, bytes, cases, string, verdict};
use crate::wire;

#[test]
fn conformance_protobuf_beside_text() {
    let set = "golden-expfmt/golden.json";
    let Some(cases) = cases(set) else { return };
    let mut tally = Tally::new(set);
    for case in &cases {
        let name = string(&case["name"]);
        let body = bytes(&case["protobuf_delimited_b64"]);
        let accept = case["checked"]["protobuf_prometheus_3.14"] == "ok";
        let parsed = Parser::new(Format::Protobuf).classic_histograms().parse(&body);
        let outcome = match &parsed {
            Ok(protobuf) if accept => beside_text(protobuf, case),
            _ => verdict(parsed, accept),
        };
        tally.case(name, outcome);
    }
    tally.finish();
}

fn beside_text(protobuf: &Exposition, case: &Json) -> Result<(), String> {
    for (column, format, judge) in [
        ("text", Format::Text, "text_prometheus_3.14"),
        ("openmetrics", Format::OpenMetrics, "openmetrics_prometheus_3.14"),
    ] {
        let Some(body) = case[column].as_str() else { continue };
        let accept = case["checked"][judge] == "ok";
        // The end of OpenMetrics is not the encoder's business, and not in the corpus.
        let end = if format == Format::OpenMetrics { "# EOF\n" } else { "" };
        let parsed = Parser::new(format).parse(format!("{body}{end}").as_bytes());
        let Ok(text) = &parsed else { return verdict(parsed, accept) };
        verdict(Ok::<_, String>(()), accept)?;
        if format == Format::Text {
            same_floats(protobuf, text).map_err(|error| format!("{column}: {error}"))?;
        }
    }
    Ok(())
}

/// The numbers of both are the same. Text shows a native histogram by its classic buckets, or by its count
/// and its sum alone.
fn same_floats(protobuf: &Exposition, text: &Exposition) -> Result<(), String> {
    let floats = |exposition: &Exposition| -> Vec<Sample> {
        exposition.samples().filter(|sample| sample.value.as_float().is_some()).cloned().collect()
    };
    let (protobuf_floats, text_floats) = (floats(protobuf), floats(text));
    for sample in &protobuf_floats {
        let found = text_floats.iter().any(|other| {
            other.labels == sample.labels
                && moment(other) == moment(sample)
                && same(other.value.as_float(), sample.value.as_float())
        });
        if !found {
            return Err(format!("not in text: {sample}"));
        }
    }
    let natives = protobuf.samples().filter(|sample| sample.value.as_histogram().is_some()).count();
    if natives == 0 && protobuf_floats.len() != text_floats.len() {
        return Err(format!("{} samples, in text {}", protobuf_floats.len(), text_floats.len()));
    }
    Ok(())
}

/// When a sample was taken. For protobuf 0 is no time.
fn moment(sample: &Sample) -> i64 {
    sample.timestamp.map_or(0, |timestamp| timestamp.as_millis())
}

/// The same number. Text has no sign for zero.
fn same(a: Option<f64>, b: Option<f64>) -> bool {
    a == b || a.is_some_and(f64::is_nan) && b.is_some_and(f64::is_nan)
}

#[test]
fn conformance_native_histograms() {
    let set = "golden-native-histogram/golden.json";
    let Some(cases) = cases(set) else { return };
    let mut tally = Tally::new(set);
    for case in &cases {
        let body = family(&bytes(&case["histogram_message_b64"]));
        let parsed = Parser::new(Format::Protobuf).parse(&body);
        let outcome = parsed.map_err(|error| error.to_string()).and_then(|exposition| {
            let sample = exposition.samples().next().ok_or("no sample")?;
            match &sample.value {
                Value::Histogram(histogram) => same_histogram(histogram, case),
                // Without a schema it has classic buckets only.
                Value::Float(_) if case["schema"].is_null() => Ok(()),
                Value::Float(_) => Err("not native".to_owned()),
            }
        });
        tally.case(string(&case["case"]["name"]), outcome);
    }
    tally.finish();
}

/// A family `h` with one metric that is this histogram.
fn family(histogram: &[u8]) -> Vec<u8> {
    let metric = wire::bytes(7, histogram);
    let family = [wire::bytes(1, b"h"), wire::integer(3, 4), wire::bytes(4, &metric)];
    wire::delimited(&family.concat())
}

fn same_histogram(ours: &NativeHistogram, case: &Json) -> Result<(), String> {
    let number = |json: &Json| match json {
        Json::String(text) => text.parse::<f64>().expect("a number"),
        json => json.as_f64().expect("a number"),
    };
    for (what, number, expected) in [
        ("schema", f64::from(ours.schema), number(&case["schema"])),
        ("count", ours.count, number(&case["sample_count"])),
        ("sum", ours.sum, number(&case["sample_sum"])),
        ("zero count", ours.zero_count, number(&case["zero_count"])),
        ("zero threshold", ours.zero_threshold, number(&case["zero_threshold"])),
    ] {
        if !same(Some(number), Some(expected)) {
            return Err(format!("{what} {number}, expected {expected}"));
        }
    }
    for (side, buckets) in [("positive", &ours.positive), ("negative", &ours.negative)] {
        // Differences, as they go over the wire.
        let spans: Vec<[i64; 2]> =
            buckets.spans.iter().map(|span| [span.offset.into(), span.length.into()]).collect();
        let before = std::iter::once(0.0).chain(buckets.counts.iter().copied());
        let deltas: Vec<f64> =
            buckets.counts.iter().zip(before).map(|(count, before)| count - before).collect();
        let list = |what| case[format!("{side}_{what}")].as_array().into_iter().flatten();
        let expected_spans: Vec<[i64; 2]> = list("spans")
            .map(|span| [span[0].as_i64().expect("an offset"), span[1].as_i64().expect("a length")])
            .collect();
        let expected_deltas: Vec<f64> = list("deltas").map(number).collect();
        if spans != expected_spans || deltas != expected_deltas {
            return Err(format!(
                "{side} {spans:?} {deltas:?}, expected {expected_spans:?} {expected_deltas:?}"
            ));
        }
    }
    Ok(())
}
