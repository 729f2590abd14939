//! Queries over a store in memory: the engine alone, on expressions that are read already.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use prom_client_benches::data::{Asked, summary};
use prom_client_benches::harness::config;
use prom_client_testkit::promql::Expr;

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config();
    targets = counters, histograms, pods
}

fn counters(criterion: &mut Criterion) {
    ask(criterion, &Asked::counters());
}

fn histograms(criterion: &mut Criterion) {
    ask(criterion, &Asked::histograms());
}

fn pods(criterion: &mut Criterion) {
    ask(criterion, &Asked::pods());
}

fn ask(criterion: &mut Criterion, asked: &Asked) {
    let mut group = criterion.benchmark_group(format!("promql_{}", asked.name));
    for query in asked.queries {
        let expr: Expr = query.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_ne!(summary(&asked.ask(&expr)).0, 0, "{query}");
        group.bench_function(*query, |bencher| {
            bencher.iter_with_large_drop(|| black_box(asked).ask(&expr));
        });
    }
    group.finish();
}
