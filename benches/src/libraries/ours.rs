//! prom-client.

use prom_client::{
    Buckets, Counter, Family, Format, Histogram, LabelValue, LabelVisitor, Registry,
};

use super::{COUNTERS, COUNTERS_HELP, HISTOGRAMS, HISTOGRAMS_HELP, OpenMetrics, Protobuf, Scrape};
use crate::data::{self, BOUNDS, EnumLabels, LABEL_NAMES, Labels};

type Key = (&'static str, &'static str, &'static str);

/// More than any row makes.
const MAX_SERIES: usize = 1_000_000;

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

/// Our buckets.
#[must_use]
pub fn buckets() -> Buckets {
    Buckets::new(BOUNDS).expect("ascending bounds")
}

/// A family of counters with enums as labels, and its registry, which keeps it alive.
#[must_use]
pub fn enum_counters() -> (Registry, Family<EnumLabels, Counter>) {
    let registry = Registry::new();
    let family = registry
        .metric(COUNTERS, COUNTERS_HELP)
        .labels(LABEL_NAMES)
        .register()
        .expect("the first metric");
    (registry, family)
}

impl Counters {
    /// A counter to be held.
    #[inline]
    #[must_use]
    pub fn counter(&self, labels: Labels<'_>) -> Counter {
        self.family.with(&(labels.method, labels.route, labels.status))
    }

    /// Removes a series that is there.
    pub fn remove(&self, labels: Labels<'_>) {
        self.family.remove(&(labels.method, labels.route, labels.status));
    }
}

impl Scrape for Counters {
    const LIBRARY: &'static str = "ours";
    type Body = Vec<u8>;

    fn scrape(&self, body: &mut Vec<u8>) {
        body.clear();
        self.registry.encode(Format::Text, body);
    }
}

impl Protobuf for Counters {
    fn protobuf(&self, body: &mut Vec<u8>) {
        body.clear();
        self.registry.encode(Format::Protobuf, body);
    }
}

impl OpenMetrics for Counters {
    fn openmetrics(&self, body: &mut Vec<u8>) {
        body.clear();
        self.registry.encode(Format::OpenMetrics, body);
    }
}

impl Protobuf for Histograms {
    fn protobuf(&self, body: &mut Vec<u8>) {
        body.clear();
        self.registry.encode(Format::Protobuf, body);
    }
}

impl super::Counters for Counters {
    fn new() -> Self {
        let registry = Registry::new();
        let metric =
            registry.metric(COUNTERS, COUNTERS_HELP).labels(LABEL_NAMES).max_series(MAX_SERIES);
        let family = metric.register().expect("the first metric");
        Self { registry, family }
    }

    #[inline]
    fn add(&self, labels: Labels<'_>, count: u64) {
        self.counter(labels).inc_by(count);
    }

    #[inline]
    fn inc(&self, labels: Labels<'_>) {
        self.counter(labels).inc();
    }
}

impl Scrape for Histograms {
    const LIBRARY: &'static str = Counters::LIBRARY;
    type Body = Vec<u8>;

    fn scrape(&self, body: &mut Vec<u8>) {
        body.clear();
        self.registry.encode(Format::Text, body);
    }
}

impl super::Histograms for Histograms {
    fn new() -> Self {
        let registry = Registry::new();
        let metric = registry.metric(HISTOGRAMS, HISTOGRAMS_HELP).labels(LABEL_NAMES);
        let metric = metric.buckets(buckets()).max_series(MAX_SERIES);
        let family = metric.register().expect("the first metric");
        Self { registry, family }
    }

    #[inline]
    fn observe(&self, labels: Labels<'_>, value: f64) {
        self.family.with(&(labels.method, labels.route, labels.status)).observe(value);
    }
}

/// By hand what the derive macro will do.
macro_rules! label_value {
    ($name:ident: $($variant:ident $text:literal),*) => {
        impl LabelValue for data::$name {
            type Of<'a> = Self;
            const COUNT: usize = Self::ALL.len();

            #[inline]
            fn visit(&self, visitor: &mut impl LabelVisitor) {
                visitor.value(match self {
                    $(Self::$variant => $text),*
                });
            }

            fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)*
                    _ => None,
                }
            }

            #[inline]
            fn index(&self) -> usize {
                *self as usize
            }
        }
    };
}
label_value!(Method: Get "get", Post "post", Put "put", Delete "delete", Patch "patch");
label_value!(Route: Home "home", Search "search", Item "item", Cart "cart");
label_value!(Status: Ok "ok", Created "created", NoContent "no_content", Moved "moved", BadRequest "bad_request");
