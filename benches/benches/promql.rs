//! Queries over a store in memory: the engine alone, on expressions that are read already.
//!
//! Samples are 15 seconds apart. Ranges have a step of a minute if they have 100 steps, and of 15 seconds if they
//! have 1,000.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use prom_client_benches::harness::config;
use prom_client_testkit::promql::{Answer, Engine, Expr, Preset, QueryValue};
use prom_client_testkit::{Labels, Store, Timestamp, ValueRef};

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config();
    targets = rate, quantile, select
}

const INTERVAL: i64 = 15_000;
const WINDOW: i64 = 5 * 60 * 1_000;
const INSTANCES: usize = 100;

/// How far a query looks, from the first sample on that fills its window.
struct Range {
    steps: i64,
    step: i64,
}

impl Range {
    fn end(&self) -> i64 {
        WINDOW + (self.steps - 1) * self.step
    }

    fn ask(&self, store: &Store, expr: &Expr) -> Answer {
        let at = Timestamp::from_millis;
        let step = Duration::from_millis(self.step.unsigned_abs());
        Engine::new(Preset::Stock)
            .range(store, expr, at(WINDOW), at(self.end()), step)
            .expect("it has an answer")
    }
}

/// Counters of these labels, which all grow at their own rate and begin anew now and then.
fn store(series: impl Iterator<Item = Labels>, until: i64) -> Store {
    let mut store = Store::new();
    let mut appender = store.appender();
    for (i, labels) in series.enumerate() {
        let series = appender.series(&labels);
        for n in 0..=until / INTERVAL {
            let value = (n % 500) as f64 * (1 + i % 17) as f64;
            let at = Timestamp::from_millis(n * INTERVAL);
            appender.append(series, at, ValueRef::Float(value)).expect("times grow");
        }
    }
    appender.commit();
    store
}

fn series(answer: &Answer) -> usize {
    match &answer.value {
        QueryValue::Vector(samples) => samples.len(),
        QueryValue::Matrix(series) => series.len(),
        other => panic!("{other:?}"),
    }
}

fn parse(query: &str) -> Expr {
    Expr::parse(query).unwrap_or_else(|error| panic!("{error}"))
}

/// 2,000 series over 100 steps: 20 paths of each of 100 instances.
fn rate(criterion: &mut Criterion) {
    const SERIES: usize = 2_000;

    let labels = |i: usize| {
        let (instance, path) =
            (format!("shop-{}:9100", i % INSTANCES), format!("/v1/{}", i / INSTANCES));
        Labels::from([
            ("__name__", "http_requests_total"),
            ("job", "shop"),
            ("instance", &*instance),
            ("path", &*path),
        ])
    };
    let range = Range { steps: 100, step: 60_000 };
    let store = store((0..SERIES).map(labels), range.end());
    let mut group = criterion.benchmark_group("promql_2k_series_100_steps");
    group.throughput(Throughput::Elements((SERIES as i64 * range.steps).unsigned_abs()));
    for (query, expected) in [
        ("rate(http_requests_total[5m])", SERIES),
        ("sum by (path) (rate(http_requests_total[5m]))", SERIES / INSTANCES),
        ("http_requests_total", SERIES),
    ] {
        let expr = parse(query);
        assert_eq!(series(&range.ask(&store, &expr)), expected);
        group.bench_function(query, |bencher| {
            bencher.iter_with_large_drop(|| range.ask(black_box(&store), &expr));
        });
    }
    group.finish();
}

/// 100 histograms of 11 buckets over 1,000 steps.
fn quantile(criterion: &mut Criterion) {
    const BOUNDS: [&str; 11] =
        ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf"];

    let labels = |i: usize| {
        let instance = format!("shop-{}:9100", i / BOUNDS.len());
        let bound = BOUNDS[i % BOUNDS.len()];
        Labels::from([("__name__", "h_bucket"), ("instance", &*instance), ("le", bound)])
    };
    let range = Range { steps: 1_000, step: INTERVAL };
    let store = store((0..INSTANCES * BOUNDS.len()).map(labels), range.end());
    let mut group = criterion.benchmark_group("promql_1100_buckets_1k_steps");
    let query = "histogram_quantile(0.9, rate(h_bucket[5m]))";
    let expr = parse(query);
    assert_eq!(series(&range.ask(&store, &expr)), INSTANCES);
    group.bench_function(query, |bencher| {
        bencher.iter_with_large_drop(|| range.ask(black_box(&store), &expr));
    });
    group.finish();
}

/// 10,000 of 100,000 series at a moment.
fn select(criterion: &mut Criterion) {
    const SERIES: usize = 100_000;

    let labels = |i: usize| {
        let (name, pod) = (format!("metric_{}", i % 10), format!("pod-{}", i / 10));
        Labels::from([("__name__", &*name), ("job", "shop"), ("namespace", "eu"), ("pod", &*pod)])
    };
    let until = 30 * INTERVAL;
    let store = store((0..SERIES).map(labels), until);
    let engine = Engine::new(Preset::Stock);
    let mut group = criterion.benchmark_group("promql_10k_of_100k_series");
    for query in ["metric_3", r#"{__name__=~"metric_3",job!="x"}"#] {
        let expr = parse(query);
        let ask = |store: &Store| {
            engine.instant(store, &expr, Timestamp::from_millis(until)).expect("it has an answer")
        };
        assert_eq!(series(&ask(&store)), SERIES / 10);
        group.bench_function(query, |bencher| {
            bencher.iter_with_large_drop(|| ask(black_box(&store)));
        });
    }
    group.finish();
}
