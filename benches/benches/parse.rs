//! Text expositions, read again, per sample.

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use prom_client_benches::data::{exposition, label_sets};
use prom_client_benches::harness::config;
use prom_client_testkit::{Format, Parser, SampleRef, Sink};

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config();
    targets = parse_1k
}

const SERIES: usize = 1_000;

/// 1,000 counters with three labels each.
fn parse_1k(criterion: &mut Criterion) {
    let body = exposition(&label_sets(SERIES), 1_000);
    let mut group = criterion.benchmark_group("kit_parse_1k/1t");
    group.throughput(Throughput::Elements(SERIES as u64));
    let parser = Parser::new(Format::Text);
    group.bench_function("ours-samples", |bencher| {
        bencher.iter(|| {
            let mut sum = Sum(0.0);
            parser.read(black_box(body.as_bytes()), &mut sum).expect("it is right");
            assert!(sum.0 > 0.0);
        });
    });
    group.bench_function("ours-known series", |bencher| {
        let mut known = Known::default();
        bencher.iter(|| parser.read(black_box(body.as_bytes()), &mut known).expect("it is right"));
        assert_eq!(known.ids.len(), SERIES);
    });
    group.bench_function("ours-families", |bencher| {
        bencher.iter(|| parser.parse(black_box(body.as_bytes())).expect("it is right"));
    });
    group.bench_function("ours-strict families", |bencher| {
        let parser = parser.strict();
        bencher.iter(|| parser.parse(black_box(body.as_bytes())).expect("it is right"));
    });
    group.bench_function("prometheus-parse", |bencher| {
        bencher.iter(|| {
            let lines = black_box(&body).lines().map(|line| Ok(line.to_owned()));
            let scrape = prometheus_parse::Scrape::parse(lines).expect("it is right");
            assert_eq!(scrape.samples.len(), SERIES);
        });
    });
    group.bench_function("openmetrics-parser", |bencher| {
        bencher.iter(|| {
            openmetrics_parser::prometheus::parse_prometheus(black_box(&body)).expect("it is right")
        });
    });
    group.finish();
}

/// The least that can be done with samples.
struct Sum(f64);

impl Sink for Sum {
    fn sample(&mut self, sample: &SampleRef<'_>) {
        self.0 += sample.value().as_float().unwrap_or_default();
    }
}

/// What a store does with series that it knows: a look-up, and a value behind the last one.
#[derive(Default)]
struct Known {
    ids: HashMap<Box<str>, usize>,
    columns: Vec<Vec<f64>>,
}

impl Sink for Known {
    fn sample(&mut self, sample: &SampleRef<'_>) {
        let text = sample.series().text();
        let id = match self.ids.get(text) {
            Some(id) => *id,
            None => {
                self.ids.insert(text.into(), self.columns.len());
                self.columns.push(Vec::new());
                self.columns.len() - 1
            }
        };
        self.columns[id].push(sample.value().as_float().unwrap_or_default());
    }
}
