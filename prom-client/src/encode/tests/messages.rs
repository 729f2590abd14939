//! Protobuf, read by the library's own messages.

use std::time::Duration;

use ::protobuf::{CodedInputStream, Message};

use super::metrics::{self, Metric, MetricFamily, MetricType};
use super::*;
use crate::desc::{Escaping, Unit};
use crate::label::ExemplarLabels;
use crate::snapshot::{Exemplar, NativePoint};

const PROTOBUF: ContentType = ContentType::new(Format::Protobuf, Escaping::Underscores);

/// The families of a body that is whole.
pub(super) fn families(body: &[u8]) -> Vec<MetricFamily> {
    let mut input = CodedInputStream::from_bytes(body);
    let mut families = Vec::new();
    while !input.eof().unwrap() {
        families.push(input.read_message().unwrap());
    }
    families
}

pub(super) fn bytes(content_type: ContentType, feed: impl FnOnce(&mut dyn Sink)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(content_type, &mut bytes);
    feed(&mut encoder);
    encoder.finish();
    bytes
}

/// What is read of one family.
fn read(content_type: ContentType, feed: impl FnOnce(&mut dyn Sink)) -> MetricFamily {
    let mut families = families(&bytes(content_type, feed));
    assert_eq!(families.len(), 1);
    families.remove(0)
}

fn label(name: &str, value: &str) -> metrics::LabelPair {
    let mut label = metrics::LabelPair::new();
    label.set_name(name.to_owned());
    label.set_value(value.to_owned());
    label
}

fn exemplar(labels: &[(&str, &str)], value: f64, millis: u64) -> Exemplar {
    Exemplar::new(ExemplarLabels::of(labels), value, Duration::from_millis(millis))
}

#[test]
fn counters_have_labels_exemplars_and_starts() {
    let family = read(PROTOBUF, |sink| {
        sink.family(&desc("busy", "Time spent.", Kind::Counter).unit(Unit::SECONDS));
        sink.schema(&schema(&[("zone", "a")], &["queue", "code"], Kind::Counter));
        let point = Point::Counter(Number::U64(7));
        sink.series(&values(&["mail", "200"]), &point, None);
        let point = Point::Counter(Number::F64(0.5));
        let start = Some(Duration::from_millis(1_520_430_000_123));
        let exemplars = [(0, exemplar(&[("trace_id", "abc"), ("n", "7")], 0.67, 1_500))];
        sink.series_with_exemplars(&values(&["", "\"\n"]), &point, start, &exemplars);
    });
    assert_eq!((family.name(), family.help()), ("busy_seconds_total", "Time spent."));
    assert_eq!((family.type_(), family.unit()), (MetricType::COUNTER, "seconds"));
    let [one, other] = &family.metric[..] else { panic!("{family:?}") };
    assert_eq!(one.label, [label("zone", "a"), label("queue", "mail"), label("code", "200")]);
    assert_eq!(one.counter.value(), 7.0);
    assert!(one.counter.exemplar.is_none() && one.counter.start_timestamp.is_none());
    assert_eq!(other.label, [label("zone", "a"), label("queue", ""), label("code", "\"\n")]);
    assert_eq!(other.counter.value(), 0.5);
    let start = &other.counter.start_timestamp;
    assert_eq!((start.seconds(), start.nanos()), (1_520_430_000, 123_000_000));
    let exemplar = &other.counter.exemplar;
    assert_eq!(exemplar.label, [label("trace_id", "abc"), label("n", "7")]);
    assert_eq!(exemplar.value(), 0.67);
    assert_eq!((exemplar.timestamp.seconds(), exemplar.timestamp.nanos()), (1, 500_000_000));
}

#[test]
fn what_protobuf_has_no_type_for_is_what_servers_make_of_it() {
    let families = families(&bytes(PROTOBUF, |sink| {
        let state = Point::StateSet(StateSetPoint::new(&["open", "shut"], 1));
        for (kind, point) in [
            (Kind::Info, Point::Info),
            (Kind::StateSet, state),
            (Kind::Unknown, Point::Unknown(Number::I64(-3))),
            (Kind::Gauge, Point::Gauge(Number::F64(1e300))),
        ] {
            sink.family(&desc("x", "", kind));
            sink.schema(&schema(&[], &["a"], kind));
            sink.series(&values(&["1"]), &point, Some(Duration::from_secs(9)));
        }
    }));
    let [info, states, unknown, gauge] = &families[..] else { panic!("{families:?}") };
    assert_eq!((info.name(), info.type_()), ("x_info", MetricType::GAUGE));
    assert_eq!((info.help.as_ref(), info.metric[0].gauge.value()), (None, 1.0));
    assert_eq!((states.name(), states.type_()), ("x", MetricType::GAUGE));
    let states: Vec<_> =
        states.metric.iter().map(|metric| (&metric.label[..], metric.gauge.value())).collect();
    let [open, shut] = ["open", "shut"].map(|state| [label("a", "1"), label("x", state)]);
    assert_eq!(states, [(&open[..], 0.0), (&shut[..], 1.0)]);
    assert_eq!(unknown.type_(), MetricType::UNTYPED);
    assert_eq!(unknown.metric[0].untyped.value(), -3.0);
    assert_eq!((gauge.type_(), gauge.metric[0].gauge.value()), (MetricType::GAUGE, 1e300));
}

