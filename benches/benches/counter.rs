//! Counters that are at hand.

use std::hint::black_box;
use std::sync::atomic::AtomicU64;

use criterion::{Criterion, criterion_group, criterion_main};
use fastmetrics::metrics::counter::Counter as FastCounter;
use prom_client::{Counter, Owned};
use prom_client_benches::data::{Cycle, label_sets};
use prom_client_benches::harness::{Row, config};
use prom_client_benches::libraries::metrics::Recorder;
use prom_client_benches::libraries::{Counters, ours};
use prometheus_client::metrics::counter::Counter as ClientCounter;

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config();
    targets = counter_inc, counter_float, counter_many_100k
}

fn counter_inc(criterion: &mut Criterion) {
    Row::each(criterion, "counter_inc", |row| {
        row.held("ours", Owned::<Counter>::new, |counter| counter.inc());
        row.held("prometheus", prometheus_counter, |counter| counter.inc());
        row.held("prometheus-client", <ClientCounter>::default, |counter| {
            counter.inc();
        });
        row.held("metrics", || Recorder::new().counter("requests"), |counter| counter.increment(1));
        row.held("fastmetrics", <FastCounter>::default, |counter| counter.inc());
        row.held("measured", measured::Counter::new, |counter| counter.inc());
    });
}

fn prometheus_counter() -> prometheus::IntCounter {
    prometheus::IntCounter::new("requests", "Requests.").expect("a valid name")
}

/// `metrics` and `measured` have no such counters.
fn counter_float(criterion: &mut Criterion) {
    Row::each(criterion, "counter_float", |row| {
        row.held("ours", Owned::<Counter<f64>>::new, |counter| counter.inc_by(black_box(0.5)));
        let prometheus = || prometheus::Counter::new("seconds", "Seconds.").expect("a valid name");
        row.held("prometheus", prometheus, |counter| counter.inc_by(black_box(0.5)));
        row.held("prometheus-client", ClientCounter::<f64, AtomicU64>::default, |counter| {
            counter.inc_by(black_box(0.5));
        });
        row.held("fastmetrics", FastCounter::<f64>::default, |counter| {
            counter.inc_by(black_box(0.5))
        });
    });
}

/// So many counters that each is rarely incremented: new ones take their place before any has seen 200.
fn counter_many_100k(criterion: &mut Criterion) {
    let many = Many { order: Cycle::shuffled(COUNTERS) };
    Row::each(criterion, "counter_many_100k", |row| {
        many.column(row, "ours", Children::new, |counter| counter.inc());
        many.column(row, "ours-owned", || set(Owned::<Counter>::new), |counter| counter.inc());
        many.column(row, "prometheus", || set(prometheus_counter), |counter| counter.inc());
        many.column(
            row,
            "prometheus-client",
            || set(<ClientCounter>::default),
            |counter| {
                counter.inc();
            },
        );
        many.column(row, "metrics", recorded_counters, |counter| counter.increment(1));
        many.column(row, "fastmetrics", || set(<FastCounter>::default), |counter| counter.inc());
        many.column(row, "measured", || set(measured::Counter::new), |counter| counter.inc());
    });
}

const COUNTERS: u32 = 100_000;

fn set<C>(new: impl Fn() -> C) -> Vec<C> {
    (0..COUNTERS).map(|_| new()).collect()
}

/// Counters of one family, held as handles.
struct Children {
    _family: ours::Counters,
    counters: Vec<Counter>,
}

impl Children {
    fn new() -> Self {
        let family = ours::Counters::new();
        let sets = label_sets(COUNTERS as usize);
        let counters = sets.into_iter().map(|labels| family.counter(labels)).collect();
        Self { _family: family, counters }
    }
}

impl AsRef<[Counter]> for Children {
    fn as_ref(&self) -> &[Counter] {
        &self.counters
    }
}

fn recorded_counters() -> Vec<metrics::Counter> {
    let recorder = Recorder::new();
    label_sets(COUNTERS as usize)
        .into_iter()
        .map(|labels| recorder.labelled_counter(labels))
        .collect()
}

struct Many {
    order: Cycle<u32>,
}

impl Many {
    fn column<S: AsRef<[C]> + Send + Sync + 'static, C>(
        &self,
        row: &mut Row<'_>,
        library: &str,
        new: impl Fn() -> S,
        inc: impl Fn(&C) + Copy + Send + Sync + 'static,
    ) {
        // In a period some counters have their turn twice.
        let lifetime = 100 * self.order.period() as u64;
        row.renewed(library, self.order, lifetime, new, move |counters, which| {
            inc(&counters.as_ref()[which as usize]);
        });
    }
}
