//! What an exposition of a snapshot must say, line by line.

use std::collections::BTreeMap;

use std::time::Duration;

use prom_client::{Exemplar, FamilySnapshot, Number, Series, Value};

/// One line of an exposition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: Number,
    pub(crate) exemplar: Option<Exemplar>,
}

/// The lines of a family. `shows_sum` says of which histograms, by bounds and sum, the format shows
/// sum and count; `with_created`, whether start times are among them.
pub(crate) fn of_family(
    family: &FamilySnapshot,
    shows_sum: fn(&[f64], f64) -> bool,
    with_created: bool,
) -> Vec<Sample> {
    let name = family.desc().name();
    let of_series = |series| {
        let mut lines = of_series(name, series, shows_sum);
        lines.extend(created(name, series).filter(|_| with_created));
        lines
    };
    family.all_series().iter().flat_map(of_series).collect()
}

/// The lines of a series of the family of this name. Those of a gauge histogram are named like those of a histogram.
pub(crate) fn of_series(
    name: &str,
    series: &Series,
    shows_sum: fn(&[f64], f64) -> bool,
) -> Vec<Sample> {
    let labels: BTreeMap<String, String> =
        series.labels().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let sample = |suffix: &str, value: Number| Sample {
        name: format!("{name}{suffix}"),
        labels: labels.clone(),
        value,
        exemplar: None,
    };
    match series.value() {
        Value::Counter(total) => {
            vec![Sample { exemplar: series.exemplar().cloned(), ..sample("_total", *total) }]
        }
        Value::Gauge(value) | Value::Unknown(value) => vec![sample("", *value)],
        Value::Info => vec![sample("_info", Number::U64(1))],
        Value::StateSet(states) => states
            .names()
            .map(|state| {
                let mut line = sample("", Number::U64(u64::from(state == states.current())));
                line.labels.insert(name.to_owned(), state.to_owned());
                line
            })
            .collect(),
        Value::Histogram(histogram) | Value::GaugeHistogram(histogram) => {
            let mut count = 0_u64;
            let bounds = histogram.bounds().iter().chain([&f64::INFINITY]);
            let mut lines: Vec<Sample> = bounds
                .zip(histogram.counts())
                .enumerate()
                .map(|(i, (bound, n))| {
                    count = count.wrapping_add(*n);
                    let mut line = sample("_bucket", Number::U64(count));
                    line.exemplar = series.bucket_exemplar(i).cloned();
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

/// The line that says when a series began, if its kind has one and that is known.
pub(crate) fn created(name: &str, series: &Series) -> Option<Sample> {
    let begins_anew =
        |value| matches!(value, &Value::Counter(_) | Value::Histogram(_) | Value::Summary(_));
    let start = series.start().filter(|_| begins_anew(series.value()))?;
    let labels = series.labels().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let value = Number::F64(seconds(start));
    Some(Sample {
        name: format!("{name}_created"),
        labels: labels.collect(),
        value,
        exemplar: None,
    })
}

/// A time as a reader has it that reads all of its digits at once.
fn seconds(time: Duration) -> f64 {
    let digits = format!("{}.{:09}", time.as_secs(), time.subsec_nanos());
    digits.parse().expect("digits and a point")
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

/// A line as a reader has it that knows no names but classic ones.
pub(crate) fn escaped(sample: Sample) -> Sample {
    let labels = sample.labels.into_iter();
    let labels = labels.map(|(name, value)| (underscores(&name, false), value)).collect();
    Sample { name: underscores(&sample.name, true), labels, ..sample }
}

/// A name as a reader has it that knows no others than classic ones; only names of metrics may have colons.
pub(crate) fn underscores(name: &str, colons: bool) -> String {
    let keeps = |i: usize, c: char| {
        c.is_ascii_alphabetic() || (c.is_ascii_digit() && i > 0) || (c == ':' && colons)
    };
    name.chars().enumerate().map(|(i, c)| if keeps(i, c) { c } else { '_' }).collect()
}
