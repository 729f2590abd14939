//! Printers that share nothing with the parsers, and what should come back.

use prom_client_testkit::{Exposition, Kind, Labels};

use crate::generate::{BOUNDS, Exemplar, Family, Metric};

/// A sample that should come back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expected {
    family: String,
    labels: Labels,
    /// The bits, so that NaN is like NaN.
    value: u64,
    millis: Option<i64>,
    exemplar: Option<(Labels, u64, Option<i64>)>,
}

/// A line of a metric: the suffix of its name, its bound, and its value.
pub(crate) struct Line {
    pub(crate) suffix: &'static str,
    pub(crate) bound: Option<(&'static str, Bound)>,
    pub(crate) value: f64,
    /// Whether it may have the exemplar.
    pub(crate) exemplar: bool,
}

/// A bound: as it is written, as a number, and as it is kept.
pub(crate) type Bound = (&'static str, f64, &'static str);

const INFINITE: Bound = ("+Inf", f64::INFINITY, "+Inf");

/// How a format names things.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Style {
    Text,
    OpenMetrics,
    Protobuf,
}

/// The lines of a metric, in the order in which they are printed.
pub(crate) fn lines(style: Style, kind: Kind, metric: &Metric) -> Vec<Line> {
    let line = |suffix, value| Line { suffix, bound: None, value, exemplar: false };
    let openmetrics = style == Style::OpenMetrics;
    let mut lines = Vec::new();
    let total: u32 = metric.buckets.iter().fold(7, |sum, (_, count)| sum.saturating_add(*count));
    // What adds up is a number that does not shrink.
    let sum = if metric.value.is_finite() { metric.value.abs() } else { 1.5 };
    match kind {
        Kind::Counter => lines.push(Line {
            exemplar: style != Style::Text,
            ..line(if openmetrics { "_total" } else { "" }, sum)
        }),
        Kind::Histogram | Kind::GaugeHistogram => {
            let mut below = 0_u32;
            for (at, count) in &metric.buckets {
                below = below.saturating_add(*count);
                let bound = Some(("le", BOUNDS[*at]));
                lines.push(Line { bound, exemplar: true, ..line("_bucket", below.into()) });
            }
            let bound = Some(("le", INFINITE));
            lines.push(Line {
                bound,
                exemplar: style != Style::Protobuf,
                ..line("_bucket", total.into())
            });
            let gauge = openmetrics && kind == Kind::GaugeHistogram;
            let (count_suffix, sum_suffix) =
                if gauge { ("_gcount", "_gsum") } else { ("_count", "_sum") };
            let rest = [line(count_suffix, total.into()), line(sum_suffix, sum)];
            // A server puts those of protobuf first.
            let at = if style == Style::Protobuf { 0 } else { lines.len() };
            lines.splice(at..at, rest);
            if style == Style::Text {
                lines.iter_mut().for_each(|line| line.exemplar = false);
            }
        }
        Kind::Summary => {
            let quantiles = metric.buckets.iter().map(|(at, count)| Line {
                bound: Some(("quantile", BOUNDS[*at])),
                ..line("", (*count).into())
            });
            lines.extend([line("_count", total.into()), line("_sum", sum)]);
            lines.extend(quantiles);
        }
        Kind::Info if openmetrics => lines.push(line("_info", 1.0)),
        Kind::StateSet => lines.push(line("", 1.0)),
        _ => lines.push(line("", metric.value)),
    }
    lines
}

/// The name of a family as a format has it.
pub(crate) fn family_name(style: Style, family: &Family) -> String {
    let total = family.kind == Kind::Counter && style != Style::OpenMetrics;
    if total { format!("{}_total", family.name) } else { family.name.clone() }
}

/// The labels of a metric. A state is in a label named like the family.
pub(crate) fn labels(family: &Family, metric: &Metric) -> Vec<(String, String)> {
    let state = (family.kind == Kind::StateSet).then(|| (family.name.clone(), "on".to_owned()));
    metric.labels.iter().cloned().chain(state).collect()
}

