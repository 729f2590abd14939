//! Gauges that are at hand.

use std::hint::black_box;
use std::sync::atomic::AtomicU64;

use criterion::{Criterion, criterion_group, criterion_main};
use fastmetrics::metrics::gauge::Gauge as FastGauge;
use prom_client::{Gauge, Owned};
use prom_client_benches::harness::{Row, config};
use prom_client_benches::libraries::metrics::Recorder;
use prometheus_client::metrics::gauge::Gauge as ClientGauge;

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config();
    targets = gauge_track, gauge_set, gauge_add, gauge_add_f64
}

/// Requests in flight: up, and down again.
fn gauge_track(criterion: &mut Criterion) {
    Row::each(criterion, "gauge_track", |row| {
        row.held("ours", Owned::<Gauge>::new, |gauge| drop(gauge.track()));
        row.held("ours-inc-dec", Owned::<Gauge>::new, |gauge| {
            gauge.inc();
            gauge.dec();
        });
        row.held("prometheus", prometheus_gauge, |gauge| {
            gauge.inc();
            gauge.dec();
        });
        row.held("prometheus-client", <ClientGauge>::default, |gauge| {
            gauge.inc();
            gauge.dec();
        });
        row.held("metrics", metrics_gauge, |gauge| {
            gauge.increment(1);
            gauge.decrement(1);
        });
        row.held("fastmetrics", <FastGauge>::default, |gauge| {
            gauge.inc();
            gauge.dec();
        });
        row.held("measured", measured::Gauge::new, |gauge| {
            gauge.inc();
            gauge.dec();
        });
    });
}

fn gauge_set(criterion: &mut Criterion) {
    Row::each(criterion, "gauge_set", |row| {
        row.held("ours", Owned::<Gauge>::new, |gauge| gauge.set(black_box(7)));
        row.held("prometheus", prometheus_gauge, |gauge| gauge.set(black_box(7)));
        row.held("prometheus-client", <ClientGauge>::default, |gauge| {
            gauge.set(black_box(7));
        });
        row.held("metrics", metrics_gauge, |gauge| gauge.set(black_box(7.0)));
        row.held("fastmetrics", <FastGauge>::default, |gauge| gauge.set(black_box(7)));
        row.held("measured", measured::Gauge::new, |gauge| gauge.set(black_box(7)));
    });
}

/// A gauge that has been set before: it is no mere sum. The gauges of `metrics` are all of the next row's kind.
fn gauge_add(criterion: &mut Criterion) {
    Row::each(criterion, "gauge_add", |row| {
        let ours = || with(Owned::<Gauge>::new(), |gauge| gauge.set(7));
        row.held("ours", ours, |gauge| gauge.add(black_box(1)));
        let prometheus = || with(prometheus_gauge(), |gauge| gauge.set(7));
        row.held("prometheus", prometheus, |gauge| gauge.add(black_box(1)));
        let prometheus_client = || {
            with(<ClientGauge>::default(), |gauge| {
                gauge.set(7);
            })
        };
        row.held("prometheus-client", prometheus_client, |gauge| {
            gauge.inc_by(black_box(1));
        });
        let fastmetrics = || with(<FastGauge>::default(), |gauge| gauge.set(7));
        row.held("fastmetrics", fastmetrics, |gauge| gauge.inc_by(black_box(1)));
        let measured = || with(measured::Gauge::new(), |gauge| gauge.set(7));
        row.held("measured", measured, |gauge| gauge.inc_by(black_box(1)));
    });
}

fn gauge_add_f64(criterion: &mut Criterion) {
    Row::each(criterion, "gauge_add_f64", |row| {
        let ours = || with(Owned::<Gauge<f64>>::new(), |gauge| gauge.set(7.0));
        row.held("ours", ours, |gauge| gauge.add(black_box(1.0)));
        let prometheus = || {
            let gauge = prometheus::Gauge::new("load", "Load.").expect("a valid name");
            with(gauge, |gauge| gauge.set(7.0))
        };
        row.held("prometheus", prometheus, |gauge| gauge.add(black_box(1.0)));
        let prometheus_client = || {
            with(ClientGauge::<f64, AtomicU64>::default(), |gauge| {
                gauge.set(7.0);
            })
        };
        row.held("prometheus-client", prometheus_client, |gauge| {
            gauge.inc_by(black_box(1.0));
        });
        let metrics = || with(metrics_gauge(), |gauge| gauge.set(7.0));
        row.held("metrics", metrics, |gauge| gauge.increment(black_box(1.0)));
        let fastmetrics = || with(FastGauge::<f64>::default(), |gauge| gauge.set(7.0));
        row.held("fastmetrics", fastmetrics, |gauge| gauge.inc_by(black_box(1.0)));
        let measured = || with(measured::FloatGauge::new(), |gauge| gauge.set(7.0));
        row.held("measured", measured, |gauge| gauge.inc_by(black_box(1.0)));
    });
}

fn prometheus_gauge() -> prometheus::IntGauge {
    prometheus::IntGauge::new("in_flight", "Requests in flight.").expect("a valid name")
}

fn metrics_gauge() -> metrics::Gauge {
    Recorder::new().gauge("in_flight")
}

/// The gauge after something was done to it.
fn with<G>(gauge: G, set: impl FnOnce(&G)) -> G {
    set(&gauge);
    gauge
}
