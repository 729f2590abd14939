//! Any samples, read back from every format: by the kit, and in protobuf by the library's own messages too.

use std::time::Duration;

use prom_client_testkit as kit;
use proptest::collection::vec;
use proptest::prelude::*;

use super::lines::{Drawn, Pushed, canonical, family};
use super::messages::{bytes, families};
use super::metrics::{self, MetricFamily, MetricType};
use super::*;
use crate::desc::Escaping;
use crate::label::ExemplarLabels;
use crate::snapshot::{Exemplar, NativePoint, NativeSnapshot};

/// A family, and for each of its series what only some formats show.
type Shown = (Pushed, Vec<Extra>);

#[derive(Clone, Debug)]
struct Extra {
    start: Option<Duration>,
    /// For as many buckets as there are.
    exemplars: Vec<Option<Exemplar>>,
    native: Option<NativeSnapshot>,
}

/// A sample as servers know it.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    labels: kit::Labels,
    /// Bits, so that NaN equals itself.
    value: u64,
    native: Option<Native>,
    /// Value and milliseconds, in order.
    exemplars: Vec<(kit::Labels, u64, u128)>,
    start: Option<u128>,
}

/// The schema, what is below zero, at zero and above.
type Native = (i32, Vec<(i32, u64)>, u64, Vec<(i32, u64)>);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_format_says_the_same(families in vec(shown(), 0..4)) {
        for escaping in [Escaping::AllowUtf8, Escaping::Underscores] {
            for format in [Format::Text, Format::OpenMetrics, Format::Protobuf] {
                let content_type = ContentType::new(format, escaping);
                let body = bytes(content_type, |sink| push(&families, sink));
                let expected = families.iter().flat_map(|family| samples(family, content_type));
                let expected = sorted(expected.collect());
                prop_assert_eq!(sorted(read_by_kit(&body, format)), expected.clone());
                if format == Format::Protobuf {
                    prop_assert_eq!(sorted(read_by_messages(&body)), expected);
                }
            }
        }
    }
}

fn shown() -> impl Strategy<Value = Shown> {
    family().prop_flat_map(|family| {
        let extras = vec(extra(), family.series.len());
        (Just(family), extras)
    })
}

fn extra() -> impl Strategy<Value = Extra> {
    let start = proptest::option::of((1..1_u64 << 40, 0..1_000_000_000_u32));
    let start = start.prop_map(|start| start.map(|(secs, nanos)| Duration::new(secs, nanos)));
    let exemplars = vec(proptest::option::weighted(0.3, exemplar()), 7);
    (start, exemplars, proptest::option::weighted(0.3, native()))
        .prop_map(|(start, exemplars, native)| Extra { start, exemplars, native })
}

fn exemplar() -> impl Strategy<Value = Exemplar> {
    let labels = proptest::option::of("[a-z0-9]{1,20}");
    // Readers of OpenMetrics take seconds for a float, which halves are exactly.
    (labels, -1e300..1e300_f64, 0..1_u64 << 40).prop_map(|(id, value, halves)| {
        let labels: Vec<_> = id.iter().map(|id| ("trace_id", id.as_str())).collect();
        let time = Duration::from_millis(halves * 500);
        Exemplar::new(ExemplarLabels::of(&labels), value, time)
    })
}

fn native() -> impl Strategy<Value = NativeSnapshot> {
    let side = || {
        (-3_000..3_000_i32, vec((1..6_i32, 1..1_u64 << 40), 0..8)).prop_map(|(mut at, steps)| {
            let step = |(step, count)| {
                at += step;
                (at, count)
            };
            steps.into_iter().map(step).collect::<Vec<_>>()
        })
    };
    let zero = (prop::sample::select(vec![0.0, 1e-128, 0.5]), 0..3_u64);
    (-4..=8_i8, zero, side(), side(), vec(exemplar(), 0..3)).prop_map(
        |(schema, (zero_threshold, zero_count), negative, positive, exemplars)| {
            NativeSnapshot::from(NativePoint {
                schema,
                zero_threshold,
                zero_count,
                negative: &negative,
                positive: &positive,
                exemplars: &exemplars,
            })
        },
    )
}

impl Extra {
    fn histogram<'a>(&'a self, drawn: &'a Drawn) -> HistogramPoint<'a> {
        let point = HistogramPoint::new(&drawn.bounds, &drawn.counts, drawn.sum);
        match &self.native {
            Some(native) => point.with_native(native.as_point()),
            None => point,
        }
    }

