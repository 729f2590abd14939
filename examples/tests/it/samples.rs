//! What an exposition of a snapshot must say, line by line.

use std::collections::BTreeMap;

use prom_client::{FamilySnapshot, Number, Series, Value};

/// One line of an exposition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: Number,
}

/// The lines of a family. `shows_sum` says of which histograms, by bounds and sum, the format shows
/// sum and count.
pub(crate) fn of_family(
    family: &FamilySnapshot,
    shows_sum: fn(&[f64], f64) -> bool,
) -> Vec<Sample> {
    let name = family.desc().name();
    family.all_series().iter().flat_map(|series| of_series(name, series, shows_sum)).collect()
}

fn of_series(name: &str, series: &Series, shows_sum: fn(&[f64], f64) -> bool) -> Vec<Sample> {
    let labels: BTreeMap<String, String> =
        series.labels().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let sample = |suffix: &str, value: Number| Sample {
        name: format!("{name}{suffix}"),
        labels: labels.clone(),
        value,
    };
    match series.value() {
        Value::Counter(total) => vec![sample("_total", *total)],
        Value::Gauge(value) => vec![sample("", *value)],
        Value::Info => vec![sample("_info", Number::U64(1))],
        Value::StateSet(states) => states
            .names()
            .map(|state| {
                let mut line = sample("", Number::U64(u64::from(state == states.current())));
                line.labels.insert(name.to_owned(), state.to_owned());
                line
            })
            .collect(),
        Value::Histogram(histogram) => {
            let mut count = 0_u64;
            let bounds = histogram.bounds().iter().chain([&f64::INFINITY]);
            let mut lines: Vec<Sample> = bounds
                .zip(histogram.counts())
                .map(|(bound, n)| {
                    count = count.wrapping_add(*n);
                    let mut line = sample("_bucket", Number::U64(count));
                    // The sign of 0 has no meaning.
                    line.labels.insert("le".into(), (bound + 0.0).to_string());
                    line
                })
                .collect();
            if shows_sum(histogram.bounds(), histogram.sum()) {
                lines.push(sample("_sum", Number::F64(histogram.sum())));
                lines.push(sample("_count", Number::U64(count)));
            }
            lines
        }
        Value::Summary(summary) => {
            // As for a histogram without bounds; and no quantile is negative where no sum may be.
            let is_strict = !shows_sum(&[], -1.0);
            let shown = |value: f64| !is_strict || value >= 0.0 || value.is_nan();
            let mut lines: Vec<Sample> = summary
                .quantiles()
                .filter(|(_, value)| shown(*value))
                .map(|(rank, value)| {
                    let mut line = sample("", Number::F64(value));
                    line.labels.insert("quantile".into(), (rank + 0.0).to_string());
                    line
                })
                .collect();
            if shows_sum(&[], summary.sum()) {
                lines.push(sample("_sum", Number::F64(summary.sum())));
            }
            lines.push(sample("_count", Number::U64(summary.count())));
            lines
        }
        other => unreachable!("no format has lines for {other:?}"),
    }
}

/// The labels of a line as [`Sample`] has them: without those that are empty, which are as good as
/// absent, and with the bound of a bucket as Rust writes it, since formats and versions write it in
/// several ways.
pub(crate) fn canonical(
    name: &str,
    mut labels: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    labels.retain(|_, value| !value.is_empty());
    let own = if name.ends_with("_bucket") { "le" } else { "quantile" };
    if let Some(text) = labels.get_mut(own) {
        if let Ok(number) = text.parse::<f64>() {
            *text = number.to_string();
        }
    }
    labels
}
