//! Bodies that are odd, and what real readers did with them.

use std::collections::BTreeMap;

use prom_client_testkit::{Exposition, Format, Labels, Parser, Sample, Value};
use serde_json::Value as Json;

use super::corpus::{Tally, array, boolean, bytes, cases, string, verdict};

const SET: &str = "edge-cases/edge-cases.json";

/// A body, and how it came.
struct Case<'a> {
    name: &'a str,
    body: Vec<u8>,
    /// What its content type says; nothing where Prometheus has no idea either.
    format: Option<Format>,
    /// Whether the response is more than a body: encoded, or not successful.
    http: bool,
    observed: &'a Json,
}

impl<'a> Case<'a> {
    fn new(json: &'a Json) -> Self {
        let content_type = json["content_type"].as_str().unwrap_or_default();
        Self {
            name: string(&json["name"]),
            body: bytes(&json["body_b64"]),
            format: Format::from_content_type(content_type),
            http: !json["status"].is_null() || json["headers"].get("Content-Encoding").is_some(),
            observed: &json["observed"],
        }
    }
}

/// Labels by name, as the corpus has them.
type Series = BTreeMap<String, String>;

fn series(labels: &Labels) -> Series {
    labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn expected_series(json: &Json) -> Series {
    let pairs = json.as_object().expect("labels");
    pairs
        .iter()
        .filter(|(_, value)| !string(value).is_empty())
        .map(|(name, value)| (name.clone(), string(value).to_owned()))
        .collect()
}

/// A number as Prometheus' API has it.
fn number(json: &Json) -> f64 {
    string(json).parse().expect("a number")
}

fn same(a: f64, b: f64) -> bool {
    a == b || a.is_nan() && b.is_nan()
}

#[test]
fn conformance_edge_cases_beside_prometheus_3_5() {
    let Some(cases) = cases(SET) else { return };
    let mut tally = Tally::new("edge cases, Prometheus 3.5.3");
    for json in &cases {
        let case = Case::new(json);
        let observed = &case.observed["prometheus 3.5.3"];
        if observed.is_null() {
            continue;
        }
        if case.http {
            tally.apart(case.name, "a matter of HTTP");
            continue;
        }
        tally.case(case.name, beside_a_server(&case, observed));
    }
    tally.finish();
}

fn beside_a_server(case: &Case<'_>, observed: &Json) -> Result<(), String> {
    let accept = boolean(&observed["accepted"]);
    let Some(format) = case.format else {
        return verdict::<(), _>(Err("no format for the content type"), accept);
    };
    if case.body.is_empty() {
        // A server gives it to no parser.
        return verdict(Ok::<_, String>(()), accept);
    }
    let parsed = Parser::new(format).parse(&case.body);
    let Ok(exposition) = &parsed else { return verdict(parsed, accept) };
    verdict(Ok::<_, String>(()), accept)?;

    let scraped = observed["samples_scraped"].as_f64().unwrap_or(-1.0);
    #[expect(clippy::cast_precision_loss, reason = "there are few")]
    let ours = exposition.samples().count() as f64;
    if ours != scraped {
        return Err(format!("{ours} samples, expected {scraped}"));
    }
    let expected: Vec<(Series, f64)> = observed["samples"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|sample| (expected_series(&sample[0]), number(&sample[1])))
        .collect();
    let kept = kept_by_a_server(exposition);
    let is_same = kept.len() == expected.len()
        && expected.iter().all(|(series, value)| {
            kept.iter().any(|(ours, number)| ours == series && same(*number, *value))
        });
    if is_same { Ok(()) } else { Err(format!("{kept:?}, expected {expected:?}")) }
}

/// What an instant query shows of a first scrape, without the server's own labels: not what has a time of
/// its own, which in these cases is far from now; of a series the first sample; no native histograms, which
/// were not turned on; and `job` and `instance`, which are the server's, under other names.
fn kept_by_a_server(exposition: &Exposition) -> Vec<(Series, f64)> {
    let mut kept: Vec<(Series, f64)> = Vec::new();
    for sample in exposition.samples().filter(|sample| sample.timestamp.is_none()) {
        let Value::Float(value) = sample.value else { continue };
        let mut series = series(&sample.labels);
        for name in ["job", "instance"] {
            if let Some(value) = series.remove(name) {
                series.insert(format!("exported_{name}"), value);
            }
        }
        if !kept.iter().any(|(other, _)| *other == series) {
            kept.push((series, value));
        }
    }
    kept
}

#[test]
fn conformance_edge_cases_beside_the_parser_of_prometheus_3_14() {
    let Some(cases) = cases(SET) else { return };
    let mut tally = Tally::new("edge cases, parser of Prometheus 3.14");
    for json in &cases {
        let case = Case::new(json);
        let observed = &case.observed["prometheus 3.14.0 parser"];
        let Some(format) = case.format.filter(|_| !observed.is_null() && !case.http) else {
            continue;
        };
        let accept = boolean(&observed["accepted"]);
        // That parser was asked for classic histograms too.
        let parsed = Parser::new(format).classic_histograms().parse(&case.body);
        let server = case.observed["prometheus 3.5.3"]["accepted"].as_bool().unwrap_or(accept);
        if accept && !server {
            tally.apart(case.name, "the server refuses it behind the parser");
            tally.case(case.name, verdict(parsed, false));
            continue;
        }
        if !accept && server && !case.body.is_empty() {
            tally.apart(case.name, "Prometheus 3.5 takes it");
            continue;
        }
        let outcome = match &parsed {
            Ok(exposition) if accept => entries(exposition, array(&observed["entries"])),
            _ => verdict(parsed, accept),
        };
        tally.case(case.name, outcome);
    }
    tally.finish();
}

/// Compares samples with what the parser handed on, times included.
fn entries(exposition: &Exposition, expected: &[Json]) -> Result<(), String> {
    let samples: Vec<&Sample> = exposition.samples().collect();
    let expected: Vec<&Json> = expected.iter().filter(|entry| !entry["labels"].is_null()).collect();
    if samples.len() != expected.len() {
        return Err(format!("{} samples, expected {}", samples.len(), expected.len()));
    }
    // Families that are interleaved come out in another order.
    let matches = |sample: &&Sample, entry: &Json| {
        let value = match &sample.value {
            Value::Float(value) => entry["value"]
                .as_str()
                .is_some_and(|expected| same(*value, expected.parse().expect("a number"))),
            Value::Histogram(_) => entry.get("histogram").is_some() || entry["value"].is_null(),
        };
        let timestamp = sample.timestamp.map(|timestamp| timestamp.as_millis());
        series(&sample.labels) == expected_series(&entry["labels"])
            && timestamp == entry["ts"].as_i64()
            && value
    };
    match expected.iter().find(|entry| !samples.iter().any(|sample| matches(sample, entry))) {
        Some(entry) => Err(format!("no sample like {entry}")),
        None => Ok(()),
    }
}

#[test]
fn conformance_edge_cases_beside_strict_readers() {
    let Some(cases) = cases(SET) else { return };
    let mut tally = Tally::new("edge cases, promtool 3.5.3 and the strict reader of OpenMetrics");
    for json in &cases {
        let case = Case::new(json);
        let Some(format) = case.format else { continue };
        let parsed = Parser::new(format).strict().parse(&case.body);
        let promtool = &case.observed["promtool 3.5.3 check metrics"];
        let openmetrics = &case.observed["client_python 0.26.0 strict OM"];
        if format == Format::Text && !promtool.is_null() && !case.http {
            // It knows no names in UTF-8, and says so.
            let error = string(&promtool["error"]);
            if error.contains("invalid metric name \"") || error.contains("invalid label name \"") {
                tally.apart(case.name, "promtool knows no names in UTF-8");
            } else if parsed
                .as_ref()
                .is_err_and(|error| error.message().contains("help text is not UTF-8"))
            {
                tally.apart(case.name, "promtool does not look at the encoding of help texts");
            } else {
                tally.case(case.name, verdict(parsed, boolean(&promtool["parsed"])));
            }
        } else if format == Format::OpenMetrics && !openmetrics.is_null() {
            tally.case(case.name, verdict(parsed, boolean(&openmetrics["accepted"])));
        }
    }
    tally.finish();
}
