//! Expositions that are right, and bytes that are likely to be wrong.

use std::collections::BTreeSet;

use prom_client_testkit::Kind;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A family to be printed.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    /// As OpenMetrics has it: a counter without `_total`.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) help: Option<String>,
    pub(crate) metrics: Vec<Metric>,
}

/// A metric of a family.
#[derive(Clone, Debug)]
pub(crate) struct Metric {
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) value: f64,
    /// How much each bucket has more than the one before, by the index of its bound in [`BOUNDS`].
    pub(crate) buckets: Vec<(usize, u32)>,
    pub(crate) millis: Option<i64>,
    pub(crate) exemplar: Option<Exemplar>,
}

#[derive(Clone, Debug)]
pub(crate) struct Exemplar {
    pub(crate) label: (String, String),
    pub(crate) value: f64,
    pub(crate) millis: Option<i64>,
}

/// Bounds of buckets and quantiles as somebody writes them, as a number, and as Prometheus keeps them.
pub(crate) const BOUNDS: &[(&str, f64, &str)] = &[
    ("0", 0.0, "0.0"),
    ("0.00001", 0.00001, "1e-05"),
    ("5e-3", 0.005, "0.005"),
    ("0.25", 0.25, "0.25"),
    ("0.5", 0.5, "0.5"),
    (".99", 0.99, "0.99"),
    ("1", 1.0, "1.0"),
];

/// Families of these kinds, with names that do not clash.
pub(crate) fn families(kinds: &'static [Kind]) -> impl Strategy<Value = Vec<Family>> {
    vec(family(kinds), 0..5).prop_map(|mut families| {
        for (i, family) in families.iter_mut().enumerate() {
            family.name = format!("f{i}{}", family.name);
        }
        families
    })
}

fn family(kinds: &'static [Kind]) -> impl Strategy<Value = Family> {
    let labels = btree_set(label_name(), 0..4);
    (name(), select(kinds), option::of(text()), labels).prop_flat_map(
        |(name, kind, help, labels)| {
            // An empty text is none. Of blanks before a text readers make different things.
            let help = help.map(|help| help.trim_start_matches([' ', '\t']).to_owned());
            let help = help.filter(|help| !help.is_empty());
            vec(metric(labels), 0..4).prop_map(move |metrics| Family {
                name: name.clone(),
                kind,
                help: help.clone(),
                metrics: numbered(kind, metrics),
            })
        },
    )
}

/// Tells metrics apart. For info all of them are one group, where all have a time or none has.
fn numbered(kind: Kind, mut metrics: Vec<Metric>) -> Vec<Metric> {
    for (i, metric) in metrics.iter_mut().enumerate() {
        metric.millis = metric.millis.filter(|_| kind != Kind::Info);
        metric.labels.push(("n".to_owned(), i.to_string()));
    }
    metrics
}

fn metric(names: BTreeSet<String>) -> impl Strategy<Value = Metric> {
    let values = vec(text(), names.len());
    let labels =
        values.prop_map(move |values| names.iter().cloned().zip(values).collect::<Vec<_>>());
    let buckets = btree_set(0..BOUNDS.len(), 0..4).prop_flat_map(|bounds| {
        let counts = vec(0_u32..1_000_000, bounds.len());
        counts.prop_map(move |counts| bounds.iter().copied().zip(counts).collect())
    });
    let exemplar = (label_name(), "[a-zé\"\\\\]{0,20}", number(), option::of(millis()));
    let exemplar = exemplar.prop_map(|(name, value, number, millis)| Exemplar {
        label: (name, value),
        value: number,
        millis,
    });
    (labels, number(), buckets, option::of(millis()), option::of(exemplar)).prop_map(
        |(labels, value, buckets, millis, exemplar)| Metric {
            labels,
            value,
            buckets,
            millis,
            exemplar,
        },
    )
}

/// What follows the first characters of a name. No underscores, which could make a suffix.
fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z:0-9]{0,8}", "[a-z. é{}#\"\\\\\n=,]{0,8}"]
}