#[test]
fn histograms_are_cumulative_and_infinity_is_there_for_its_exemplar_only() {
    let point = HistogramPoint::new(&[-1.0, 2.5], &[1, 0, 1 << 40], -7.5);
    let exemplars = [(1, exemplar(&[], 2.0, 0)), (2, exemplar(&[("a", "b")], 3.0, 1_000))];
    let read = |exemplars: &[(usize, Exemplar)], kind, point: Point<'_>| -> Metric {
        let start = Some(Duration::new(5, 1));
        let mut family = read(PROTOBUF, |sink| {
            sink.family(&desc("h", "", kind));
            sink.schema(&schema(&[], &[], kind));
            sink.series_with_exemplars(&values(&[]), &point, start, exemplars);
        });
        assert_eq!(family.name(), "h");
        family.metric.remove(0)
    };
    let buckets = |metric: &Metric| -> Vec<(u64, f64, Option<f64>)> {
        let buckets = metric.histogram.bucket.iter();
        let exemplar = |bucket: &metrics::Bucket| bucket.exemplar.as_ref().map(|e| e.value());
        buckets.map(|b| (b.cumulative_count(), b.upper_bound(), exemplar(b))).collect()
    };
    let plain = read(&[], Kind::Histogram, Point::Histogram(point));
    assert_eq!(buckets(&plain), [(1, -1.0, None), (1, 2.5, None)]);
    let histogram = &plain.histogram;
    assert_eq!((histogram.sample_count(), histogram.sample_sum()), ((1 << 40) + 1, -7.5));
    let start = &histogram.start_timestamp;
    assert_eq!((start.seconds(), start.nanos(), histogram.schema), (5, 1, None));
    let all = read(&exemplars, Kind::Histogram, Point::Histogram(point));
    let expected =
        [(1, -1.0, None), (1, 2.5, Some(2.0)), ((1 << 40) + 1, f64::INFINITY, Some(3.0))];
    assert_eq!(buckets(&all), expected);
    // Parts of a time that are 0 are left out.
    assert!(all.histogram.bucket[1].exemplar.timestamp.is_some());
    assert_eq!(all.histogram.bucket[1].exemplar.timestamp.compute_size(), 0);
    let gauge = read(&exemplars, Kind::GaugeHistogram, Point::GaugeHistogram(point));
    assert_eq!(buckets(&gauge), expected);
    assert!(gauge.histogram.start_timestamp.is_none());
}

#[test]
fn native_buckets_stand_beside_classic_ones_and_none_are_marked_by_a_span_of_nothing() {
    let exemplars = [exemplar(&[("a", "b")], 1.5, 2_000), exemplar(&[], 9.0, 3_000)];
    let native = NativePoint {
        schema: -4,
        zero_threshold: 0.0,
        zero_count: 0,
        negative: &[],
        positive: &[],
        exemplars: &exemplars,
    };
    let read = |point: HistogramPoint<'_>| {
        let mut family = read(PROTOBUF, |sink| {
            sink.family(&desc("h", "", Kind::Histogram));
            sink.schema(&schema(&[], &[], Kind::Histogram));
            let last = [(point.bounds().len(), exemplar(&[], 9.0, 3_000))];
            sink.series_with_exemplars(&values(&[]), &Point::Histogram(point), None, &last);
        });
        family.metric[0].histogram.take().unwrap()
    };
    let spans = |spans: &[metrics::BucketSpan]| -> Vec<(i32, u32)> {
        spans.iter().map(|span| (span.offset(), span.length())).collect()
    };
    let empty = read(HistogramPoint::new(&[], &[0], 0.0).with_native(native));
    assert_eq!((empty.bucket.len(), empty.schema()), (0, -4));
    assert_eq!((spans(&empty.positive_span), spans(&empty.negative_span)), (vec![(0, 0)], vec![]));
    let values: Vec<f64> = empty.exemplars.iter().map(|exemplar| exemplar.value()).collect();
    assert_eq!(values, [1.5, 9.0]);
    assert!(empty.exemplars.iter().all(|exemplar| exemplar.timestamp.is_some()));
    for (threshold, count) in [(1e-128, 0), (0.0, 1)] {
        let native = NativePoint { zero_threshold: threshold, zero_count: count, ..native };
        let zero = read(HistogramPoint::new(&[], &[count], 0.0).with_native(native));
        assert_eq!((zero.zero_threshold(), zero.zero_count()), (threshold, count));
        assert!(zero.positive_span.is_empty(), "the zero bucket says that it is native");
    }
    let native = NativePoint {
        schema: 8,
        zero_count: 3,
        negative: &[(-7, 2), (4000, 1)],
        positive: &[(-2, 3), (-1, 4), (1, 2), (7, 5)],
        exemplars: &[],
        ..native
    };
    let point = HistogramPoint::new(&[1.0], &[12, 8], 4.0).with_native(native);
    let both = read(point);
    assert_eq!((both.bucket.len(), both.sample_count(), both.zero_count()), (2, 20, 3));
    assert_eq!(spans(&both.negative_span), [(-7, 1), (4006, 1)]);
    assert_eq!(both.negative_delta, [2, -1]);
    assert_eq!(spans(&both.positive_span), [(-2, 4), (5, 1)]);
    assert_eq!(both.positive_delta, [3, 1, -4, 2, 3]);
}

