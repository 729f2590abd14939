//! Histograms that are at hand.

use criterion::{Criterion, criterion_group, criterion_main};
use prom_client::{Buckets, Clock, Histogram, Owned};
use prom_client_benches::data::latencies;
use prom_client_benches::harness::{Row, config};
use prom_client_benches::libraries::metrics::Recorder;
use prom_client_benches::libraries::{fastmetrics, measured, ours, prometheus, prometheus_client};

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config();
    targets = histogram_observe, native_observe
}

/// Eleven buckets and `+Inf`. `metrics` puts the search for the bucket off, and we do not count it.
fn histogram_observe(criterion: &mut Criterion) {
    let latencies = latencies();
    Row::each(criterion, "histogram_observe", |row| {
        let ours = || Owned::<Histogram>::with(ours::buckets(), &Clock::system());
        row.given("ours", latencies, ours, |histogram, latency| histogram.observe(latency));
        let prometheus =
            || ::prometheus::Histogram::with_opts(prometheus::histogram_options()).expect("valid");
        row.given("prometheus", latencies, prometheus, |histogram, latency| {
            histogram.observe(latency)
        });
        row.given(
            "prometheus-client",
            latencies,
            prometheus_client::histogram,
            |histogram, latency| {
                histogram.observe(latency);
            },
        );
        let metrics = || {
            let recorder = Recorder::new();
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
        row.given("fastmetrics", latencies, fastmetrics::histogram, |histogram, latency| {
            histogram.observe(latency)
        });
        let measured = || ::measured::Histogram::with_metadata(measured::thresholds());
        row.given("measured", latencies, measured, |histogram, latency| histogram.observe(latency));
    });
}

/// Native buckets at the default resolution, without classic ones.
fn native_observe(criterion: &mut Criterion) {
    let latencies = latencies();
    Row::each(criterion, "native_observe", |row| {
        let ours = || Owned::<Histogram>::with(Buckets::native(), &Clock::system());
        row.given("ours", latencies, ours, |histogram, latency| histogram.observe(latency));
        row.given(
            "prometheus-client",
            latencies,
            prometheus_client::native_histogram,
            |histogram, latency| {
                histogram.observe(latency);
            },
        );
    });
}
