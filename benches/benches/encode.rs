//! Expositions, per line or, in protobuf, per series.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;

use criterion::measurement::WallTime;
use criterion::{
    BatchSize, BenchmarkGroup, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use prom_client_benches::data::{BOUNDS, Inputs, Labels, label_sets, latencies};
use prom_client_benches::harness::{config, pin};
use prom_client_benches::libraries::{
    self, Counters, Histograms, InOpenMetrics, InProtobuf, OpenMetrics, Protobuf, Scrape,
};

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config();
    targets = text_100k, text_100k_1pct, text_100k_64t, text_hist_1k, openmetrics_counters_100k,
        proto_counters_10k, proto_histograms_1k
}

const COUNTERS: u32 = 100_000;
const PROTO_COUNTERS: u32 = 10_000;
const HISTOGRAMS: u32 = 1_000;
const OBSERVATIONS: usize = 20;
/// All buckets, sum and count.
const HISTOGRAM_LINES: u32 = BOUNDS.len() as u32 + 3;
const CROWD: usize = 64;

fn text_100k(criterion: &mut Criterion) {
    let sets = label_sets(COUNTERS as usize);
    let mut group = group(criterion, "text_100k", COUNTERS);
    alone::<libraries::ours::Counters>(&mut group, &sets);
    alone::<libraries::prometheus::Counters>(&mut group, &sets);
    alone::<libraries::prometheus_client::Counters>(&mut group, &sets);
    alone::<libraries::metrics::Counters>(&mut group, &sets);
    alone::<libraries::fastmetrics::Counters>(&mut group, &sets);
    alone::<libraries::measured::Counters>(&mut group, &sets);
}

fn alone<C: Counters>(group: &mut Group<'_>, sets: &[Labels<'_>]) {
    warm(group, || counters::<C>(sets));
}

/// The same with 1 % of the series gone since the last scrape, and as many new ones.
fn text_100k_1pct(criterion: &mut Criterion) {
    let sets = label_sets(2 * COUNTERS as usize);
    let mut group = group(criterion, "text_100k_1pct", COUNTERS);
    let mut made = None;
    group.bench_function(libraries::ours::Counters::LIBRARY, |bencher| {
        let (churn, body) = made.get_or_insert_with(|| (Churn::new(&sets), Vec::new()));
        bencher.iter_batched(
            || churn.turn(),
            |family| family.scrape(body),
            BatchSize::PerIteration,
        );
    });
}

/// The same after many threads have touched each counter once, while they are still there.
fn text_100k_64t(criterion: &mut Criterion) {
    let sets: Arc<[_]> = label_sets(COUNTERS as usize).into();
    let mut group = group(criterion, "text_100k_64t", COUNTERS);
    crowded::<libraries::ours::Counters>(&mut group, &sets);
    crowded::<libraries::prometheus::Counters>(&mut group, &sets);
    crowded::<libraries::prometheus_client::Counters>(&mut group, &sets);
    crowded::<libraries::metrics::Counters>(&mut group, &sets);
    crowded::<libraries::fastmetrics::Counters>(&mut group, &sets);
    crowded::<libraries::measured::Counters>(&mut group, &sets);
}

fn crowded<C: Counters>(group: &mut Group<'_>, sets: &Arc<[Labels<'static>]>) {
    warm(group, || Crowded::<C>::new(sets));
}

fn text_hist_1k(criterion: &mut Criterion) {
    let sets = label_sets(HISTOGRAMS as usize);
    let mut group = group(criterion, "text_hist_1k", HISTOGRAMS * HISTOGRAM_LINES);
    observed::<libraries::ours::Histograms>(&mut group, &sets);
    observed::<libraries::prometheus::Histograms>(&mut group, &sets);
    observed::<libraries::prometheus_client::Histograms>(&mut group, &sets);
    observed::<libraries::metrics::Histograms>(&mut group, &sets);
    observed::<libraries::fastmetrics::Histograms>(&mut group, &sets);
    observed::<libraries::measured::Histograms>(&mut group, &sets);
}

fn observed<H: Histograms>(group: &mut Group<'_>, sets: &[Labels<'_>]) {
    warm(group, || histograms::<H>(sets));
}

/// Without start times, which none of the rivals shows here.
fn openmetrics_counters_100k(criterion: &mut Criterion) {
    fn row<C: Counters + OpenMetrics>(group: &mut Group<'_>, sets: &[Labels<'_>]) {
        warm(group, || InOpenMetrics(counters::<C>(sets)));
    }
    let sets = label_sets(COUNTERS as usize);
    let mut group = group(criterion, "openmetrics_counters_100k", COUNTERS);
    row::<libraries::ours::Counters>(&mut group, &sets);
    row::<libraries::prometheus_client::Counters>(&mut group, &sets);
    row::<libraries::fastmetrics::Counters>(&mut group, &sets);
}