/// Prints in the text format, with `# EOF` and exemplars if it is to be OpenMetrics.
pub(crate) fn text(style: Style, families: &[Family]) -> String {
    let mut out = String::new();
    let openmetrics = style == Style::OpenMetrics;
    for family in families {
        let name = family_name(style, family);
        let kind = match family.kind {
            Kind::Unknown if !openmetrics => "untyped",
            kind => kind.as_str(),
        };
        out += &format!("# TYPE {} {kind}\n", plain_or_quoted(&name, true));
        if let Some(help) = &family.help {
            let help = if openmetrics { escape(help) } else { escape(help).replace("\\\"", "\"") };
            out += &format!("# HELP {} {help}\n", plain_or_quoted(&name, true));
        }
        for metric in &family.metrics {
            for line in lines(style, family.kind, metric) {
                let labels = labels(family, metric);
                let bound = line.bound.map(|(label, bound)| (label.to_owned(), bound.0.to_owned()));
                series(
                    &mut out,
                    &format!("{name}{}", line.suffix),
                    labels.into_iter().chain(bound),
                );
                out += &format!(" {}", number(line.value));
                if let Some(millis) = metric.millis {
                    out += &match style {
                        Style::OpenMetrics => format!(" {}", seconds(millis)),
                        _ => format!(" {millis}"),
                    };
                }
                if let Some(exemplar) = metric.exemplar.as_ref().filter(|_| line.exemplar) {
                    let (name, value) = &exemplar.label;
                    let name = plain_or_quoted(name, false);
                    out +=
                        &format!(" # {{{name}=\"{}\"}} {}", escape(value), number(exemplar.value));
                    if let Some(millis) = exemplar.millis {
                        out += &format!(" {}", seconds(millis));
                    }
                }
                out.push('\n');
            }
        }
    }
    if openmetrics {
        out += "# EOF\n";
    }
    out
}

fn series(out: &mut String, name: &str, labels: impl Iterator<Item = (String, String)>) {
    let plain = is_plain(name, true);
    let mut pairs: Vec<String> = labels
        .map(|(name, value)| format!("{}=\"{}\"", plain_or_quoted(&name, false), escape(&value)))
        .collect();
    if plain {
        *out += name;
    } else {
        pairs.insert(0, plain_or_quoted(name, true));
    }
    if !pairs.is_empty() {
        *out += &format!("{{{}}}", pairs.join(","));
    }
}

fn is_plain(name: &str, colon: bool) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_' || colon && c == ':';
    name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_ascii_digit())
}

fn plain_or_quoted(name: &str, colon: bool) -> String {
    if is_plain(name, colon) { name.to_owned() } else { format!("\"{}\"", escape(name)) }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn number(value: f64) -> String {
    match value {
        value if value == f64::INFINITY => "+Inf".to_owned(),
        value if value == f64::NEG_INFINITY => "-Inf".to_owned(),
        value => format!("{value:?}"),
    }
}

fn seconds(millis: i64) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}

/// The time that is kept of one that is printed. Prometheus reads seconds as a float and cuts what is finer
/// than a millisecond, and so one millisecond may be lost.
fn kept(style: Style, millis: i64) -> i64 {
    match style {
        Style::OpenMetrics => (seconds(millis).parse::<f64>().expect("a number") * 1000.0) as i64,
        _ => millis,
    }
}

/// What should come back from a print in this style.
pub(crate) fn expected(style: Style, families: &[Family]) -> Vec<Expected> {
    let mut all = Vec::new();
    for family in families {
        let name = family_name(style, family);
        for metric in &family.metrics {
            for line in lines(style, family.kind, metric) {
                // Text does not say what is a bound of a gauge histogram; protobuf does.
                let respelled = style == Style::Protobuf || family.kind != Kind::GaugeHistogram;
                let bound = line.bound.map(|(label, (written, _, kept))| {
                    (label.to_owned(), if respelled { kept } else { written }.to_owned())
                });
                let series = (Labels::NAME.to_owned(), format!("{name}{}", line.suffix));
                let labels = labels(family, metric).into_iter().chain(bound).chain([series]);
                all.push(Expected {
                    family: name.clone(),
                    labels: labels.collect(),
                    value: line.value.to_bits(),
                    millis: metric.millis.map(|millis| kept(style, millis)),
                    exemplar: metric.exemplar.as_ref().filter(|_| line.exemplar).map(
                        |Exemplar { label, value, millis }| {
                            let millis = millis.map(|millis| kept(style, millis));
                            ([label.clone()].into(), value.to_bits(), millis)
                        },
                    ),
                });
            }
        }
    }
    all
}

/// What came back, in the same form.
pub(crate) fn found(exposition: &Exposition) -> Vec<Expected> {
    let families = exposition.families().iter();
    let samples = families.flat_map(|family| family.samples.iter().map(move |s| (family, s)));
    samples
        .map(|(family, sample)| Expected {
            family: family.name.clone(),
            labels: sample.labels.clone(),
            value: sample.value.as_float().expect("a float").to_bits(),
            millis: sample.timestamp.map(|timestamp| timestamp.as_millis()),
            exemplar: sample.exemplars.first().map(|exemplar| {
                let millis = exemplar.timestamp.map(|timestamp| timestamp.as_millis());
                (exemplar.labels.clone(), exemplar.value.to_bits(), millis)
            }),
        })
        .collect()
}