    /// Those of so many buckets.
    fn exemplars(&self, buckets: usize) -> Vec<(usize, Exemplar)> {
        let numbered = self.exemplars.iter().take(buckets).enumerate();
        numbered.filter_map(|(i, exemplar)| Some((i, exemplar.clone()?))).collect()
    }
}

fn push(families: &[Shown], sink: &mut dyn Sink) {
    for (family, extras) in families {
        let kind = family.desc.kind();
        sink.family(&family.desc);
        sink.schema(&family.schema());
        for ((given, drawn), extra) in family.series.iter().zip(extras) {
            let given: Vec<&str> = given.iter().map(String::as_str).collect();
            let states: Vec<&str> = drawn.states.iter().map(String::as_str).collect();
            let point = match kind {
                Kind::Histogram => Point::Histogram(extra.histogram(drawn)),
                Kind::GaugeHistogram => Point::GaugeHistogram(extra.histogram(drawn)),
                kind => drawn.point(kind, &states),
            };
            let buckets = match kind {
                Kind::Counter => 1,
                Kind::Histogram | Kind::GaugeHistogram => drawn.counts.len(),
                _ => 0,
            };
            let exemplars = extra.exemplars(buckets);
            sink.series_with_exemplars(&values(&given), &point, extra.start, &exemplars);
        }
    }
}

/// What servers should make of a family in this format.
fn samples((family, extras): &Shown, content_type: ContentType) -> Vec<Seen> {
    let (format, escaping) = (content_type.format(), content_type.escaping());
    let kind = family.desc.kind();
    let name = escaping.family_name(&family.desc).into_owned();
    let has_exemplars = format != Format::Text;
    let mut all = Vec::new();
    for ((given, drawn), extra) in family.series.iter().zip(extras) {
        let start = match kind {
            Kind::Counter | Kind::Histogram | Kind::Summary if format == Format::Protobuf => {
                extra.start.map(|start| start.as_millis())
            }
            _ => None,
        };
        let own = family.names.iter().zip(given);
        let constant = family.constant.iter().map(|(name, value)| (name, value));
        let labels: Vec<(String, String)> = constant
            .chain(own)
            .map(|(name, value)| {
                let name = LabelName::parse_in(Names::Utf8, name.clone()).unwrap();
                (name.escaped(escaping).into_owned(), value.clone())
            })
            .collect();
        let mut sample = |suffix: &str, last: Option<(&str, String)>, value: f64, bucket| {
            let last = last.map(|(name, value)| (name.to_owned(), value));
            let name = ("__name__".to_owned(), format!("{name}{suffix}"));
            let labels = labels.iter().cloned().chain(last).chain([name]);
            let bucket: Option<usize> = bucket;
            let exemplar = bucket.and_then(|bucket| extra.exemplars[bucket].as_ref());
            let exemplar = exemplar.filter(|_| has_exemplars);
            all.push(Seen {
                labels: labels.filter(|(_, value)| !value.is_empty()).collect(),
                value: bits(value),
                native: None,
                exemplars: exemplar.iter().map(|exemplar| seen_exemplar(exemplar)).collect(),
                start,
            });
        };
        match kind {
            Kind::Counter => sample("_total", None, drawn.number.as_f64(), Some(0)),
            Kind::Gauge | Kind::Unknown => sample("", None, drawn.number.as_f64(), None),
            Kind::Info => sample("_info", None, 1.0, None),
            Kind::StateSet => {
                for (i, state) in drawn.states.iter().enumerate() {
                    let value = if i == drawn.current() { 1.0 } else { 0.0 };
                    sample("", Some((&name, state.clone())), value, None);
                }
            }
            // Who reads native buckets takes those of a message without bounds for all there is.
            Kind::Histogram | Kind::GaugeHistogram
                if format == Format::Protobuf
                    && extra.native.is_some()
                    && drawn.bounds.is_empty() => {}
            Kind::Histogram | Kind::GaugeHistogram => {
                let mut count = 0;
                let bounds = drawn.bounds.iter().copied().chain([f64::INFINITY]);
                for (i, (n, bound)) in drawn.counts.iter().zip(bounds).enumerate() {
                    count += n;
                    let le = Some(("le", canonical(bound)));
                    sample("_bucket", le, count as f64, Some(i));
                }
                let openmetrics = format == Format::OpenMetrics;
                let g = if openmetrics && kind == Kind::GaugeHistogram { "g" } else { "" };
                if !openmetrics || drawn.has_sum_in_openmetrics(kind) {
                    sample(&format!("_{g}sum"), None, drawn.sum, None);
                    sample(&format!("_{g}count"), None, count as f64, None);
                }
            }
            Kind::Summary => {
                let openmetrics = format == Format::OpenMetrics;
                for rank in drawn.bounds.iter().filter(|rank| !openmetrics || **rank >= 0.0) {
                    sample("", Some(("quantile", canonical(*rank))), *rank, None);
                }
                if !openmetrics || drawn.sum >= 0.0 {
                    sample("_sum", None, drawn.sum, None);
                }
                sample("_count", None, drawn.counts[0] as f64, None);
            }
        }
        let is_histogram = matches!(kind, Kind::Histogram | Kind::GaugeHistogram);
        if let Some(native) = extra.native.as_ref().filter(|_| is_histogram) {
            if format == Format::Protobuf {
                let native = native.as_point();
                let name = ("__name__".to_owned(), name.clone());
                let labels = labels.iter().cloned().chain([name]);
                let mut exemplars: Vec<_> = native.exemplars().iter().map(seen_exemplar).collect();
                if exemplars.is_empty() && !drawn.bounds.is_empty() {
                    let own = extra.exemplars(drawn.counts.len());
                    exemplars = own.iter().map(|(_, exemplar)| seen_exemplar(exemplar)).collect();
                }
                all.push(Seen {
                    labels: labels.filter(|(_, value)| !value.is_empty()).collect(),
                    value: bits(drawn.sum),
                    native: Some((
                        native.schema().into(),
                        native.negative().to_vec(),
                        native.zero_count(),
                        native.positive().to_vec(),
                    )),
                    exemplars,
                    start,
                });
            }
        }
    }
    all
}

