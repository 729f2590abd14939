//! Families as Prometheus' library for Python reads them, in JSON.

use std::collections::BTreeMap;

use prom_client_testkit::{Exposition, Family, Kind, Labels, Sample, Value};
use serde_json::Value as Json;

use super::corpus::{array, string};

/// Compares families. Those that are only spoken of in the exposition count too.
pub(crate) fn compare(exposition: &Exposition, expected: &[Json]) -> Result<(), String> {
    let families = exposition.families();
    if families.len() != expected.len() {
        let names: Vec<&str> = families.iter().map(|family| family.name.as_str()).collect();
        return Err(format!("{} families expected, {names:?}", expected.len()));
    }
    for (family, expected) in families.iter().zip(expected) {
        compare_family(family, expected)
            .map_err(|error| format!("family {}: {error}", family.name))?;
    }
    Ok(())
}

fn compare_family(family: &Family, expected: &Json) -> Result<(), String> {
    let counter = family.kind == Kind::Counter;
    let stem = |name: &str| match name.strip_suffix("_total") {
        // That library names counters of the text format as those of OpenMetrics.
        Some(stem) if counter => stem.to_owned(),
        _ => name.to_owned(),
    };
    equal("name", stem(&family.name), string(&expected["name"]).to_owned())?;
    equal("type", family.kind.as_str(), string(&expected["type"]))?;
    equal("help", family.help.as_deref().unwrap_or_default(), string(&expected["help"]))?;
    equal("unit", family.unit.as_deref().unwrap_or_default(), string(&expected["unit"]))?;
    let mut expected: Vec<&Json> = array(&expected["samples"]).iter().collect();
    // Of one series at one time a server keeps the first sample, and so does that library, for which a time
    // has more digits.
    let mut kept: Vec<&Sample> = family.samples.iter().collect();
    keep_first(&mut kept, |a, b| a.labels == b.labels && a.timestamp == b.timestamp);
    keep_first(&mut expected, |a, b| {
        let millis = |json: &Json| number("", &json["timestamp"]).map(|t| (t * 1000.0) as i64).ok();
        a["name"] == b["name"] && a["labels"] == b["labels"] && millis(a) == millis(b)
    });
    equal("number of samples", kept.len(), expected.len())?;
    for (sample, expected) in kept.iter().zip(expected) {
        compare_sample(sample, expected, stem).map_err(|error| format!("{sample}: {error}"))?;
    }
    Ok(())
}

/// Keeps of all that are the same only the first one.
fn keep_first<T: Copy>(all: &mut Vec<T>, same: impl Fn(T, T) -> bool) {
    let mut kept: Vec<T> = Vec::new();
    all.retain(|one| {
        let first = !kept.iter().any(|other| same(*other, *one));
        kept.extend(first.then_some(*one));
        first
    });
}

fn compare_sample(
    sample: &Sample,
    expected: &Json,
    stem: impl Fn(&str) -> String,
) -> Result<(), String> {
    equal("name", stem(sample.name()), stem(string(&expected["name"])))?;
    equal("labels", labels(sample.labels.iter()), expected_labels(&expected["labels"]))?;
    let Value::Float(value) = sample.value else { return Err("no float".to_owned()) };
    same_number("value", value, &expected["value"])?;
    match (sample.timestamp, &expected["timestamp"]) {
        (None, Json::Null) => {}
        (Some(timestamp), expected @ (Json::Number(_) | Json::String(_))) => {
            let seconds = number("timestamp", expected)?;
            #[expect(clippy::cast_precision_loss, reason = "the corpus has floats")]
            let ours = timestamp.as_millis() as f64 / 1000.0;
            // A time beyond the range ends at the range.
            if (ours - seconds).abs() > 0.0011 && seconds < 9e15 {
                return Err(format!("timestamp {ours}, expected {seconds}"));
            }
        }
        (ours, expected) => return Err(format!("timestamp {ours:?}, expected {expected}")),
    }
    match (sample.exemplars.first(), &expected["exemplar"]) {
        (None, Json::Null) => Ok(()),
        (Some(exemplar), expected @ Json::Object(_)) => {
            let ours = labels(exemplar.labels.iter());
            equal("exemplar's labels", ours, expected_labels(&expected["labels"]))?;
            same_number("exemplar's value", exemplar.value, &expected["value"])
        }
        (ours, expected) => Err(format!("exemplar {ours:?}, expected {expected}")),
    }
}

/// Labels as they are compared: without the name and without what is empty, and bounds as numbers, since
/// the kit spells them as Prometheus does.
fn labels<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    let pairs = pairs.filter(|(name, value)| *name != Labels::NAME && !value.is_empty());
    pairs
        .map(|(name, value)| {
            let bound = matches!(name, "le" | "quantile").then(|| value.parse::<f64>().ok());
            let value = bound.flatten().map_or(value.to_owned(), |bound| bound.to_string());
            (name.to_owned(), value)
        })
        .collect()
}

fn expected_labels(json: &Json) -> BTreeMap<String, String> {
    let pairs = json.as_object().expect("labels");
    labels(pairs.iter().map(|(name, value)| (name.as_str(), string(value))))
}

/// A number in JSON. Those that JSON has not are strings.
fn number(what: &str, json: &Json) -> Result<f64, String> {
    let number = json.as_str().map_or_else(|| json.as_f64(), |text| text.parse().ok());
    number.ok_or_else(|| format!("{what}: not a number: {json}"))
}

fn same_number(what: &str, ours: f64, expected: &Json) -> Result<(), String> {
    let expected = number(what, expected)?;
    if ours == expected || ours.is_nan() && expected.is_nan() {
        return Ok(());
    }
    Err(format!("{what} {ours}, expected {expected}"))
}

#[expect(clippy::needless_pass_by_value, reason = "what is compared is made for it")]
fn equal<T: PartialEq + std::fmt::Debug>(what: &str, ours: T, expected: T) -> Result<(), String> {
    if ours == expected { Ok(()) } else { Err(format!("{what} {ours:?}, expected {expected:?}")) }
}
