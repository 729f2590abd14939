//! OpenMetrics 2.0, written out.

use std::time::Duration;

use super::*;
use crate::desc::{Escaping, Unit};
use crate::label::ExemplarLabels;
use crate::snapshot::{Exemplar, NativePoint};

fn exemplar(id: &str, value: f64) -> Exemplar {
    let labels = ExemplarLabels::of(&[("trace_id", id)]);
    Exemplar::new(labels, value, Duration::from_millis(1_520_879_606_100))
}

/// What is written of one series, with its exemplars.
fn written_of(
    desc: &Desc,
    labels: &[(&str, &str)],
    point: &Point<'_>,
    exemplars: &[(usize, Exemplar)],
) -> String {
    let content_type = ContentType::new(Format::OpenMetrics2, Escaping::AllowUtf8);
    let text = encoded(content_type, |sink| {
        let (names, given): (Vec<&str>, Vec<&str>) = labels.iter().copied().unzip();
        sink.family(desc);
        sink.schema(&schema(&[], &names, desc.kind()));
        let start = Some(Duration::from_millis(1_520_430_000_123));
        sink.series_with_exemplars(&values(&given), point, start, exemplars);
    });
    text.strip_suffix("# EOF\n").expect("an end").to_owned()
}

#[test]
fn single_values_have_the_name_of_their_family_and_begin_where_they_count() {
    let exemplars = [(0, exemplar("x", 0.67))];
    let states = ["a", "bb"];
    for (desc, point, exemplars, expected) in [
        (
            desc("busy", "A \"b\".", Kind::Counter).unit(Unit::SECONDS),
            Point::Counter(Number::U64(17)),
            &exemplars[..],
            "# TYPE busy_seconds_total counter\n\
             # UNIT busy_seconds_total seconds\n\
             # HELP busy_seconds_total A \\\"b\\\".\n\
             busy_seconds_total{a=\"\\\"\"} 17 st@1520430000.123 \
             # {trace_id=\"x\"} 0.67 1520879606.1\n",
        ),
        (
            desc("g", "", Kind::Gauge),
            Point::Gauge(Number::I64(-3)),
            &[],
            "# TYPE g gauge\ng{a=\"\\\"\"} -3\n",
        ),
        (
            desc("u", "", Kind::Unknown),
            Point::Unknown(Number::F64(1.0)),
            &[],
            "# TYPE u unknown\nu{a=\"\\\"\"} 1.0\n",
        ),
        (
            desc("build", "", Kind::Info),
            Point::Info,
            &[],
            "# TYPE build_info info\nbuild_info{a=\"\\\"\"} 1\n",
        ),
        (
            desc("s", "", Kind::StateSet),
            Point::StateSet(StateSetPoint::new(&states, 1)),
            &[],
            "# TYPE s stateset\ns{a=\"\\\"\",s=\"a\"} 0\ns{a=\"\\\"\",s=\"bb\"} 1\n",
        ),
        (
            Desc::new_in(Names::Utf8, "a.b", "", Kind::Counter).unwrap(),
            Point::Counter(Number::F64(0.5)),
            &[],
            "# TYPE \"a.b_total\" counter\n{\"a.b_total\",a=\"\\\"\"} 0.5 st@1520430000.123\n",
        ),
    ] {
        assert_eq!(written_of(&desc, &[("a", "\"")], &point, exemplars), expected);
    }
}

#[test]
fn distributions_are_one_value_each() {
    let point = HistogramPoint::new(&[-1.0, 10.0], &[1, 2, 3], f64::NAN);
    let bare = HistogramPoint::new(&[], &[7], 0.0);
    let own = [exemplar("n", 2.5)];
    let native = NativePoint {
        schema: -2,
        zero_threshold: 1e-128,
        zero_count: 1,
        negative: &[],
        positive: &[(-2, 3), (-1, 4), (1, 2), (7, 5)],
        exemplars: &own,
    };
    let both = [(1, exemplar("x", 5.0)), (2, exemplar("y", 11.0))];
    let no_buckets = NativePoint { positive: &[], negative: &[(3, 1)], exemplars: &[], ..native };
    const NATIVE: &str = "schema:-2,zero_threshold:1e-128,zero_count:1,";
    const START: &str = "st@1520430000.123";
    let histogram = |point| (Kind::Histogram, Point::Histogram(point));
    let summary =
        |ranks, values| (Kind::Summary, Point::Summary(SummaryPoint::new(2, 1.5, ranks, values)));
    for ((kind, point), exemplars, expected) in [
        (
            histogram(point),
            &both[..],
            format!(
                "{{count:6,sum:NaN,bucket:[-1.0:1,10.0:3,+Inf:6]}} {START} \
                 # {{trace_id=\"x\"}} 5.0 1520879606.1 # {{trace_id=\"y\"}} 11.0 1520879606.1"
            ),
        ),
        (
            (Kind::GaugeHistogram, Point::GaugeHistogram(bare)),
            &[],
            "{gcount:7,gsum:0.0,bucket:[+Inf:7]}".into(),
        ),
        (
            histogram(bare.with_native(native)),
            &[],
            format!(
                "{{count:7,sum:0.0,{NATIVE}positive_spans:[-2:4,5:1],\
                 positive_buckets:[3,4,0,2,5]}} {START} # {{trace_id=\"n\"}} 2.5 1520879606.1"
            ),
        ),
        // Where there are no classic buckets to show, there is no exemplar of one.
        (
            histogram(bare.with_native(native)),
            &[(0, exemplar("inf", 3.5))],
            format!(
                "{{count:7,sum:0.0,{NATIVE}positive_spans:[-2:4,5:1],\
                 positive_buckets:[3,4,0,2,5]}} {START} # {{trace_id=\"n\"}} 2.5 1520879606.1"
            ),
        ),
        // Exemplars of classic buckets go before those of native ones.
        (
            histogram(point.with_native(native)),
            &both[1..],
            format!(
                "{{count:6,sum:NaN,{NATIVE}positive_spans:[-2:4,5:1],\
                 positive_buckets:[3,4,0,2,5],bucket:[-1.0:1,10.0:3,+Inf:6]}} {START} \
                 # {{trace_id=\"y\"}} 11.0 1520879606.1"
            ),
        ),
        (
            (Kind::GaugeHistogram, Point::GaugeHistogram(bare.with_native(no_buckets))),
            &[],
            format!("{{gcount:7,gsum:0.0,{NATIVE}negative_spans:[3:1],negative_buckets:[1]}}"),
        ),
        (
            summary(&[0.5, 0.99], &[2.0, f64::NAN]),
            &[],
            format!("{{count:2,sum:1.5,quantile:[0.5:2.0,0.99:NaN]}} {START}"),
        ),
        (
            summary(&[0.0, 0.5], &[-1.0, 2.0]),
            &[],
            format!("{{count:2,sum:1.5,quantile:[0.5:2.0]}} {START}"),
        ),
        (summary(&[], &[]), &[], format!("{{count:2,sum:1.5,quantile:[]}} {START}")),
    ] {
        let desc = desc("d", "", kind);
        let text = written_of(&desc, &[("a", "b")], &point, exemplars);
        assert_eq!(text, format!("# TYPE d {kind}\nd{{a=\"b\"}} {expected}\n"));
        let text = written_of(&desc, &[], &point, exemplars);
        assert_eq!(text, format!("# TYPE d {kind}\nd {expected}\n"));
    }
}
