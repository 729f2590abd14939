//! The rules, one function each.

use super::metric::Metric;
use super::units;
use crate::model::Kind;

/// Hands on what is wrong with a metric.
pub(super) fn check(metric: &Metric<'_>, problem: &mut impl FnMut(String)) {
    help(metric, problem);
    unit(metric, problem);
    total(metric, problem);
    reserved(metric, problem);
    kind_in_name(metric, problem);
    colon(metric, problem);
    camel_case(metric, problem);
    abbreviations(metric, problem);
    duplicates(metric, problem);
}

fn help(metric: &Metric<'_>, problem: &mut impl FnMut(String)) {
    if !metric.has_help {
        problem("no help text".to_owned());
    }
}

fn unit(metric: &Metric<'_>, problem: &mut impl FnMut(String)) {
    if let Some((unit, base)) = units::unit(&metric.name).filter(|(unit, base)| unit != base) {
        problem(format!("use base unit \"{base}\" instead of \"{unit}\""));
    }
}

fn total(metric: &Metric<'_>, problem: &mut impl FnMut(String)) {
    match (metric.kind, metric.name.ends_with("_total")) {
        (Kind::Counter, false) => {
            problem("counter metrics should have \"_total\" suffix".to_owned());
        }
        (Kind::Counter | Kind::Unknown, _) | (_, false) => {}
        (_, true) => problem("non-counter metrics should not have \"_total\" suffix".to_owned()),
    }
}

/// Names and labels that histograms and summaries have for themselves.
fn reserved(metric: &Metric<'_>, problem: &mut impl FnMut(String)) {
    if metric.kind == Kind::Unknown {
        return;
    }
    let histogram = metric.kind == Kind::Histogram;
    let summary = metric.kind == Kind::Summary;
    if !histogram && metric.name.ends_with("_bucket") {
        problem("non-histogram metrics should not have \"_bucket\" suffix".to_owned());
    }
    for suffix in ["_count", "_sum"] {
        if !histogram && !summary && metric.name.ends_with(suffix) {
            problem(format!(
                "non-histogram and non-summary metrics should not have \"{suffix}\" suffix"
            ));
        }
    }
    for labels in &metric.labels {
        if !histogram && labels.get("le").is_some() {
            problem("non-histogram metrics should not have \"le\" label".to_owned());
        }
        if !summary && labels.get("quantile").is_some() {
            problem("non-summary metrics should not have \"quantile\" label".to_owned());
        }
    }
}

fn kind_in_name(metric: &Metric<'_>, problem: &mut impl FnMut(String)) {
    let kind = match metric.kind {
        Kind::Unknown => return,
        Kind::GaugeHistogram => "gauge_histogram",
        kind => kind.as_str(),
    };
    if has_word(&metric.name.to_lowercase(), kind) {
        problem(format!("metric name should not include type '{kind}'"));
    }
}

fn colon(metric: &Metric<'_>, problem: &mut impl FnMut(String)) {
    if metric.name.contains(':') {
        problem("metric names should not contain ':'".to_owned());
    }
}

fn camel_case(metric: &Metric<'_>, problem: &mut impl FnMut(String)) {
    if is_camel_case(&metric.name) {
        problem("metric names should be written in 'snake_case' not 'camelCase'".to_owned());
    }
    let labels = metric.labels.iter().flat_map(|labels| labels.iter());
    for _ in labels.filter(|(name, _)| is_camel_case(name)) {
        problem("label names should be written in 'snake_case' not 'camelCase'".to_owned());
    }
}

fn abbreviations(metric: &Metric<'_>, problem: &mut impl FnMut(String)) {
    for _ in units::abbreviations(&metric.name) {
        problem("metric names should not contain abbreviated units".to_owned());
    }
}

/// Once for each metric that comes again.
fn duplicates(metric: &Metric<'_>, problem: &mut impl FnMut(String)) {
    let mut sorted: Vec<_> = metric.labels.iter().collect();
    sorted.sort_unstable();
    for _ in sorted.windows(2).filter(|pair| pair[0] == pair[1]) {
        problem("metric not unique".to_owned());
    }
}

fn is_camel_case(name: &str) -> bool {
    let pairs = name.as_bytes().windows(2);
    pairs.into_iter().any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

/// Whether a name has a word between underscores or behind the last one. The first word does not count.
pub(super) fn has_word(name: &str, word: &str) -> bool {
    let middle = format!("_{word}_");
    name.contains(&middle) || name.ends_with(middle.trim_end_matches('_'))
}
