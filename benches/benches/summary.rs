//! Summaries with quantiles over a window.

use criterion::{Criterion, criterion_group, criterion_main};
use prom_client::{Clock, Owned, Quantiles, Summary};
use prom_client_benches::data::latencies;
use prom_client_benches::harness::{Row, config};
use prom_client_benches::libraries::metrics::Recorder;

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config();
    targets = summary_observe
}

/// The only rival that has quantiles, `metrics`, puts its sketch off, and we do not count it.
fn summary_observe(criterion: &mut Criterion) {
    let latencies = latencies();
    Row::each(criterion, "summary_observe", |row| {
        let ours = || {
            let quantiles = Quantiles::new([0.5, 0.9, 0.95, 0.99, 0.999]).expect("quantiles");
            Owned::<Summary>::with(quantiles, &Clock::system())
        };
        row.given("ours", latencies, ours, |summary, latency| summary.observe(latency));
        let metrics = || {
            let recorder = Recorder::of_summaries();
            let histogram = recorder.histogram("seconds");
            (recorder, histogram)
        };
        row.settled(
            "metrics",
            latencies,
            metrics,
            |(recorder, _)| recorder.settle(),
            |(_, histogram), latency| {
                histogram.record(latency);
            },
        );
    });
}
