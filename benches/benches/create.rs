//! New series.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{
    BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main,
};
use prom_client_benches::data::{Labels, label_sets};
use prom_client_benches::harness::{config, pin};
use prom_client_benches::libraries::{self, Counters};

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config();
    targets = series_new_10k
}

const SERIES: u32 = 10_000;

/// The first 10,000 series of a family, each of them incremented once.
fn series_new_10k(criterion: &mut Criterion) {
    pin(0);
    let sets = label_sets(SERIES as usize);
    let mut group = criterion.benchmark_group("series_new_10k/1t");
    group.throughput(Throughput::Elements(SERIES.into()));
    column::<libraries::ours::Counters>(&mut group, &sets);
    column::<libraries::prometheus::Counters>(&mut group, &sets);
    column::<libraries::prometheus_client::Counters>(&mut group, &sets);
    column::<libraries::metrics::Counters>(&mut group, &sets);
    column::<libraries::fastmetrics::Counters>(&mut group, &sets);
    column::<libraries::measured::Counters>(&mut group, &sets);
}

fn column<C: Counters>(group: &mut BenchmarkGroup<'_, WallTime>, sets: &[Labels<'_>]) {
    let create = |family: C| {
        sets.iter().for_each(|labels| black_box(&family).inc(*labels));
        family
    };
    group.bench_function(C::LIBRARY, |bencher| {
        bencher.iter_batched(C::new, create, BatchSize::PerIteration)
    });
}
