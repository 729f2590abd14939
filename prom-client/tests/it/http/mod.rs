//! Metrics of HTTP, without a framework: what a request is, and what is to be seen of it.

mod bounds;
mod ends;
mod names;
mod nesting;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use prom_client::http::{
    Current, Exchange, HttpMetrics, HttpMetricsBuilder, Profile, RecordAs, RequestHead, StatusLabel,
};
use prom_client::{Buckets, Clock, ManualClock, Number, Registry, Snapshot, Value};
use proptest::prelude::*;

thread_local! {
    static CURRENT: Current<String> = const { Current::new() };
}

/// A request as a test words it.
struct Request<'a> {
    method: &'a str,
    path: &'a str,
    headers: &'a [(&'a str, &'a str)],
    size: Option<u64>,
}

impl RequestHead for Request<'_> {
    fn method(&self) -> &str {
        self.method
    }

    fn path(&self) -> &str {
        self.path
    }

    fn query(&self) -> Option<&str> {
        None
    }

    fn version(&self) -> &'static str {
        "1.1"
    }

    fn scheme(&self) -> Option<&str> {
        None
    }

    fn authority(&self) -> Option<&str> {
        self.header("host")
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    fn body_size(&self) -> Option<u64> {
        self.size
    }
}

const GET: Request<'_> = Request { method: "GET", path: "/users/7", headers: &[], size: Some(0) };

fn registry() -> (Registry, ManualClock) {
    let (clock, hand) = Clock::manual(Duration::from_secs(1_000));
    (Registry::with_clock(clock), hand)
}

/// All there is to count.
fn everything(registry: &Registry) -> HttpMetrics {
    let all = HttpMetrics::server(registry).time_to_first_byte().request_sizes().response_sizes();
    all.build().expect("an empty registry")
}

fn begin(metrics: &HttpMetrics, request: &Request<'_>) -> Exchange<String> {
    metrics.begin(request, &CURRENT).expect("it is counted")
}

/// Every series but the gauges, as one line each: name, values of labels in the order of their names, sum
/// and count.
fn lines(snapshot: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    for family in snapshot.families() {
        let own = family.desc().name().starts_with("prom_client_");
        for series in family.all_series().iter().filter(|_| !own) {
            let labels: Vec<&str> = series.labels().map(|(_, value)| value).collect();
            let labels = labels.join(" ");
            let name = family.desc().name();
            match series.value() {
                Value::Histogram(h) => {
                    lines.push(format!("{name} {labels}: {} of {}", h.sum(), h.count()));
                }
                Value::Counter(n) => lines.push(format!("{name} {labels}: {n:?}")),
                _ => {}
            }
        }
    }
    lines
}

fn in_flight(registry: &Registry) -> f64 {
    let snapshot = registry.snapshot();
    let family = snapshot.family("http_requests_in_flight").expect("it is there");
    let values = family.all_series().iter().map(|series| {
        let labels: Vec<(&str, &str)> = series.labels().collect();
        snapshot.gauge("http_requests_in_flight", &labels).unwrap_or(i64::MIN) as f64
    });
    values.sum()
}