/// Names of labels, none of which means anything.
fn label_name() -> impl Strategy<Value = String> {
    prop_oneof!["l_[a-z0-9]{0,4}", "l[.é{}#\"\\\\\n=, ]{1,4}"]
}

/// Text of all sorts, with bytes of 0.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,8}",
        "[a-z\"\\\\\n{}#, \t=]{0,8}",
        "\\PC{0,8}",
        vec(any::<char>(), 0..4).prop_map(|chars| chars.into_iter().collect()),
    ]
}

/// Values, the odd ones among them. A strict reader refuses none of them for a gauge.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u32>().prop_map(f64::from),
        any::<f64>().prop_filter("NaN is always the same", |number| !number.is_nan()),
        select(&[0.0, -0.0, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, 1e15, 1e16][..]),
        Just(f64::from_bits(0x7ff8_0000_0000_0001)),
    ]
}

/// Times that every format can hold.
fn millis() -> impl Strategy<Value = i64> {
    1..4_102_444_800_000_i64
}

/// A native histogram to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Native {
    pub(crate) schema: i32,
    pub(crate) zero_threshold: f64,
    pub(crate) zero_count: u32,
    pub(crate) sum: f64,
    /// Above zero and below it.
    pub(crate) sides: [Side; 2],
    /// Whether counts are sent as floats.
    pub(crate) float: bool,
    /// Whether repeated numbers are sent in one field.
    pub(crate) packed: bool,
}

/// Spans, and a count for each of their buckets.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    pub(crate) spans: Vec<(i32, u32)>,
    pub(crate) counts: Vec<u32>,
}

/// Native histograms whose parts belong together.
pub(crate) fn native() -> impl Strategy<Value = Native> {
    let number = (-4..=8_i32, 1e-9..1.0_f64, any::<u32>(), -1e9..1e9_f64);
    (number, [side(), side()], any::<[bool; 2]>()).prop_map(|(number, sides, [float, packed])| {
        let (schema, zero_threshold, zero_count, sum) = number;
        Native { schema, zero_threshold, zero_count, sum, sides, float, packed }
    })
}

fn side() -> impl Strategy<Value = Side> {
    let spans = (option::of((-500..500_i32, 0..4_u32)), vec((0..50_i32, 0..4_u32), 0..4));
    spans.prop_flat_map(|(first, rest)| {
        let spans: Vec<_> = first.into_iter().chain(rest).collect();
        let buckets = spans.iter().map(|(_, length)| *length as usize).sum::<usize>();
        let counts = vec(any::<u32>(), buckets);
        counts.prop_map(move |counts| Side { spans: spans.clone(), counts })
    })
}

/// What is likely to find the way into a corner of a parser.
const PIECES: &[&str] = &[
    "a",
    "b_total",
    "h_bucket",
    "_sum",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\"",
    "\\",
    "\\\"",
    "\\n",
    "{",
    "}",
    "{}",
    ",",
    "=",
    "=\"",
    "\"}",
    "#",
    "# ",
    " # {",
    "# TYPE ",
    "# HELP ",
    "# UNIT ",
    "# EOF",
    "# EOF\n",
    "counter",
    "gauge\n",
    "histogram\n",
    "summary\n",
    "stateset\n",
    "info\n",
    "le=\"1\"",
    "le=\"+Inf\"",
    "quantile=\"0.5\"",
    "x=\"1\"",
    "\"a.b\"",
    "__name__",
    "1",
    "-1",
    "1.5",
    "1e400",
    "NaN",
    "+Inf",
    "0x1",
    "1_0",
    "\0",
    "é",
    "\u{feff}",
    "9999999999999999999999",
];

/// Bytes that are no exposition but for luck.
pub(crate) fn junk() -> impl Strategy<Value = Vec<u8>> {
    let pieces = vec(select(PIECES), 0..40).prop_map(|pieces| pieces.concat().into_bytes());
    let broken = (pieces.clone(), any::<proptest::sample::Index>(), any::<u8>());
    let broken = broken.prop_map(|(mut bytes, at, byte)| {
        let at = at.index(bytes.len() + 1);
        bytes.insert(at, byte);
        bytes
    });
    prop_oneof![pieces, broken, vec(any::<u8>(), 0..200)]
}