fn proto_counters_10k(criterion: &mut Criterion) {
    fn row<C: Counters + Protobuf>(group: &mut Group<'_>, sets: &[Labels<'_>]) {
        warm(group, || InProtobuf(counters::<C>(sets)));
    }
    let sets = label_sets(PROTO_COUNTERS as usize);
    let mut group = group(criterion, "proto_counters_10k", PROTO_COUNTERS);
    row::<libraries::ours::Counters>(&mut group, &sets);
    row::<libraries::prometheus::Counters>(&mut group, &sets);
    row::<libraries::prometheus_client::Counters>(&mut group, &sets);
}

fn proto_histograms_1k(criterion: &mut Criterion) {
    fn row<H: Histograms + Protobuf>(group: &mut Group<'_>, sets: &[Labels<'_>]) {
        warm(group, || InProtobuf(histograms::<H>(sets)));
    }
    let sets = label_sets(HISTOGRAMS as usize);
    let mut group = group(criterion, "proto_histograms_1k", HISTOGRAMS);
    row::<libraries::ours::Histograms>(&mut group, &sets);
    row::<libraries::prometheus::Histograms>(&mut group, &sets);
    row::<libraries::prometheus_client::Histograms>(&mut group, &sets);
}

type Group<'a> = BenchmarkGroup<'a, WallTime>;

fn group<'a>(criterion: &'a mut Criterion, row: &str, lines: u32) -> Group<'a> {
    pin(0);
    let mut group = criterion.benchmark_group(format!("{row}/1t"));
    // Some rivals take 0.2 s for one scrape.
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::Elements(lines.into()));
    group
}

/// Scrapes the same series again and again.
fn warm<S: Scrape>(group: &mut Group<'_>, family: impl FnOnce() -> S) {
    let mut family = Some(family);
    let mut made = None;
    group.bench_function(S::LIBRARY, |bencher| {
        let (family, body) = made
            .get_or_insert_with(|| (family.take().expect("made only once")(), S::Body::default()));
        bencher.iter(|| {
            family.scrape(body);
            black_box(body.as_ref());
        });
    });
}

/// Counters with values of up to seven digits.
fn counters<C: Counters>(sets: &[Labels<'_>]) -> C {
    let mut random = fastrand::Rng::with_seed(1);
    let family = C::new();
    sets.iter().for_each(|labels| family.add(*labels, random.u64(..10_000_000)));
    family
}

fn histograms<H: Histograms>(sets: &[Labels<'_>]) -> H {
    let latencies = latencies();
    let family = H::new();
    for (series, labels) in sets.iter().enumerate() {
        (0..OBSERVATIONS)
            .for_each(|i| family.observe(*labels, latencies.at(series * OBSERVATIONS + i)));
    }
    family.settle();
    family
}

/// A family whose series come and go, oldest first.
struct Churn<'a> {
    family: Arc<libraries::ours::Counters>,
    /// Twice as many as there are series at a time.
    sets: &'a [Labels<'a>],
    oldest: usize,
}

impl<'a> Churn<'a> {
    fn new(sets: &'a [Labels<'a>]) -> Self {
        Self { family: Arc::new(counters(&sets[..sets.len() / 2])), sets, oldest: 0 }
    }

    /// Ends 1 % of the series and begins as many.
    fn turn(&mut self) -> Arc<libraries::ours::Counters> {
        let (all, live) = (self.sets.len(), self.sets.len() / 2);
        for _ in 0..live / 100 {
            self.family.remove(self.sets[self.oldest]);
            self.family.inc(self.sets[(self.oldest + live) % all]);
            self.oldest = (self.oldest + 1) % all;
        }
        self.family.clone()
    }
}

/// Counters, and the threads that have touched them.
struct Crowded<C> {
    family: Arc<C>,
    /// The threads end when this does.
    _stay: Vec<Sender<()>>,
}

impl<C: Counters> Crowded<C> {
    fn new(sets: &Arc<[Labels<'static>]>) -> Self {
        let family = Arc::new(counters::<C>(sets));
        let (touched, all_touched) = mpsc::channel::<()>();
        let thread = |_| {
            let (stay, gone) = mpsc::channel();
            let (family, sets, touched) = (family.clone(), sets.clone(), touched.clone());
            thread::spawn(move || {
                sets.iter().for_each(|labels| family.inc(*labels));
                drop(touched);
                // Not a message but the end of the sender.
                let _ = gone.recv();
            });
            stay
        };
        let stay = (0..CROWD).map(thread).collect();
        drop(touched);
        let _ = all_touched.recv();
        Self { family, _stay: stay }
    }
}

impl<C: Counters> Scrape for Crowded<C> {
    const LIBRARY: &'static str = C::LIBRARY;
    type Body = C::Body;

    fn scrape(&self, body: &mut C::Body) {
        self.family.scrape(body);
    }
}
