//! A range has at each step what an instant query has there: however the engine goes through columns.

use std::time::Duration;

use prom_client_testkit::promql::{Engine, Preset, QueryValue};
use prom_client_testkit::{Labels, STALE, Store, Timestamp, ValueRef};
use proptest::prelude::*;

use super::expr;

/// Queries of every kind whose order does not matter.
const QUERIES: &[&str] = &[
    "a",
    "a offset 20s",
    "a offset -20s",
    "timestamp(a)",
    "rate(a[1m])",
    "increase(a[50s])",
    "delta(a[1m] offset 15s)",
    "irate(a[1m])",
    "idelta(a[45s])",
    "deriv(a[1m])",
    "predict_linear(a[1m], 30)",
    "changes(a[1m])",
    "resets(a[1m])",
    "avg_over_time(a[1m])",
    "sum_over_time(a[1m])",
    "stddev_over_time(a[1m])",
    "min_over_time(a[1m])",
    "quantile_over_time(scalar(b{i=\"1\"}) / 10, a[1m])",
    "absent_over_time(a{i=\"1\"}[20s])",
    "last_over_time(a[30s])",
    "sum_over_time(rate(a[30s])[1m:10s])",
    "sum(a)",
    "avg by (i) (a)",
    "stdvar without (j) (a)",
    "quantile(0.3, a)",
    "min(a) + max(a) + count(a) + group(a)",
    "count_values(\"v\", a > 5)",
    "topk(2, a)",
    "bottomk by (i) (scalar(count(a)) - 2, a)",
    "a > b",
    "a * on (i) group_left b",
    "b / on (i) group_right a",
    "a == bool on (i, j) a",
    "a and on (i) b",
    "a or on (i) b",
    "b unless on (i) a",
    "a + 1",
    "2 ^ b",
    "a <= 5",
    "-a",
    "clamp(a, 2, scalar(b{i=\"1\"}))",
    "round(a / 3, 0.5)",
    "absent(a{i=\"1\"})",
    "scalar(a{i=\"1\",j=\"x\"})",
    "label_replace(a, \"k\", \"$1\", \"i\", \"(.*)\")",
    "hour(a * 3600)",
    "histogram_quantile(0.7, sum by (le) (label_join(a, \"le\", \"\", \"i\")) or label_replace(sum(a), \"le\", \"+Inf\", \"\", \"\"))",
    "a @ 60 + a",
];

/// The samples of a series, 10 seconds apart: some are missing, some end it, and some are not numbers.
fn samples() -> impl Strategy<Value = Vec<Option<f64>>> {
    let sample = prop_oneof![
        3 => Just(None),
        1 => Just(Some(STALE)),
        1 => Just(Some(f64::NAN)),
        12 => (0..20).prop_map(|value| Some(f64::from(value))),
    ];
    prop::collection::vec(sample, 0..30)
}

fn store(all: &[(Labels, Vec<Option<f64>>)]) -> Store {
    let mut store = Store::new();
    let mut appender = store.appender();
    for (labels, samples) in all {
        let series = appender.series(labels);
        for (i, value) in samples.iter().enumerate() {
            let Some(value) = value else { continue };
            let at = Timestamp::from_millis(i64::try_from(i).expect("few") * 10_000);
            appender.append(series, at, ValueRef::Float(*value)).expect("times grow");
        }
    }
    appender.commit();
    store
}

/// The bits of each series at a step, sorted.
fn at_step(value: &QueryValue, at: Timestamp) -> Vec<(String, u64)> {
    let bits = |value: f64| if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() };
    let mut found: Vec<(String, u64)> = match value {
        QueryValue::Scalar(value) => vec![("{}".to_owned(), bits(*value))],
        QueryValue::Vector(samples) => {
            let number = |value: &prom_client_testkit::Value| value.as_float().expect("a number");
            samples.iter().map(|s| (s.labels.to_string(), bits(number(&s.value)))).collect()
        }
        QueryValue::Matrix(series) => series
            .iter()
            .flat_map(|series| series.points.iter().map(move |point| (series, point)))
            .filter(|(_, point)| point.at == at)
            .map(|(series, point)| {
                (series.labels.to_string(), bits(point.value.as_float().expect("a number")))
            })
            .collect(),
        QueryValue::String(text) => panic!("{text}"),
    };
    found.sort();
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn each_step_of_a_range_is_an_instant(
        columns in prop::collection::vec(samples(), 7),
        start in -3..20i64,
        step in 1..9i64,
        stock: bool,
    ) {
        let names = [("a", "1", "x"), ("a", "1", "y"), ("a", "2", "x"), ("a", "3", ""), ("b", "1", ""), ("b", "2", ""), ("b", "3", "")];
        let labels = names.map(|(name, i, j)| Labels::from([("__name__", name), ("i", i), ("j", j)]));
        let store = store(&labels.into_iter().zip(columns).collect::<Vec<_>>());
        let engine = Engine::new(if stock { Preset::Stock } else { Preset::TestLanguage });
        let (start, step) = (start * 10_000, step * 5_000);
        let at = Timestamp::from_millis;
        for query in QUERIES {
            let expr = expr(query);
            let end = at(start + 12 * step + 1);
            let range =
                engine.range(&store, &expr, at(start), end, Duration::from_millis(step.unsigned_abs()));
            let instants: Vec<_> = (0..=12)
                .map(|i| engine.instant(&store, &expr, at(start + i * step)))
                .collect();
            match range {
                Ok(range) => {
                    for (i, instant) in (0..).zip(instants) {
                        let instant = instant.unwrap_or_else(|error| panic!("{query}: {error}"));
                        let at = at(start + i * step);
                        prop_assert_eq!(
                            at_step(&range.value, at),
                            at_step(&instant.value, at),
                            "{} at {}", query, at
                        );
                    }
                }
                // A range has no answer exactly if one of its steps has none.
                Err(_) => prop_assert!(instants.iter().any(Result::is_err), "{}", query),
            }
        }
    }
}
