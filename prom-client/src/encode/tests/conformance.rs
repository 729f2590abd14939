//! What the reference writes: the data of the project's corpora, which lie beside the workspace.
//!
//! Messages are read by the library, handed to the encoders as samples, and what they write is compared byte by byte.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::protobuf::Message;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::formats::buckets;
use super::lines::canonical;
use super::messages::{bytes, families};
use super::metrics::{self, MetricFamily, MetricType};
use super::*;
use crate::desc::{Escaping, Unit};
use crate::encode::number::write_seconds;
use crate::label::ExemplarLabels;
use crate::snapshot::{Exemplar, NativePoint};

/// Messages that are no samples of ours, and why.
const NOT_OURS: &[(&str, &str)] = &[
    ("prometheus_protobufparse_05", "its counts are floats, which no metric here counts"),
    ("prometheus_protobufparse_06", "its counts are floats, which no metric here counts"),
    ("prometheus_protobufparse_10", "its counts are floats, which no metric here counts"),
    ("counter_no_total", "a counter here always ends in `_total`; the reference calls it unknown"),
    ("utf8_name", "a counter here always ends in `_total`; the reference calls it unknown"),
];

/// The formats of the set.
const FORMATS: &[(&str, Format, Escaping)] = &[
    ("text", Format::Text, Escaping::AllowUtf8),
    ("text_underscores", Format::Text, Escaping::Underscores),
    ("text_dots", Format::Text, Escaping::Dots),
    ("text_values", Format::Text, Escaping::Values),
    ("openmetrics", Format::OpenMetrics, Escaping::AllowUtf8),
    ("openmetrics_created", Format::OpenMetrics, Escaping::AllowUtf8),
    ("openmetrics_underscores", Format::OpenMetrics, Escaping::Underscores),
    ("openmetrics_values", Format::OpenMetrics, Escaping::Values),
];

fn corpus(name: &str) -> Option<Vec<Value>> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora");
    let folder: PathBuf = match std::env::var_os("PROM_CORPORA") {
        Some(named) => named.into(),
        None if default.is_dir() => default,
        None => {
            println!("skipped: no corpora");
            return None;
        }
    };
    let file = folder.join(name);
    let file = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let cases: Vec<Value> = serde_json::from_slice(&file).unwrap();
    assert!(!cases.is_empty());
    Some(cases)
}

fn base64(case: &Value, key: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(case[key].as_str().unwrap()).unwrap()
}

#[test]
fn golden_expfmt_conformance() {
    let Some(cases) = corpus("golden-expfmt/golden.json") else {
        return;
    };
    let mut deviations = Deviations::default();
    let (mut compared, mut exact) = (0, 0);
    for case in &cases {
        let name = case["name"].as_str().unwrap();
        if let Some((_, why)) = NOT_OURS.iter().find(|(other, _)| *other == name) {
            deviations.count(why);
            continue;
        }
        let golden = base64(case, "protobuf_delimited_b64");
        let [mut family] = <[MetricFamily; 1]>::try_from(families(&golden)).unwrap();
        let original = family.clone();
        deviations.reduce(&mut family);

        let ours = bytes(ContentType::new(Format::Protobuf, Escaping::AllowUtf8), |sink| {
            feed(&family, sink);
        });
        // As bytes of one writer, where a NaN is one.
        let written = |family: &MetricFamily| family.write_to_bytes().unwrap();
        if written(&family) == written(&original) {
            assert_eq!(ours, golden, "{name}");
            exact += 1;
        } else {
            assert_eq!(written(&families(&ours)[0]), written(&family), "{name}");
        }
        for (key, format, escaping) in FORMATS {
            let Some(golden) = case[key].as_str() else {
                continue;
            };
            let golden = deviations.correct(golden, *format, &original);
            let mut ours = Vec::new();
            let mut encoder = Encoder::new(ContentType::new(*format, *escaping), &mut ours);
            if *key == "openmetrics_created" {
                encoder = encoder.with_created_lines();
            }
            feed(&family, &mut encoder);
            encoder.finish();
            let ours = String::from_utf8(ours).unwrap();
            let ours = ours.strip_suffix("# EOF\n").unwrap_or(&ours);
            assert_eq!(ours, golden, "{name} as {key}");
            compared += 1;
        }
    }
    println!("golden-expfmt: {} cases", cases.len());
    println!("  {compared} texts; {exact} messages byte by byte, the others field by field");
    deviations.0.iter().for_each(|(what, times)| println!("  {times} times: {what}"));
    assert!(exact > 0 && compared > 0);
    for (case, _) in NOT_OURS {
        assert!(cases.iter().any(|other| other["name"] == *case), "{case} is not there");
    }
}

