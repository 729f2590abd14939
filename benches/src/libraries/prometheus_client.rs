//! The crate `prometheus-client`. Its text is OpenMetrics; it has no other.

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, NativeHistogramConfig};
use prometheus_client::registry::Registry;

use super::{COUNTERS, COUNTERS_HELP, HISTOGRAMS, HISTOGRAMS_HELP, Scrape};
use crate::data::{BOUNDS, Labels};

/// A look-up takes a reference to the key, so dynamic values are copied first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Key {
    method: String,
    route: String,
    status: String,
}

impl From<Labels<'_>> for Key {
    #[inline]
    fn from(labels: Labels<'_>) -> Self {
        Self {
            method: labels.method.into(),
            route: labels.route.into(),
            status: labels.status.into(),
        }
    }
}

/// Counters.
pub struct Counters {
    registry: Registry,
    family: Family<Key, Counter>,
}

/// Histograms.
pub struct Histograms {
    registry: Registry,
    family: Family<Key, Histogram, fn() -> Histogram>,
}

/// A histogram with our buckets.
#[must_use]
pub fn histogram() -> Histogram {
    Histogram::new(BOUNDS)
}

/// A histogram with native buckets, of which there may be as many as with us.
#[must_use]
pub fn native_histogram() -> Histogram {
    Histogram::new_native(NativeHistogramConfig::default().max_buckets(160))
}

impl Scrape for Counters {
    const LIBRARY: &'static str = "prometheus-client";
    type Body = String;

    fn scrape(&self, body: &mut String) {
        body.clear();
        text::encode(body, &self.registry).expect("a String takes all");
    }
}

impl super::Counters for Counters {
    fn new() -> Self {
        let (mut registry, family) = (Registry::default(), Family::default());
        registry.register(COUNTERS, COUNTERS_HELP, Family::clone(&family));
        Self { registry, family }
    }

    #[inline]
    fn add(&self, labels: Labels<'_>, count: u64) {
        self.family.get_or_create(&labels.into()).inc_by(count);
    }

    #[inline]
    fn inc(&self, labels: Labels<'_>) {
        self.family.get_or_create(&labels.into()).inc();
    }
}

impl Scrape for Histograms {
    const LIBRARY: &'static str = Counters::LIBRARY;
    type Body = String;

    fn scrape(&self, body: &mut String) {
        body.clear();
        text::encode(body, &self.registry).expect("a String takes all");
    }
}

impl super::Histograms for Histograms {
    fn new() -> Self {
        let mut registry = Registry::default();
        let family = Family::new_with_constructor(histogram as fn() -> Histogram);
        registry.register(HISTOGRAMS, HISTOGRAMS_HELP, family.clone());
        Self { registry, family }
    }

    #[inline]
    fn observe(&self, labels: Labels<'_>, value: f64) {
        self.family.get_or_create(&labels.into()).observe(value);
    }
}
