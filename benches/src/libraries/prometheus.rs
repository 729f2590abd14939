//! The crate `prometheus`.

use prometheus::core::Collector;
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, Opts, ProtobufEncoder, Registry,
    TextEncoder, histogram_opts, opts,
};

use super::{COUNTERS_HELP, COUNTERS_TOTAL, HISTOGRAMS, HISTOGRAMS_HELP, Protobuf, Scrape};
use crate::data::{BOUNDS, LABEL_NAMES, Labels};

/// A family and the registry that exposes it.
pub struct Family<V> {
    registry: Registry,
    family: V,
}

/// Counters.
pub type Counters = Family<IntCounterVec>;
/// Histograms.
pub type Histograms = Family<HistogramVec>;

/// Options of histograms with our buckets.
#[must_use]
pub fn histogram_options() -> HistogramOpts {
    histogram_opts!(HISTOGRAMS, HISTOGRAMS_HELP, BOUNDS.to_vec())
}

/// A family of counters that nobody exposes.
#[must_use]
pub fn counters() -> IntCounterVec {
    let options: Opts = opts!(COUNTERS_TOTAL, COUNTERS_HELP);
    IntCounterVec::new(options, &LABEL_NAMES).expect("valid names")
}

impl<V: Collector + Clone + 'static> Family<V> {
    fn registered(family: V) -> Self {
        let registry = Registry::new();
        registry.register(Box::new(family.clone())).expect("the first metric");
        Self { registry, family }
    }
}

impl<V: Send + Sync + 'static> Scrape for Family<V> {
    const LIBRARY: &'static str = "prometheus";
    type Body = Vec<u8>;

    fn scrape(&self, body: &mut Vec<u8>) {
        body.clear();
        TextEncoder::new().encode(&self.registry.gather(), body).expect("a Vec takes all");
    }
}

impl<V: Send + Sync + 'static> Protobuf for Family<V> {
    fn protobuf(&self, body: &mut Vec<u8>) {
        body.clear();
        ProtobufEncoder::new().encode(&self.registry.gather(), body).expect("a Vec takes all");
    }
}

impl super::Counters for Counters {
    fn new() -> Self {
        Self::registered(counters())
    }

    #[inline]
    fn add(&self, labels: Labels<'_>, count: u64) {
        self.family.with_label_values(&[labels.method, labels.route, labels.status]).inc_by(count);
    }

    #[inline]
    fn inc(&self, labels: Labels<'_>) {
        self.family.with_label_values(&[labels.method, labels.route, labels.status]).inc();
    }
}

impl super::Histograms for Histograms {
    fn new() -> Self {
        Self::registered(HistogramVec::new(histogram_options(), &LABEL_NAMES).expect("valid names"))
    }

    #[inline]
    fn observe(&self, labels: Labels<'_>, value: f64) {
        self.family.with_label_values(&[labels.method, labels.route, labels.status]).observe(value);
    }
}
