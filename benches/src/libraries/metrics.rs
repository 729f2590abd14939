//! The crates `metrics` and `metrics-exporter-prometheus`.
//!
//! The recorder is called directly, as the macros do with the global one. A histogram only stores what it
//! observes and sorts it into buckets later, at a scrape or when `run_upkeep` is called.

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder as _};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::{COUNTERS_TOTAL, HISTOGRAMS, Scrape};
use crate::data::{BOUNDS, Labels};

static METADATA: Metadata<'static> = Metadata::new("benches", Level::INFO, None);

/// A recorder, and what reads it.
pub struct Recorder {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Recorder {
    /// A recorder whose histograms have our buckets.
    #[must_use]
    pub fn new() -> Self {
        let builder = PrometheusBuilder::new().set_buckets(&BOUNDS).expect("not empty");
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        Self { recorder, handle }
    }

    /// A recorder whose histograms are summaries, as they are by default.
    #[must_use]
    pub fn of_summaries() -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        Self { recorder, handle }
    }

    /// A counter of that name.
    pub fn counter(&self, name: &'static str) -> Counter {
        self.recorder.register_counter(&Key::from_static_name(name), &METADATA)
    }

    /// A gauge of that name.
    pub fn gauge(&self, name: &'static str) -> Gauge {
        self.recorder.register_gauge(&Key::from_static_name(name), &METADATA)
    }

    /// A histogram of that name.
    pub fn histogram(&self, name: &'static str) -> Histogram {
        self.recorder.register_histogram(&Key::from_static_name(name), &METADATA)
    }

    /// A counter with labels.
    #[inline]
    pub fn labelled_counter(&self, labels: Labels<'_>) -> Counter {
        self.recorder.register_counter(&key(COUNTERS_TOTAL, labels), &METADATA)
    }

    /// Sorts all observations into buckets.
    pub fn settle(&self) {
        self.handle.run_upkeep();
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

/// Dynamic values are copied into the key, as `counter!("…", "method" => method.to_owned(), …)` does.
#[inline]
fn key(name: &'static str, labels: Labels<'_>) -> Key {
    let labels = vec![
        Label::new("method", labels.method.to_owned()),
        Label::new("route", labels.route.to_owned()),
        Label::new("status", labels.status.to_owned()),
    ];
    Key::from_parts(name, labels)
}

/// Counters.
pub type Counters = Recorder;
/// Histograms.
pub type Histograms = Recorder;

impl Scrape for Recorder {
    const LIBRARY: &'static str = "metrics";
    type Body = Vec<u8>;

    fn scrape(&self, body: &mut Vec<u8>) {
        body.clear();
        self.handle.render_to_write(body).expect("a Vec takes all");
    }
}

impl super::Counters for Recorder {
    fn new() -> Self {
        Self::new()
    }

    #[inline]
    fn add(&self, labels: Labels<'_>, count: u64) {
        self.labelled_counter(labels).increment(count);
    }

    #[inline]
    fn inc(&self, labels: Labels<'_>) {
        self.labelled_counter(labels).increment(1);
    }
}

impl super::Histograms for Recorder {
    fn new() -> Self {
        Self::new()
    }

    #[inline]
    fn observe(&self, labels: Labels<'_>, value: f64) {
        self.recorder.register_histogram(&key(HISTOGRAMS, labels), &METADATA).record(value);
    }

    fn settle(&self) {
        self.settle();
    }
}