#[test]
fn names_are_escaped_as_in_the_other_formats() {
    for (escaping, expected) in [
        (Escaping::Underscores, ["a_b_total", "c_d"]),
        (Escaping::Dots, ["a_dot_b__total", "c_dot_d"]),
        (Escaping::Values, ["U__a_2e_b__total", "U__c_2e_d"]),
        (Escaping::AllowUtf8, ["a.b_total", "c.d"]),
    ] {
        let family = read(ContentType::new(Format::Protobuf, escaping), |sink| {
            sink.family(&Desc::new_in(Names::Utf8, "a.b", "", Kind::Counter).unwrap());
            sink.schema(&schema(&[], &["c.d"], Kind::Counter));
            sink.series(&values(&["x"]), &Point::Counter(Number::U64(1)), None);
        });
        assert_eq!([family.name(), family.metric[0].label[0].name()], expected);
    }
}

#[test]
fn families_of_any_length_have_it_before_them_and_one_that_is_not_whole_is_not_there() {
    // Around each length of the length, the last with a gap that is too narrow.
    for len in [0, 60, 120, 130, 16_300, 16_400, (1 << 21) - 40, (1 << 21) + 40] {
        let help = "h".repeat(len);
        let mut body = b"before".to_vec();
        let mut encoder = Encoder::new(Format::Protobuf, &mut body);
        for name in ["a", "b"] {
            encoder.family(&desc(name, &help, Kind::Gauge));
            encoder.schema(&schema(&[], &[], Kind::Gauge));
            encoder.series(&values(&[]), &Point::Gauge(Number::I64(1)), None);
        }
        encoder.finish();
        let mut lost = Encoder::new(Format::Protobuf, &mut body);
        lost.family(&desc("c", "", Kind::Gauge));
        lost.family(&desc("d", "", Kind::Gauge));
        drop(lost);
        let families = families(body.strip_prefix(b"before").unwrap());
        let read: Vec<_> = families.iter().map(|f| (f.name(), f.help(), f.metric.len())).collect();
        assert_eq!(read, [("a", &*help, 1), ("b", &*help, 1), ("c", "", 0)]);
    }
}

#[test]
fn labels_that_are_kept_from_the_series_before_are_the_same_in_the_next() {
    let family = read(PROTOBUF, |sink| {
        sink.family(&desc("g", "", Kind::Gauge));
        for names in [["a", "b", "c"], ["d", "e", "f"]] {
            sink.schema(&schema(&[("z", "0")], &names, Kind::Gauge));
            let mut given = values(&["1", "2", "3"]);
            for (keep, more) in [(3, ""), (2, "4"), (2, "55"), (1, "66"), (0, "7")] {
                given.keep(keep);
                while given.len() < 3 {
                    given.push(more);
                }
                sink.series(&given, &Point::Gauge(Number::I64(0)), None);
            }
        }
    });
    let read: Vec<Vec<&str>> = family
        .metric
        .iter()
        .map(|metric| metric.label.iter().skip(1).map(|label| label.value()).collect())
        .collect();
    let expected =
        [["1", "2", "3"], ["1", "2", "4"], ["1", "2", "55"], ["1", "66", "66"], ["7", "7", "7"]];
    assert_eq!(read, [expected, expected].concat());
    assert!(family.metric.iter().all(|metric| metric.label[0] == label("z", "0")));
}
