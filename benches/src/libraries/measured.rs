//! The crate `measured`, with the interner of dynamic values that its author recommends.

use bytes::Bytes;
use measured::metric::MetricFamilyEncoding;
use measured::metric::group::Encoding;
use measured::metric::histogram::Thresholds;
use measured::metric::name::MetricName;
use measured::text::BufferedTextEncoder;
use measured::{CounterVec, HistogramVec, LabelGroup};
use paracord::ParaCord;

use super::{COUNTERS_HELP, COUNTERS_TOTAL, HISTOGRAMS, HISTOGRAMS_HELP, Scrape};
use crate::data::{BOUNDS, Labels};

#[derive(Clone, Copy, PartialEq, Debug, LabelGroup)]
#[label(set = KeySet)]
struct Key<'a> {
    #[label(dynamic_with = ParaCord)]
    method: &'a str,
    #[label(dynamic_with = ParaCord)]
    route: &'a str,
    #[label(dynamic_with = ParaCord)]
    status: &'a str,
}

impl<'a> From<Labels<'a>> for Key<'a> {
    #[inline]
    fn from(labels: Labels<'a>) -> Self {
        Self { method: labels.method, route: labels.route, status: labels.status }
    }
}

fn key_set() -> KeySet {
    KeySet { method: ParaCord::default(), route: ParaCord::default(), status: ParaCord::default() }
}

/// Our buckets.
#[must_use]
pub fn thresholds() -> Thresholds<{ BOUNDS.len() }> {
    Thresholds::with_buckets(BOUNDS)
}

/// Counters.
pub struct Counters(CounterVec<KeySet>);

/// Histograms.
pub struct Histograms(HistogramVec<KeySet, { BOUNDS.len() }>);

/// An encoder, and what it has last encoded.
#[derive(Default)]
pub struct Body {
    encoder: BufferedTextEncoder,
    text: Bytes,
}

impl Body {
    fn encode(
        &mut self,
        name: &'static str,
        help: &str,
        family: &impl MetricFamilyEncoding<BufferedTextEncoder>,
    ) {
        let name = MetricName::from_str(name);
        self.text = Bytes::new(); // its memory goes back to the encoder
        let Ok(()) = self.encoder.write_help(name, help);
        let Ok(()) = family.collect_family_into(name, &mut self.encoder);
        self.text = self.encoder.finish();
    }
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.text
    }
}

impl Scrape for Counters {
    const LIBRARY: &'static str = "measured";
    type Body = Body;

    fn scrape(&self, body: &mut Body) {
        body.encode(COUNTERS_TOTAL, COUNTERS_HELP, &self.0);
    }
}

impl super::Counters for Counters {
    fn new() -> Self {
        Self(CounterVec::with_label_set(key_set()))
    }

    #[inline]
    fn add(&self, labels: Labels<'_>, count: u64) {
        self.0.inc_by(labels.into(), count);
    }

    #[inline]
    fn inc(&self, labels: Labels<'_>) {
        self.0.inc(labels.into());
    }
}

impl Scrape for Histograms {
    const LIBRARY: &'static str = Counters::LIBRARY;
    type Body = Body;

    fn scrape(&self, body: &mut Body) {
        body.encode(HISTOGRAMS, HISTOGRAMS_HELP, &self.0);
    }
}

impl super::Histograms for Histograms {
    fn new() -> Self {
        Self(HistogramVec::with_label_set_and_metadata(key_set(), thresholds()))
    }

    #[inline]
    fn observe(&self, labels: Labels<'_>, value: f64) {
        self.0.observe(labels.into(), value);
    }
}
