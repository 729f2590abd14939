//! The crate `fastmetrics`.

use fastmetrics::derive::LabelSet;
use fastmetrics::format::text::{self, EscapingScheme, TextProfile};
use fastmetrics::metrics::counter::Counter;
use fastmetrics::metrics::family::Family;
use fastmetrics::metrics::histogram::Histogram;
use fastmetrics::registry::Registry;

use super::{COUNTERS_HELP, COUNTERS_TOTAL, HISTOGRAMS, HISTOGRAMS_HELP, OpenMetrics, Scrape};
use crate::data::{BOUNDS, Labels};

/// A look-up takes a reference to the key, so dynamic values are copied first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, LabelSet)]
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
    family: Family<Key, Histogram>,
}

/// A histogram with our buckets.
#[must_use]
pub fn histogram() -> Histogram {
    Histogram::new(BOUNDS)
}

fn encode(registry: &Registry, body: &mut String) {
    body.clear();
    text::encode(body, registry, TextProfile::PrometheusV0_0_4).expect("a String takes all");
}

impl Scrape for Counters {
    const LIBRARY: &'static str = "fastmetrics";
    type Body = String;

    fn scrape(&self, body: &mut String) {
        encode(&self.registry, body);
    }
}

impl OpenMetrics for Counters {
    fn openmetrics(&self, body: &mut String) {
        body.clear();
        let profile =
            TextProfile::OpenMetricsV1_0_0 { escaping_scheme: EscapingScheme::Underscores };
        text::encode(body, &self.registry, profile).expect("a String takes all");
    }
}

impl super::Counters for Counters {
    fn new() -> Self {
        let (mut registry, family) = (Registry::default(), Family::default());
        registry
            .register(COUNTERS_TOTAL, COUNTERS_HELP, Family::clone(&family))
            .expect("the first metric");
        Self { registry, family }
    }

    #[inline]
    fn add(&self, labels: Labels<'_>, count: u64) {
        self.family.with_or_new(&labels.into(), |counter| counter.inc_by(count));
    }

    #[inline]
    fn inc(&self, labels: Labels<'_>) {
        self.family.with_or_new(&labels.into(), |counter| counter.inc());
    }
}

impl Scrape for Histograms {
    const LIBRARY: &'static str = Counters::LIBRARY;
    type Body = String;

    fn scrape(&self, body: &mut String) {
        encode(&self.registry, body);
    }
}

impl super::Histograms for Histograms {
    fn new() -> Self {
        let (mut registry, family) = (Registry::default(), Family::new(histogram));
        registry
            .register(HISTOGRAMS, HISTOGRAMS_HELP, Family::clone(&family))
            .expect("the first metric");
        Self { registry, family }
    }

    #[inline]
    fn observe(&self, labels: Labels<'_>, value: f64) {
        self.family.with_or_new(&labels.into(), |histogram| histogram.observe(value));
    }
}