fn seen_exemplar(exemplar: &Exemplar) -> (kit::Labels, u64, u128) {
    let labels = exemplar.labels().iter().collect();
    (labels, bits(exemplar.value()), exemplar.timestamp().as_millis())
}

/// No text has the sign of 0, and a NaN is a NaN.
fn bits(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { (value + 0.0).to_bits() }
}

fn sorted(mut samples: Vec<Seen>) -> Vec<Seen> {
    samples.sort_by_key(|seen| format!("{seen:?}"));
    samples
}

fn read_by_kit(body: &[u8], format: Format) -> Vec<Seen> {
    let format = match format {
        Format::Text => kit::Format::Text,
        Format::OpenMetrics => kit::Format::OpenMetrics,
        Format::Protobuf => kit::Format::Protobuf,
        #[cfg(feature = "openmetrics2")]
        Format::OpenMetrics2 => panic!("the kit does not read it"),
    };
    struct All(Vec<Seen>);
    impl kit::Sink for All {
        fn sample(&mut self, sample: &kit::SampleRef<'_>) {
            let sample = sample.to_owned();
            let millis = |time: kit::Timestamp| time.since_epoch().as_millis();
            let buckets = |buckets: &kit::Buckets| {
                let all = buckets.iter().map(|(index, count)| (index, count as u64));
                all.filter(|(_, count)| *count > 0).collect()
            };
            let (value, native) = match &sample.value {
                kit::Value::Float(value) => (*value, None),
                kit::Value::Histogram(h) => (
                    h.sum,
                    Some((
                        h.schema,
                        buckets(&h.negative),
                        h.zero_count as u64,
                        buckets(&h.positive),
                    )),
                ),
            };
            let exemplars = sample.exemplars.into_iter();
            self.0.push(Seen {
                labels: sample.labels,
                value: bits(value),
                native,
                exemplars: exemplars
                    .map(|one| (one.labels, bits(one.value), millis(one.timestamp.unwrap())))
                    .collect(),
                start: sample.start.map(millis),
            });
        }
    }
    let mut all = All(Vec::new());
    kit::Parser::new(format).classic_histograms().read(body, &mut all).unwrap();
    all.0
}

/// Spelled out here once more, with nothing of the kit's reader.
fn read_by_messages(body: &[u8]) -> Vec<Seen> {
    families(body).iter().flat_map(seen_in).collect()
}

