//! How plans are made up.

use prom_client::Names;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::plan::{FamilyPlan, Numbers, PartPlan, Plan, SeriesPlan, Source};

pub(super) fn plan() -> impl Strategy<Value = Plan> {
    let names = select(vec![Names::Classic, Names::Utf8]);
    (names, vec(family(), 0..12)).prop_map(|(names, families)| Plan { names, families })
}

fn family() -> impl Strategy<Value = FamilyPlan> {
    let source = prop_oneof![
        3 => Just(Source::Metric),
        1 => Just(Source::Collector),
        1 => Just(Source::Callback),
    ];
    let unit = prop_oneof![2 => Just(None), 1 => select(vec![Some("seconds"), Some("a_b")])];
    let number = select(vec![
        Numbers::Counter,
        Numbers::FloatCounter,
        Numbers::Gauge,
        Numbers::FloatGauge,
        Numbers::Histogram,
        Numbers::Histogram,
        Numbers::Summary,
        Numbers::Info,
        Numbers::StateSet,
    ]);
    let head = (source, name(), text(), unit, number, bounds());
    let max_series = prop_oneof![4 => Just(None), 1 => (0..3_usize).prop_map(Some)];
    (head, labels_and_series(), max_series, vec(part(), 1..3)).prop_map(
        |((source, name, help, unit, number, bounds), (labels, series), max_series, parts)| {
            FamilyPlan {
                source,
                name,
                help,
                unit,
                number,
                bounds,
                labels,
                max_series,
                series,
                parts,
            }
        },
    )
}

fn part() -> impl Strategy<Value = PartPlan> {
    let label = option::of((select(vec!["part", "a", "a.b"]), text()));
    (select(vec!["", "", "p", "p", "http.p"]), label)
        .prop_map(|(prefix, label)| PartPlan { prefix, label })
}

fn labels_and_series() -> impl Strategy<Value = (Vec<String>, Vec<SeriesPlan>)> {
    vec(label_name(), 0..3).prop_flat_map(|labels| {
        let integer = prop_oneof![0..100_u64, any::<u64>()];
        let is_removed = prop_oneof![5 => Just(false), 1 => Just(true)];
        let exemplar = option::of(vec((label_name(), exemplar_value()), 0..4));
        let floats = vec(float(), 0..5);
        let series = (vec(label_value(), labels.len()), integer, floats, exemplar, is_removed);
        let series = series.prop_map(|(values, integer, floats, exemplar, is_removed)| {
            SeriesPlan { values, integer, floats, exemplar, is_removed }
        });
        (Just(labels), vec(series, 0..5))
    })
}

/// Names, many of which end as the samples of other families do, or are the same.
fn name() -> impl Strategy<Value = String> {
    let stem = select(vec!["a", "a", "a", "_a", "B"]);
    let end = select(vec![
        "", "", "", "_total", "_sum", "_count", "_created", "_bucket", "_info", "_seconds",
    ]);
    prop_oneof![
        3 => (stem, end).prop_map(|(stem, end)| format!("{stem}{end}")),
        1 => "[a-zA-Z_][a-zA-Z0-9_]{0,9}",
        1 => utf8_name(),
    ]
}

/// Names that a registry refuses unless it is asked for them, many of which are alike once they are
/// escaped.
fn utf8_name() -> impl Strategy<Value = String> {
    let stem = select(vec!["a", "a", "é", "1", ".", "a b"]);
    let joint = select(vec![".", "-", ":", "_", "é"]);
    let end = select(vec!["a", "b", "total", "sum", "name__"]);
    prop_oneof![
        2 => (stem, joint, end).prop_map(|(stem, joint, end)| format!("{stem}{joint}{end}")),
        1 => text(),
    ]
}

fn label_name() -> impl Strategy<Value = String> {
    let word = select(vec!["le", "quantile", "a", "job", "_x", "__x", "A"]);
    prop_oneof![1 => word.prop_map(str::to_owned), 2 => "[a-zA-Z_][a-zA-Z0-9_]{0,5}", 1 => utf8_name()]
}

/// Values that other series have too, and any others.
fn label_value() -> impl Strategy<Value = String> {
    prop_oneof![select(vec!["a", "b", "", "a\"", "\n"]).prop_map(str::to_owned), text()]
}

/// Without quotes: the strict judge refuses them in exemplars, escaped as the standard has it or not. Some are
/// just as long as they may be for a name of one character, or one longer.
fn exemplar_value() -> impl Strategy<Value = String> {
    let value = text().prop_map(|text| text.replace('"', "'"));
    let long = (select(vec!['x', 'é', '😀']), 126..129_usize)
        .prop_map(|(character, len)| String::from_iter(vec![character; len]));
    prop_oneof![5 => value, 1 => long]
}

/// Text with much that formats quote, escape or give a meaning.
fn text() -> impl Strategy<Value = String> {
    let special = select("\\\"\n\r\t\0{},=# né😀\u{85}".chars().collect::<Vec<_>>());
    let character =
        prop_oneof![3 => special, 1 => any::<char>(), 1 => proptest::char::range('a', 'z')];
    let phrase =
        select(vec!["", " ", "\\", "\\n", "\"", "# EOF\n", "a\"} 1\nb{c=\"d", "+Inf", "\u{feff}"]);
    prop_oneof![
        4 => vec(character, 0..12).prop_map(String::from_iter),
        1 => phrase.prop_map(str::to_owned),
    ]
}

fn bounds() -> impl Strategy<Value = Vec<f64>> {
    vec(float(), 1..6).prop_filter_map("a finite bound", |mut bounds| {
        bounds.retain(|bound| bound.is_finite());
        bounds.sort_by(f64::total_cmp);
        bounds.dedup();
        (!bounds.is_empty()).then_some(bounds)
    })
}

fn float() -> impl Strategy<Value = f64> {
    let special = [
        [0.0, -0.0, 1.0, -1.0, 0.1],
        // Where formats change between plain digits and exponents.
        [999_999.0, 1e6, 1e-4, 1e-5, 1e16],
        // Where digits end.
        [9_007_199_254_740_993.0, 123_456_789.0, f64::MAX, f64::MIN, 5e-324],
        [f64::MIN_POSITIVE, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e21],
    ];
    prop_oneof![2 => select(special.concat()), 1 => any::<f64>(), 2 => -10.0..10.0]
}
