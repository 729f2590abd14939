//! What Go's client library makes of the same observations.

use std::path::PathBuf;

use prom_client::{Buckets, Clock, Family, Histogram, Native, Registry};
use serde_json::Value;

use super::{HOUR, Shown, owned};

/// The cases, or `None` if there are none because nobody said where they would be.
fn cases() -> Option<Vec<Value>> {
    let root = match std::env::var_os("PROM_CORPORA") {
        Some(named) => {
            let named = PathBuf::from(named);
            assert!(named.is_dir(), "PROM_CORPORA names no folder: {}", named.display());
            named
        }
        None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora")),
    };
    if !root.is_dir() {
        println!("skipped: no corpora");
        return None;
    }
    let path = root.join("golden-native-histogram/golden.json");
    let text = std::fs::read_to_string(path).expect("the set is in the corpora");
    Some(serde_json::from_str(&text).expect("JSON"))
}

fn float(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

fn floats(values: &Value) -> Vec<f64> {
    values.as_array().into_iter().flatten().map(float).collect()
}

fn pairs(values: &Value) -> Vec<(i64, i64)> {
    let pairs = values.as_array().into_iter().flatten();
    pairs.map(|pair| (pair[0].as_i64().unwrap(), pair[1].as_i64().unwrap())).collect()
}

/// What the options of the reference are with us. It has no limit unless told; of these cases each fits ours.
fn buckets(case: &Value) -> Buckets {
    let bounds = floats(&case["classic_buckets"]);
    let factor = float(&case["factor"]);
    let classic = (!bounds.is_empty()).then(|| Buckets::new(bounds).unwrap());
    if factor <= 1.0 {
        return classic.unwrap_or_default();
    }
    let mut native = Native::factor(factor).unwrap();
    let limit = match case["max_buckets"].as_u64().unwrap() {
        0 => 360,
        limit => usize::try_from(limit).unwrap(),
    };
    native = native.max_buckets(limit).unwrap();
    // 0 is the default there, and a negative threshold is 0.
    native = match float(&case["zero_threshold_opt"]) {
        0.0 => native,
        threshold => native.zero_threshold(threshold.max(0.0)).unwrap(),
    };
    native = native.max_zero_threshold(float(&case["max_zero_threshold"])).unwrap();
    match classic {
        Some(classic) => classic.and_native(native).unwrap(),
        None => native.into(),
    }
}

/// Spans and deltas: a gap of one or two buckets is filled with empty ones, a wider one begins a span.
fn spans(buckets: &[(i32, u64)]) -> (Vec<(i64, i64)>, Vec<i64>) {
    let (mut spans, mut deltas) = (Vec::new(), Vec::new());
    let (mut next, mut before) = (0, 0);
    for (index, count) in buckets {
        let (index, count) = (i64::from(*index), i64::try_from(*count).unwrap());
        let gap = index - next;
        match spans.last_mut() {
            Some((_, length)) if gap <= 2 => {
                *length += gap + 1;
                for _ in 0..gap {
                    deltas.push(-before);
                    before = 0;
                }
            }
            _ => spans.push((gap, 1)),
        }
        deltas.push(count - before);
        (before, next) = (count, index + 1);
    }
    (spans, deltas)
}

fn check(expected: &Value, histogram: Histogram) {
    let name = &expected["case"]["name"];
    let reading = histogram.snapshot().unwrap();
    assert_eq!(reading.count(), expected["sample_count"].as_u64().unwrap(), "{name}");
    let sum = float(&expected["sample_sum"]);
    let same = reading.sum() == sum || (reading.sum() / sum - 1.0).abs() < 1e-12;
    assert!(same || sum.is_nan() && reading.sum().is_nan(), "{name}: {} {sum}", reading.sum());
    let mut below = 0;
    let classic: Vec<(f64, f64)> = std::iter::zip(reading.bounds(), reading.counts())
        .map(|(bound, n)| {
            below += n;
            (*bound, below as f64)
        })
        .collect();
    let bounds = expected["classic_buckets"].as_array().into_iter().flatten();
    let bounds: Vec<_> = bounds.map(|pair| (float(&pair[0]), float(&pair[1]))).collect();
    assert_eq!(classic, bounds, "{name}");

    let Some(schema) = expected["schema"].as_i64() else {
        assert!(reading.native().is_none(), "{name}");
        return;
    };
    let shown = Shown::from(&reading);
    assert_eq!(i64::from(shown.schema), schema, "{name}");
    assert_eq!(shown.zero_threshold, float(&expected["zero_threshold"]), "{name}");
    assert_eq!(shown.zero_count, expected["zero_count"].as_u64().unwrap(), "{name}");
    for (side, buckets) in [("negative", &shown.negative), ("positive", &shown.positive)] {
        // What says that a histogram without a bucket is a native one is up to the format.
        let mut wanted = pairs(&expected[format!("{side}_spans")]);
        wanted.retain(|span| *span != (0, 0));
        let deltas = expected[format!("{side}_deltas")].as_array().into_iter().flatten();
        let deltas: Vec<i64> = deltas.map(|delta| delta.as_i64().unwrap()).collect();
        assert_eq!(spans(buckets), (wanted, deltas), "{name}, {side}");
    }
}

#[test]
fn conformance_native_buckets_are_those_of_the_reference() {
    let Some(cases) = cases() else { return };
    let (clock, _hand) = Clock::manual(HOUR);
    let registry = Registry::with_clock(clock);
    for (i, expected) in cases.iter().enumerate() {
        let case = &expected["case"];
        let observations = floats(&case["observations"]);
        let (histogram, _hand) = owned(buckets(case));
        // One of a family begins in words that all threads share.
        let family: Family<(u64,), Histogram> = registry
            .metric(&format!("case_{i}"), "")
            .labels(["label"])
            .buckets(buckets(case))
            .register()
            .unwrap();
        for value in &observations {
            histogram.observe(*value);
            family.with(&(1,)).observe(*value);
        }
        check(expected, *histogram);
        check(expected, family.with(&(1,)));
    }
    assert!(!cases.is_empty());
    println!("golden-native-histogram: {} cases", cases.len());
}