fn seen_in(family: &MetricFamily) -> Vec<Seen> {
    let mut all = Vec::new();
    let counted = family.type_() == MetricType::COUNTER;
    for metric in &family.metric {
        let starts = [
            &metric.counter.start_timestamp,
            &metric.summary.start_timestamp,
            &metric.histogram.start_timestamp,
        ];
        let start = starts.into_iter().find_map(|start| start.as_ref()).map(millis);
        let labels = |suffix: &str, last: Option<(&str, f64)>| -> kit::Labels {
            let own = metric.label.iter().map(|l| (l.name().to_owned(), l.value().to_owned()));
            let last = last.map(|(name, bound)| (name.to_owned(), canonical(bound)));
            let name = ("__name__".to_owned(), format!("{}{suffix}", family.name()));
            let all = own.chain(last).chain([name]);
            all.filter(|(_, value)| !value.is_empty()).collect()
        };
        let mut sample = |labels, value: f64, native, exemplars: &[&metrics::Exemplar]| {
            let exemplars = exemplars.iter().map(|exemplar| {
                let labels = exemplar.label.iter();
                let labels = labels.map(|l| (l.name().to_owned(), l.value().to_owned()));
                (labels.collect(), bits(exemplar.value()), millis(&exemplar.timestamp))
            });
            let exemplars = exemplars.collect();
            all.push(Seen { labels, value: bits(value), native, exemplars, start });
        };
        if let Some(summary) = metric.summary.as_ref() {
            sample(labels("_count", None), summary.sample_count() as f64, None, &[]);
            sample(labels("_sum", None), summary.sample_sum(), None, &[]);
            for quantile in &summary.quantile {
                let rank = Some(("quantile", quantile.quantile()));
                sample(labels("", rank), quantile.value(), None, &[]);
            }
        } else if let Some(histogram) = metric.histogram.as_ref() {
            let count = histogram.sample_count() as f64;
            let mut of_buckets = Vec::new();
            let mut infinite = histogram.schema.is_some() && histogram.bucket.is_empty();
            if !infinite {
                sample(labels("_count", None), count, None, &[]);
                sample(labels("_sum", None), histogram.sample_sum(), None, &[]);
            }
            for bucket in &histogram.bucket {
                infinite |= bucket.upper_bound() == f64::INFINITY;
                let exemplar: Vec<_> = bucket.exemplar.iter().collect();
                let le = Some(("le", bucket.upper_bound()));
                let count = bucket.cumulative_count() as f64;
                sample(labels("_bucket", le), count, None, &exemplar);
                of_buckets.extend(exemplar);
            }
            if !infinite {
                sample(labels("_bucket", Some(("le", f64::INFINITY))), count, None, &[]);
            }
            if histogram.schema.is_some() {
                let native = Some((
                    histogram.schema(),
                    buckets(&histogram.negative_span, &histogram.negative_delta),
                    histogram.zero_count(),
                    buckets(&histogram.positive_span, &histogram.positive_delta),
                ));
                let own: Vec<_> = histogram.exemplars.iter().collect();
                let exemplars = if own.is_empty() { of_buckets } else { own };
                sample(labels("", None), histogram.sample_sum(), native, &exemplars);
            }
        } else if counted {
            let exemplar: Vec<_> = metric.counter.exemplar.iter().collect();
            sample(labels("", None), metric.counter.value(), None, &exemplar);
        } else {
            let value = metric.gauge.as_ref().map_or(metric.untyped.value(), |gauge| gauge.value());
            sample(labels("", None), value, None, &[]);
        }
    }
    all
}

fn millis(time: &metrics::Timestamp) -> u128 {
    Duration::new(time.seconds() as u64, time.nanos() as u32).as_millis()
}

/// The buckets of spans and deltas that are not empty.
pub(super) fn buckets(spans: &[metrics::BucketSpan], deltas: &[i64]) -> Vec<(i32, u64)> {
    let (mut index, mut count) = (0, 0);
    let mut deltas = deltas.iter();
    let mut buckets = Vec::new();
    for span in spans {
        index += span.offset();
        for _ in 0..span.length() {
            count += deltas.next().unwrap();
            buckets.push((index, count.try_into().unwrap()));
            index += 1;
        }
    }
    buckets.retain(|(_, count)| *count > 0);
    buckets
}
