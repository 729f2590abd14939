//! Expositions written out, in both formats.

use super::*;
use crate::desc::{Escaping, Unit};

/// Writes a family with one schema.
fn family(sink: &mut dyn Sink, desc: &Desc, names: &[&str], series: &[(&[&str], Point<'_>)]) {
    sink.family(desc);
    sink.schema(&schema(&[], names, desc.kind()));
    for (given, point) in series {
        sink.series(&values(given), point, None);
    }
}

fn check(feed: impl Fn(&mut dyn Sink), text: &str, openmetrics: &str) {
    assert_eq!(encoded(Format::Text, &feed), text);
    assert_eq!(encoded(Format::OpenMetrics, &feed), format!("{openmetrics}# EOF\n"));
}

#[test]
fn nothing_is_an_exposition_too() {
    check(|_| {}, "", "");
}

#[test]
fn counters_are_named_with_their_suffix_wherever_the_format_has_it() {
    check(
        |sink| {
            let jobs = desc("jobs", "Jobs done.", Kind::Counter);
            let point = |n| Point::Counter(Number::U64(n));
            family(
                sink,
                &jobs,
                &["queue", "code"],
                &[(&["fax", "404"], point(0)), (&["mail", ""], point(u64::MAX))],
            );
            let time = desc("busy", "Time spent.", Kind::Counter).unit(Unit::SECONDS);
            family(sink, &time, &[], &[(&[], Point::Counter(Number::F64(3.0)))]);
        },
        "# HELP jobs_total Jobs done.\n\
         # TYPE jobs_total counter\n\
         jobs_total{queue=\"fax\",code=\"404\"} 0\n\
         jobs_total{queue=\"mail\",code=\"\"} 18446744073709551615\n\
         # HELP busy_seconds_total Time spent.\n\
         # TYPE busy_seconds_total counter\n\
         busy_seconds_total 3\n",
        "# TYPE jobs counter\n\
         # HELP jobs Jobs done.\n\
         jobs_total{queue=\"fax\",code=\"404\"} 0\n\
         jobs_total{queue=\"mail\",code=\"\"} 18446744073709551615\n\
         # TYPE busy_seconds counter\n\
         # UNIT busy_seconds seconds\n\
         # HELP busy_seconds Time spent.\n\
         busy_seconds_total 3.0\n",
    );
}

#[test]
fn gauges_keep_integers_and_floats_apart_in_openmetrics() {
    check(
        |sink| {
            let gauge = desc("g", "", Kind::Gauge);
            let numbers = [
                Number::I64(-1),
                Number::I64(i64::MIN),
                Number::I64(1_000_000),
                Number::F64(-1.0),
                Number::F64(1e6),
                Number::F64(f64::NAN),
                Number::F64(f64::NEG_INFINITY),
            ];
            let names: Vec<String> = (0..numbers.len()).map(|i| i.to_string()).collect();
            sink.family(&gauge);
            sink.schema(&schema(&[], &["n"], Kind::Gauge));
            for (name, number) in names.iter().zip(numbers) {
                sink.series(&values(&[name]), &Point::Gauge(number), None);
            }
        },
        "# TYPE g gauge\n\
         g{n=\"0\"} -1\n\
         g{n=\"1\"} -9223372036854775808\n\
         g{n=\"2\"} 1000000\n\
         g{n=\"3\"} -1\n\
         g{n=\"4\"} 1e+06\n\
         g{n=\"5\"} NaN\n\
         g{n=\"6\"} -Inf\n",
        "# TYPE g gauge\n\
         g{n=\"0\"} -1\n\
         g{n=\"1\"} -9223372036854775808\n\
         g{n=\"2\"} 1000000\n\
         g{n=\"3\"} -1.0\n\
         g{n=\"4\"} 1e+06\n\
         g{n=\"5\"} NaN\n\
         g{n=\"6\"} -Inf\n",
    );
}

#[test]
fn histograms_are_cumulative_and_le_comes_last() {
    check(
        |sink| {
            let size = desc("size", "Sizes.", Kind::Histogram).unit(Unit::BYTES);
            let bounds = [0.0, 0.5, 1e6];
            let one = HistogramPoint::new(&bounds, &[1, 0, 2, 3], 4_500_000.0);
            let other = HistogramPoint::new(&[10.0], &[u64::MAX, 3], 0.25);
            let series = [(&["a"][..], Point::Histogram(one)), (&["b"], Point::Histogram(other))];
            family(sink, &size, &["kind"], &series);
            let bare = HistogramPoint::new(&[], &[7], 0.0);
            family(sink, &desc("bare", "", Kind::Histogram), &[], &[(&[], Point::Histogram(bare))]);
        },
        "# HELP size_bytes Sizes.\n\
         # TYPE size_bytes histogram\n\
         size_bytes_bucket{kind=\"a\",le=\"0\"} 1\n\
         size_bytes_bucket{kind=\"a\",le=\"0.5\"} 1\n\
         size_bytes_bucket{kind=\"a\",le=\"1e+06\"} 3\n\
         size_bytes_bucket{kind=\"a\",le=\"+Inf\"} 6\n\
         size_bytes_sum{kind=\"a\"} 4.5e+06\n\
         size_bytes_count{kind=\"a\"} 6\n\
         size_bytes_bucket{kind=\"b\",le=\"10\"} 18446744073709551615\n\
         size_bytes_bucket{kind=\"b\",le=\"+Inf\"} 2\n\
         size_bytes_sum{kind=\"b\"} 0.25\n\
         size_bytes_count{kind=\"b\"} 2\n\
         # TYPE bare histogram\n\
         bare_bucket{le=\"+Inf\"} 7\n\
         bare_sum 0\n\
         bare_count 7\n",
        "# TYPE size_bytes histogram\n\
         # UNIT size_bytes bytes\n\
         # HELP size_bytes Sizes.\n\
         size_bytes_bucket{kind=\"a\",le=\"0.0\"} 1\n\
         size_bytes_bucket{kind=\"a\",le=\"0.5\"} 1\n\
         size_bytes_bucket{kind=\"a\",le=\"1e+06\"} 3\n\
         size_bytes_bucket{kind=\"a\",le=\"+Inf\"} 6\n\
         size_bytes_sum{kind=\"a\"} 4.5e+06\n\
         size_bytes_count{kind=\"a\"} 6\n\
         size_bytes_bucket{kind=\"b\",le=\"10.0\"} 18446744073709551615\n\
         size_bytes_bucket{kind=\"b\",le=\"+Inf\"} 2\n\
         size_bytes_sum{kind=\"b\"} 0.25\n\
         size_bytes_count{kind=\"b\"} 2\n\
         # TYPE bare histogram\n\
         bare_bucket{le=\"+Inf\"} 7\n\
         bare_sum 0.0\n\
         bare_count 7\n",
    );
}

#[test]
fn infos_and_state_sets_are_gauges_in_the_text_format() {
    check(
        |sink| {
            let build = desc("build", "The build.", Kind::Info);
            let series = [(&["1.2.3", "a\"b"][..], Point::Info)];
            family(sink, &build, &["version", "revision"], &series);
            family(sink, &desc("bare", "", Kind::Info), &[], &[(&[], Point::Info)]);
            let door = |i| Point::StateSet(StateSetPoint::new(&["open", "shut", "a\"b"], i));
            let other = Point::StateSet(StateSetPoint::new(&["one"], 0));
            let series = [(&["attic"][..], door(0)), (&["cellar"], door(2)), (&["den"], other)];
            family(sink, &desc("door", "The doors.", Kind::StateSet), &["room"], &series);
            family(sink, &desc("gate", "", Kind::StateSet), &[], &[(&[], door(1))]);
        },
        "# HELP build_info The build.\n\
         # TYPE build_info gauge\n\
         build_info{version=\"1.2.3\",revision=\"a\\\"b\"} 1\n\
         # TYPE bare_info gauge\n\
         bare_info 1\n\
         # HELP door The doors.\n\
         # TYPE door gauge\n\
         door{room=\"attic\",door=\"open\"} 1\n\
         door{room=\"attic\",door=\"shut\"} 0\n\
         door{room=\"attic\",door=\"a\\\"b\"} 0\n\
         door{room=\"cellar\",door=\"open\"} 0\n\
         door{room=\"cellar\",door=\"shut\"} 0\n\
         door{room=\"cellar\",door=\"a\\\"b\"} 1\n\
         door{room=\"den\",door=\"one\"} 1\n\
         # TYPE gate gauge\n\
         gate{gate=\"open\"} 0\n\
         gate{gate=\"shut\"} 1\n\
         gate{gate=\"a\\\"b\"} 0\n",
        "# TYPE build info\n\
         # HELP build The build.\n\
         build_info{version=\"1.2.3\",revision=\"a\\\"b\"} 1\n\
         # TYPE bare info\n\
         bare_info 1\n\
         # TYPE door stateset\n\
         # HELP door The doors.\n\
         door{room=\"attic\",door=\"open\"} 1\n\
         door{room=\"attic\",door=\"shut\"} 0\n\
         door{room=\"attic\",door=\"a\\\"b\"} 0\n\
         door{room=\"cellar\",door=\"open\"} 0\n\
         door{room=\"cellar\",door=\"shut\"} 0\n\
         door{room=\"cellar\",door=\"a\\\"b\"} 1\n\
         door{room=\"den\",door=\"one\"} 1\n\
         # TYPE gate stateset\n\
         gate{gate=\"open\"} 0\n\
         gate{gate=\"shut\"} 1\n\
         gate{gate=\"a\\\"b\"} 0\n",
    );
}

#[test]
fn infos_and_state_sets_are_quoted_or_escaped_with_their_labels() {
    use Escaping::{AllowUtf8, Dots, Underscores, Values};
    let feed = |sink: &mut dyn Sink| {
        let desc = |name: &str, kind| Desc::new_in(Names::Utf8, name, "H.", kind).unwrap();
        family(sink, &desc("a.b", Kind::Info), &["c.d"], &[(&["x"], Point::Info)]);
        family(sink, &desc("e.f", Kind::Info), &[], &[(&[], Point::Info)]);
        let lamp = Point::StateSet(StateSetPoint::new(&["on", "o\"f"], 0));
        family(sink, &desc("g.\"", Kind::StateSet), &["c.d"], &[(&["x"], lamp)]);
        family(sink, &desc("h.i", Kind::StateSet), &[], &[(&[], lamp)]);
        // A colon needs no quotes in the name of a metric, but in that of its label.
        family(sink, &desc("j:k", Kind::StateSet), &[], &[(&[], lamp)]);
    };
    for (escaping, openmetrics) in [
        (
            AllowUtf8,
            "# TYPE \"a.b\" info\n\
             # HELP \"a.b\" H.\n\
             {\"a.b_info\",\"c.d\"=\"x\"} 1\n\
             # TYPE \"e.f\" info\n\
             # HELP \"e.f\" H.\n\
             {\"e.f_info\"} 1\n\
             # TYPE \"g.\\\"\" stateset\n\
             # HELP \"g.\\\"\" H.\n\
             {\"g.\\\"\",\"c.d\"=\"x\",\"g.\\\"\"=\"on\"} 1\n\
             {\"g.\\\"\",\"c.d\"=\"x\",\"g.\\\"\"=\"o\\\"f\"} 0\n\
             # TYPE \"h.i\" stateset\n\
             # HELP \"h.i\" H.\n\
             {\"h.i\",\"h.i\"=\"on\"} 1\n\
             {\"h.i\",\"h.i\"=\"o\\\"f\"} 0\n\
             # TYPE \"j:k\" stateset\n\
             # HELP \"j:k\" H.\n\
             {\"j:k\",\"j:k\"=\"on\"} 1\n\
             {\"j:k\",\"j:k\"=\"o\\\"f\"} 0\n",
        ),
        (
            Underscores,
            "# TYPE a_b info\n\
             # HELP a_b H.\n\
             a_b_info{c_d=\"x\"} 1\n\
             # TYPE e_f info\n\
             # HELP e_f H.\n\
             e_f_info 1\n\
             # TYPE g__ stateset\n\
             # HELP g__ H.\n\
             g__{c_d=\"x\",g__=\"on\"} 1\n\
             g__{c_d=\"x\",g__=\"o\\\"f\"} 0\n\
             # TYPE h_i stateset\n\
             # HELP h_i H.\n\
             h_i{h_i=\"on\"} 1\n\
             h_i{h_i=\"o\\\"f\"} 0\n\
             # TYPE j_k stateset\n\
             # HELP j_k H.\n\
             j_k{j_k=\"on\"} 1\n\
             j_k{j_k=\"o\\\"f\"} 0\n",
        ),
    ] {
        let content_type = ContentType::new(Format::OpenMetrics, escaping);
        assert_eq!(encoded(content_type, feed), format!("{openmetrics}# EOF\n"));
    }
    for (escaping, info, label) in [
        (AllowUtf8, "\"a.b_info\"", "{\"j:k\",\"j:k\"="),
        (Underscores, "a_b_info", "\nj_k{j_k="),
        (Dots, "a_dot_b__info", "\nj__k{j__k="),
        (Values, "U__a_2e_b__info", "\nU__j_3a_k{U__j_3a_k="),
    ] {
        let text = encoded(ContentType::new(Format::Text, escaping), feed);
        let head = format!("# HELP {info} H.\n# TYPE {info} gauge\n");
        assert!(text.starts_with(&head) && text.contains(label), "{text}");
        // Samples have the same names in both formats.
        let samples = |text: &str| -> Vec<String> {
            text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
        };
        let openmetrics = encoded(ContentType::new(Format::OpenMetrics, escaping), feed);
        assert_eq!(samples(&openmetrics), samples(&text));
    }
}

#[test]
fn what_is_unknown_or_a_gauge_histogram_has_other_words_in_the_text_format() {
    check(
        |sink| {
            let points = [Point::Unknown(Number::U64(7)), Point::Unknown(Number::F64(-1.0))];
            let series = [(&["a"][..], points[0]), (&["b"], points[1])];
            family(sink, &desc("what", "Who knows.", Kind::Unknown), &["x"], &series);
            let ages = desc("age", "Ages.", Kind::GaugeHistogram).unit(Unit::SECONDS);
            let one = HistogramPoint::new(&[1.0], &[4, 2], 9.5);
            let series = [(&["a"][..], Point::GaugeHistogram(one))];
            family(sink, &ages, &["x"], &series);
            // Its text is not taken for that of the one before.
            let series = [(&["a"][..], Point::Histogram(one))];
            family(sink, &desc("age", "", Kind::Histogram), &["x"], &series);
        },
        "# HELP what Who knows.\n\
         # TYPE what untyped\n\
         what{x=\"a\"} 7\n\
         what{x=\"b\"} -1\n\
         # HELP age_seconds Ages.\n\
         # TYPE age_seconds histogram\n\
         age_seconds_bucket{x=\"a\",le=\"1\"} 4\n\
         age_seconds_bucket{x=\"a\",le=\"+Inf\"} 6\n\
         age_seconds_sum{x=\"a\"} 9.5\n\
         age_seconds_count{x=\"a\"} 6\n\
         # TYPE age histogram\n\
         age_bucket{x=\"a\",le=\"1\"} 4\n\
         age_bucket{x=\"a\",le=\"+Inf\"} 6\n\
         age_sum{x=\"a\"} 9.5\n\
         age_count{x=\"a\"} 6\n",
        "# TYPE what unknown\n\
         # HELP what Who knows.\n\
         what{x=\"a\"} 7\n\
         what{x=\"b\"} -1.0\n\
         # TYPE age_seconds gaugehistogram\n\
         # UNIT age_seconds seconds\n\
         # HELP age_seconds Ages.\n\
         age_seconds_bucket{x=\"a\",le=\"1.0\"} 4\n\
         age_seconds_bucket{x=\"a\",le=\"+Inf\"} 6\n\
         age_seconds_gsum{x=\"a\"} 9.5\n\
         age_seconds_gcount{x=\"a\"} 6\n\
         # TYPE age histogram\n\
         age_bucket{x=\"a\",le=\"1.0\"} 4\n\
         age_bucket{x=\"a\",le=\"+Inf\"} 6\n\
         age_sum{x=\"a\"} 9.5\n\
         age_count{x=\"a\"} 6\n",
    );
}

#[test]
fn openmetrics_leaves_out_sums_that_it_forbids() {
    for (lowest, sum, shown, shown_of_gauge) in [
        (0.0, 1.5, true, true),
        (-0.0, 0.0, true, true),
        (1.0, f64::INFINITY, true, true),
        (-1.0, 1.5, false, true),
        (-1.0, -1.5, false, true),
        (-1.0, f64::NAN, false, false),
        (1.0, -1.5, false, false),
        (1.0, f64::NAN, false, false),
    ] {
        let text = encoded(Format::OpenMetrics, |sink: &mut dyn Sink| {
            let bounds = [lowest, 2.0];
            let point = HistogramPoint::new(&bounds, &[1, 2, 3], sum);
            let series = [(&[][..], Point::GaugeHistogram(point))];
            family(sink, &desc("h", "", Kind::GaugeHistogram), &[], &series);
        });
        let has = (text.contains("h_gsum"), text.contains("h_gcount"));
        assert_eq!(has, (shown_of_gauge, shown_of_gauge), "{text}");
        let feed = |sink: &mut dyn Sink| {
            let bounds = [lowest, 2.0];
            let point = HistogramPoint::new(&bounds, &[1, 2, 3], sum);
            let series = [(&[][..], Point::Histogram(point))];
            family(sink, &desc("h", "", Kind::Histogram), &[], &series);
        };
        let text = encoded(Format::Text, feed);
        assert!(text.contains("h_sum") && text.ends_with("h_count 6\n"), "{text}");
        let text = encoded(Format::OpenMetrics, feed);
        assert_eq!((text.contains("h_sum"), text.contains("h_count")), (shown, shown), "{text}");
        assert!(text.contains("h_bucket{le=\"+Inf\"} 6\n"), "{text}");
    }
}

#[test]
fn whatever_ends_a_text_is_escaped_in_it() {
    check(
        |sink| {
            let odd = desc("odd", "A \"backslash\" \\ and\na line.", Kind::Gauge);
            let point = Point::Gauge(Number::U64(1));
            sink.family(&odd);
            sink.schema(&schema(&[("zone", "a\"b")], &["path"], Kind::Gauge));
            sink.series(&values(&["C:\\x\n\"y\""]), &point, None);
            sink.series(&values(&["plain"]), &point, None);
        },
        "# HELP odd A \"backslash\" \\\\ and\\na line.\n\
         # TYPE odd gauge\n\
         odd{zone=\"a\\\"b\",path=\"C:\\\\x\\n\\\"y\\\"\"} 1\n\
         odd{zone=\"a\\\"b\",path=\"plain\"} 1\n",
        "# TYPE odd gauge\n\
         # HELP odd A \\\"backslash\\\" \\\\ and\\na line.\n\
         odd{zone=\"a\\\"b\",path=\"C:\\\\x\\n\\\"y\\\"\"} 1\n\
         odd{zone=\"a\\\"b\",path=\"plain\"} 1\n",
    );
}

#[test]
fn a_family_without_series_shows_what_there_could_be() {
    check(
        |sink| {
            sink.family(&desc("jobs", "Jobs done.", Kind::Counter));
            sink.family(&desc("size", "", Kind::Histogram));
            sink.schema(&schema(&[], &["kind"], Kind::Histogram));
        },
        "# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\n# TYPE size histogram\n",
        "# TYPE jobs counter\n# HELP jobs Jobs done.\n# TYPE size histogram\n",
    );
}

#[test]
fn text_is_appended_and_a_lost_encoder_leaves_no_rubbish() {
    let mut bytes = b"before\n".to_vec();
    let mut encoder = Encoder::new(Format::OpenMetrics, &mut bytes);
    encoder.family(&desc("g", "", Kind::Gauge));
    drop(encoder);
    assert_eq!(bytes, b"before\n# TYPE g gauge\n");
}

#[test]
fn names_outside_the_classic_set_are_quoted_or_escaped() {
    use Escaping::{AllowUtf8, Dots, Underscores, Values};
    let feed = |sink: &mut dyn Sink| {
        let counter = |name: &str| Desc::new_in(Names::Utf8, name, "H.", Kind::Counter).unwrap();
        let time = counter("a.b").unit(Unit::SECONDS);
        family(sink, &time, &[], &[(&[], Point::Counter(Number::U64(1)))]);
        let odd = counter("\"\n\\");
        family(sink, &odd, &["ok", "c:d"], &[(&["x", "y"], Point::Counter(Number::U64(2)))]);
        let size = Desc::new_in(Names::Utf8, "s.z", "", Kind::Histogram).unwrap();
        let point = Point::Histogram(HistogramPoint::new(&[0.5], &[3, 4], 5.0));
        family(sink, &size, &["e f"], &[(&["x"], point)]);
        family(
            sink,
            &desc("classic", "", Kind::Gauge),
            &["e f"],
            &[(&["x"], Point::Gauge(Number::U64(6)))],
        );
        family(
            sink,
            &Desc::new_in(Names::Utf8, "b.h", "", Kind::Histogram).unwrap(),
            &[],
            &[(&[], point)],
        );
    };
    for (escaping, text) in [
        (
            AllowUtf8,
            "# HELP \"a.b_seconds_total\" H.\n\
             # TYPE \"a.b_seconds_total\" counter\n\
             {\"a.b_seconds_total\"} 1\n\
             # HELP \"\\\"\\n\\\\_total\" H.\n\
             # TYPE \"\\\"\\n\\\\_total\" counter\n\
             {\"\\\"\\n\\\\_total\",ok=\"x\",\"c:d\"=\"y\"} 2\n\
             # TYPE \"s.z\" histogram\n\
             {\"s.z_bucket\",\"e f\"=\"x\",le=\"0.5\"} 3\n\
             {\"s.z_bucket\",\"e f\"=\"x\",le=\"+Inf\"} 7\n\
             {\"s.z_sum\",\"e f\"=\"x\"} 5\n\
             {\"s.z_count\",\"e f\"=\"x\"} 7\n\
             # TYPE classic gauge\n\
             classic{\"e f\"=\"x\"} 6\n\
             # TYPE \"b.h\" histogram\n\
             {\"b.h_bucket\",le=\"0.5\"} 3\n\
             {\"b.h_bucket\",le=\"+Inf\"} 7\n\
             {\"b.h_sum\"} 5\n\
             {\"b.h_count\"} 7\n",
        ),
        (
            Underscores,
            "# HELP a_b_seconds_total H.\n\
             # TYPE a_b_seconds_total counter\n\
             a_b_seconds_total 1\n\
             # HELP ____total H.\n\
             # TYPE ____total counter\n\
             ____total{ok=\"x\",c_d=\"y\"} 2\n\
             # TYPE s_z histogram\n\
             s_z_bucket{e_f=\"x\",le=\"0.5\"} 3\n\
             s_z_bucket{e_f=\"x\",le=\"+Inf\"} 7\n\
             s_z_sum{e_f=\"x\"} 5\n\
             s_z_count{e_f=\"x\"} 7\n\
             # TYPE classic gauge\n\
             classic{e_f=\"x\"} 6\n\
             # TYPE b_h histogram\n\
             b_h_bucket{le=\"0.5\"} 3\n\
             b_h_bucket{le=\"+Inf\"} 7\n\
             b_h_sum 5\n\
             b_h_count 7\n",
        ),
    ] {
        assert_eq!(encoded(ContentType::new(Format::Text, escaping), feed), text);
    }
    // In OpenMetrics a unit ends the name, or does not stand there. Samples have the names of text.
    for (escaping, head) in [
        (
            AllowUtf8,
            "# TYPE \"a.b_seconds\" counter\n\
             # UNIT \"a.b_seconds\" seconds\n\
             # HELP \"a.b_seconds\" H.\n\
             {\"a.b_seconds_total\"} 1\n",
        ),
        (
            Underscores,
            "# TYPE a_b_seconds counter\n\
             # UNIT a_b_seconds seconds\n\
             # HELP a_b_seconds H.\n\
             a_b_seconds_total 1\n",
        ),
        (
            Dots,
            "# TYPE a_dot_b__seconds_ counter\n\
             # HELP a_dot_b__seconds_ H.\n\
             a_dot_b__seconds__total 1\n",
        ),
        (
            Values,
            "# TYPE U__a_2e_b__seconds_ counter\n\
             # HELP U__a_2e_b__seconds_ H.\n\
             U__a_2e_b__seconds__total 1\n",
        ),
    ] {
        let openmetrics = encoded(ContentType::new(Format::OpenMetrics, escaping), feed);
        assert_eq!(&openmetrics[..head.len()], head);
        let text = encoded(ContentType::new(Format::Text, escaping), feed);
        let names = |exposition: &str| -> Vec<String> {
            let lines = exposition.lines().filter(|line| !line.starts_with('#'));
            lines.map(|line| line.replace("1.0", "1").replace("5.0", "5")).collect()
        };
        assert_eq!(names(&openmetrics), names(&text));
    }
}
