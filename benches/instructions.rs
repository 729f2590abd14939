//! The program of `instructions.sh`: one kind of update, as often as it is told to.

use std::hint::black_box;

use prom_client::{Counter, Family, Gauge, Histogram, Registry};

type Labels = (String, String, String);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let row = arguments.next().expect("a row");
    let times: usize = arguments.next().expect("how often").parse().expect("a number");
    let registry = Registry::new();
    match row.as_str() {
        "counter_inc" => {
            let counter: Counter = registry.register("metric", "A metric.").expect("a name");
            repeat(times, |_| black_box(counter).inc());
        }
        "counter_float" => {
            let counter: Counter<f64> = registry.register("metric", "A metric.").expect("a name");
            repeat(times, |_| black_box(counter).inc_by(black_box(0.5)));
        }
        "gauge_track" => {
            let gauge: Gauge = registry.register("metric", "A metric.").expect("a name");
            repeat(times, |_| drop(black_box(gauge).track()));
        }
        "gauge_set" => {
            let gauge: Gauge = registry.register("metric", "A metric.").expect("a name");
            repeat(times, |i| black_box(gauge).set(i as i64));
        }
        "gauge_add" => {
            let gauge: Gauge = registry.register("metric", "A metric.").expect("a name");
            gauge.set(1);
            repeat(times, |_| black_box(gauge).add(black_box(3)));
        }
        "histogram_observe" => {
            let histogram: Histogram = registry.register("metric", "A metric.").expect("a name");
            repeat(times, |_| black_box(histogram).observe(black_box(0.3)));
        }
        "family_inc_100" => {
            let family: Family<Labels, Counter> = registry
                .metric("metric", "A metric.")
                .labels(["a", "b", "c"])
                .register()
                .expect("a name");
            let sets = sets();
            repeat(times, |i| family.with(&borrowed(&sets[i % 100])).inc());
        }
        "family_observe_100" => {
            let family: Family<Labels, Histogram> = registry
                .metric("metric", "A metric.")
                .labels(["a", "b", "c"])
                .register()
                .expect("a name");
            let sets = sets();
            repeat(times, |i| family.with(&borrowed(&sets[i % 100])).observe(black_box(0.3)));
        }
        "series_new" => {
            let family: Family<Labels, Counter> = registry
                .metric("metric", "A metric.")
                .labels(["a", "b", "c"])
                .register()
                .expect("a name");
            let routes: Vec<String> = (0..1_000).map(|i| format!("/api/v1/route/{i}")).collect();
            let hosts: Vec<String> = (0..1_000).map(|i| format!("host-{i}")).collect();
            repeat(times, |i| family.with(&(&*routes[i % 1_000], &*hosts[i / 1_000], "GET")).inc());
        }
        other => panic!("there is no row {other}"),
    }
}

fn repeat(times: usize, mut update: impl FnMut(usize)) {
    for i in 0..times {
        update(i);
    }
}

fn sets() -> Vec<Labels> {
    let set = |i| (format!("/api/v1/route/{i}"), format!("host-{}", i % 10), "GET".to_owned());
    (0..100).map(set).collect()
}

fn borrowed((a, b, c): &Labels) -> (&str, &str, &str) {
    black_box((a, b, c))
}