/// Where the reference has what we have not, or writes what the standard forbids, and how often it does.
#[derive(Default)]
struct Deviations(BTreeMap<&'static str, usize>);

impl Deviations {
    fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    /// Takes out of a message what our samples do not have, and states what it leaves open.
    fn reduce(&mut self, family: &mut MetricFamily) {
        if family.help() == "" && family.help.take().is_some() {
            self.count("an empty help is none");
        }
        let is_gauge = family.type_() == MetricType::GAUGE_HISTOGRAM;
        for metric in &mut family.metric {
            if metric.timestamp_ms.take().is_some() {
                self.count("samples here have no timestamps");
            }
            if let Some(counter) = metric.counter.as_mut() {
                self.reduce_exemplar(&mut counter.exemplar);
            }
            if let Some(histogram) = metric.histogram.as_mut() {
                self.reduce_histogram(histogram, is_gauge);
            }
        }
    }

    fn reduce_histogram(&mut self, histogram: &mut metrics::Histogram, is_gauge: bool) {
        for bucket in &mut histogram.bucket {
            self.reduce_exemplar(&mut bucket.exemplar);
        }
        let all = histogram.bucket.len();
        let infinite = |bucket: &metrics::Bucket| bucket.upper_bound() == f64::INFINITY;
        histogram.bucket.retain(|bucket| !infinite(bucket) || bucket.exemplar.is_some());
        if histogram.bucket.len() < all {
            self.count("the bucket of +Inf is the count, and need not be in a message");
        }
        let timed = |exemplar: &metrics::Exemplar| exemplar.timestamp.is_some();
        if !histogram.exemplars.iter().all(timed) {
            histogram.exemplars.retain(timed);
            self.count("an exemplar here has a time");
        }
        if is_gauge && histogram.start_timestamp.take().is_some() {
            self.count("what goes up and down never began");
        }
        let before = histogram.clone();
        histogram.set_sample_count(before.sample_count());
        histogram.set_sample_sum(before.sample_sum());
        if is_native(histogram) {
            histogram.set_schema(before.schema());
            histogram.set_zero_threshold(before.zero_threshold());
            histogram.set_zero_count(before.zero_count());
        } else {
            (histogram.schema, histogram.zero_threshold) = (None, None);
        }
        if *histogram != before {
            self.count("a native histogram says all of itself, also what is 0, and others nothing");
        }
    }

    fn reduce_exemplar(&mut self, exemplar: &mut ::protobuf::MessageField<metrics::Exemplar>) {
        if exemplar.as_ref().is_some_and(|exemplar| exemplar.timestamp.is_none()) {
            exemplar.take();
            self.count("an exemplar here has a time");
        }
    }

    /// What the reference should have written of what our samples have.
    fn correct(&mut self, golden: &str, format: Format, family: &MetricFamily) -> String {
        let openmetrics = format == Format::OpenMetrics;
        let (metadata, samples): (Vec<&str>, Vec<&str>) =
            golden.lines().partition(|line| line.starts_with("# "));
        let mut metadata: Vec<&str> = metadata
            .into_iter()
            .filter(|line| !(line.starts_with("# HELP") && family.help().is_empty()))
            .collect();
        if openmetrics {
            let place = |line: &&str| ["# TYPE", "# UNIT", "# HELP"].map(|w| !line.starts_with(w));
            if !metadata.is_sorted_by_key(place) {
                metadata.sort_by_key(place);
                self.count("OpenMetrics: the order SHOULD be TYPE, UNIT, HELP");
            }
        }
        let mut text: String = metadata.iter().map(|line| format!("{line}\n")).collect();
        for line in samples {
            if let Some(line) = self.correct_sample(line, openmetrics, family) {
                text.push_str(&line);
                text.push('\n');
            }
        }
        text
    }

    fn correct_sample(
        &mut self,
        line: &str,
        openmetrics: bool,
        family: &MetricFamily,
    ) -> Option<String> {
        let is_gauge = family.type_() == MetricType::GAUGE_HISTOGRAM;
        let (sample, exemplar) = line.split_once(" # ").unwrap_or((line, ""));
        let labels_end = sample.rfind('}').map_or(0, |end| end + 1);
        let (series, rest) = sample[labels_end..].split_once(' ').unwrap();
        let mut series = format!("{}{series}", &sample[..labels_end]);
        // The second number is a timestamp.
        let mut value = rest.split(' ').next().unwrap().to_owned();

        let name = series.split(['{', '"', '}']).find(|part| !part.is_empty()).unwrap_or_default();
        let suffix = name.rsplit_once('_').map_or("", |(_, suffix)| suffix).to_owned();
        if openmetrics && suffix == "created" {
            if is_gauge {
                return None;
            }
            let metric = &family.metric[0];
            let mut starts = [
                &metric.counter.start_timestamp,
                &metric.summary.start_timestamp,
                &metric.histogram.start_timestamp,
            ]
            .into_iter();
            value = seconds(starts.find_map(|start| start.as_ref()).unwrap());
            self.count("OpenMetrics: times are exact, and not through a float");
        }
        let is_total = ["sum", "count"].contains(&suffix.as_str());
        if openmetrics && is_total && is_gauge {
            series = series.replacen(&format!("_{suffix}"), &format!("_g{suffix}"), 1);
            self.count("OpenMetrics: a gauge histogram has `_gsum` and `_gcount`");
        }
        if openmetrics && is_total && family.type_() == MetricType::HISTOGRAM {
            let negative = |histogram: &metrics::Histogram| {
                histogram.bucket.iter().any(|bucket| bucket.upper_bound() < 0.0)
            };
            if family.metric.iter().any(|metric| negative(&metric.histogram)) {
                self.count("OpenMetrics: no sum and count where observations may be negative");
                return None;
            }
        }
        let exemplar = self.correct_exemplar(exemplar, family);
        Some(format!("{series} {value}{exemplar}"))
    }

    fn correct_exemplar(&mut self, exemplar: &str, family: &MetricFamily) -> String {
        let Some((labels, numbers)) = exemplar.rsplit_once("} ") else {
            return String::new();
        };
        let Some((value, time)) = numbers.split_once(' ') else {
            return String::new();
        };
        let mut exemplars = family.metric.iter().flat_map(|metric| {
            let buckets = metric.histogram.bucket.iter().map(|bucket| &bucket.exemplar);
            buckets.chain([&metric.counter.exemplar]).filter_map(|exemplar| exemplar.as_ref())
        });
        let exemplar = exemplars
            .find(|exemplar| exemplar.timestamp.as_ref().is_some_and(|t| as_go(t) == time))
            .expect("the exemplar of this time");
        self.count("OpenMetrics: times are exact, and not through a float");
        format!(" # {labels}}} {value} {}", seconds(&exemplar.timestamp))
    }
}

fn since_epoch(time: &metrics::Timestamp) -> Duration {
    Duration::new(time.seconds().try_into().unwrap(), time.nanos().try_into().unwrap())
}

fn seconds(time: &metrics::Timestamp) -> String {
    text_of(|to| write_seconds(since_epoch(time), to))
}

/// A time as a float of seconds.
fn as_go(time: &metrics::Timestamp) -> String {
    canonical(time.seconds() as f64 + f64::from(time.nanos()) / 1e9)
}

/// The rule of Prometheus, for histograms with integer counts.
fn is_native(histogram: &metrics::Histogram) -> bool {
    !histogram.positive_span.is_empty()
        || !histogram.negative_span.is_empty()
        || histogram.zero_threshold() > 0.0
        || histogram.zero_count() > 0
}

/// Hands a message to a sink, as samples.
fn feed(family: &MetricFamily, sink: &mut dyn Sink) {
    let kind = match family.type_() {
        MetricType::COUNTER => Kind::Counter,
        MetricType::GAUGE => Kind::Gauge,
        MetricType::SUMMARY => Kind::Summary,
        MetricType::UNTYPED => Kind::Unknown,
        MetricType::HISTOGRAM => Kind::Histogram,
        MetricType::GAUGE_HISTOGRAM => Kind::GaugeHistogram,
    };
    let mut desc = Desc::new_in(Names::Utf8, family.name(), family.help(), kind).unwrap();
    if !family.unit().is_empty() {
        desc = desc.unit(Unit::new(family.unit().to_owned()).unwrap());
    }
    sink.family(&desc);
    for metric in &family.metric {
        let names: Vec<&str> = metric.label.iter().map(|label| label.name()).collect();
        let given: Vec<&str> = metric.label.iter().map(|label| label.value()).collect();
        sink.schema(&schema(&[], &names, kind));
        let given = values(&given);
        let start =
            |time: &::protobuf::MessageField<metrics::Timestamp>| time.as_ref().map(since_epoch);
        match kind {
            Kind::Counter => {
                let exemplars: Vec<_> =
                    metric.counter.exemplar.iter().map(|one| (0, exemplar(one))).collect();
                let point = Point::Counter(Number::F64(metric.counter.value()));
                let start = start(&metric.counter.start_timestamp);
                sink.series_with_exemplars(&given, &point, start, &exemplars);
            }
            Kind::Gauge => {
                let point = Point::Gauge(Number::F64(metric.gauge.value()));
                sink.series(&given, &point, None);
            }
            Kind::Unknown => {
                let point = Point::Unknown(Number::F64(metric.untyped.value()));
                sink.series(&given, &point, None);
            }
            Kind::Summary => {
                let summary = &metric.summary;
                let (ranks, quantiles): (Vec<f64>, Vec<f64>) =
                    summary.quantile.iter().map(|q| (q.quantile(), q.value())).unzip();
                let (count, sum) = (summary.sample_count(), summary.sample_sum());
                let point = Point::Summary(SummaryPoint::new(count, sum, &ranks, &quantiles));
                sink.series(&given, &point, start(&summary.start_timestamp));
            }
            _ => with_histogram(&metric.histogram, |point, exemplars| {
                let point = match kind {
                    Kind::Histogram => Point::Histogram(point),
                    _ => Point::GaugeHistogram(point),
                };
                let start = start(&metric.histogram.start_timestamp);
                sink.series_with_exemplars(&given, &point, start, exemplars);
            }),
        }
    }
}

fn exemplar(message: &metrics::Exemplar) -> Exemplar {
    let labels: Vec<(&str, &str)> =
        message.label.iter().map(|label| (label.name(), label.value())).collect();
    let time = since_epoch(&message.timestamp);
    Exemplar::new(ExemplarLabels::of(&labels), message.value(), time)
}

fn with_histogram(
    message: &metrics::Histogram,
    f: impl FnOnce(HistogramPoint<'_>, &[(usize, Exemplar)]),
) {
    let finite = || message.bucket.iter().filter(|bucket| bucket.upper_bound().is_finite());
    let bounds: Vec<f64> = finite().map(|bucket| bucket.upper_bound()).collect();
    let cumulative = finite().map(|bucket| bucket.cumulative_count());
    let mut before = 0;
    let counts: Vec<u64> = cumulative
        .chain([message.sample_count()])
        .map(|count| count - std::mem::replace(&mut before, count))
        .collect();
    let exemplars: Vec<(usize, Exemplar)> = message
        .bucket
        .iter()
        .enumerate()
        .filter_map(|(i, bucket)| Some((i, exemplar(bucket.exemplar.as_ref()?))))
        .collect();
    let point = HistogramPoint::new(&bounds, &counts, message.sample_sum());
    if !is_native(message) {
        return f(point, &exemplars);
    }
    let negative = buckets(&message.negative_span, &message.negative_delta);
    let positive = buckets(&message.positive_span, &message.positive_delta);
    let native: Vec<Exemplar> = message.exemplars.iter().map(exemplar).collect();
    let native = NativePoint {
        schema: message.schema().try_into().unwrap(),
        zero_threshold: message.zero_threshold(),
        zero_count: message.zero_count(),
        negative: &negative,
        positive: &positive,
        exemplars: &native,
    };
    f(point.with_native(native), &exemplars);
}

#[test]
fn golden_native_histogram_conformance() {
    let Some(cases) = corpus("golden-native-histogram/golden.json") else {
        return;
    };
    let mut native = 0;
    for case in &cases {
        let golden = base64(case, "histogram_message_b64");
        let message = metrics::Histogram::parse_from_bytes(&golden).unwrap();
        native += usize::from(is_native(&message));
        let mut ours = Vec::new();
        with_histogram(&message, |point, exemplars| {
            ours = bytes(Format::Protobuf.into(), |sink| {
                sink.family(&desc("h", "", Kind::Histogram));
                sink.schema(&schema(&[], &[], Kind::Histogram));
                let start = message.start_timestamp.as_ref().map(since_epoch);
                sink.series_with_exemplars(
                    &values(&[]),
                    &Point::Histogram(point),
                    start,
                    exemplars,
                );
            });
        });
        // Nothing stands behind it: it is all of the one metric without labels.
        let read = &families(&ours)[0].metric[0];
        assert!(read.label.is_empty() && ours.ends_with(&golden), "{case}\n{read:?}");
    }
    println!("golden-native-histogram: {} cases, {native} of them native", cases.len());
    assert!(native > 0);
}
