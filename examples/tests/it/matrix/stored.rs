//! What a server has of one job, read over its interface.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::expected::is_own;
use super::server::Scraping;
use super::table::Values;
use crate::{Failure, http, samples};

/// Name and labels of a series, without those that the server has put there.
pub(super) type Id = (String, BTreeMap<String, String>);

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Kept {
    Number(f64),
    Native { count: u64, sum: f64, buckets: Vec<Bucket> },
}

/// A bucket of a native histogram that is not empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    pub(super) lower: f64,
    pub(super) upper: f64,
    pub(super) count: u64,
}

/// What came first and last, with the time of the first.
#[derive(Debug)]
pub(super) struct Points {
    pub(super) first: (Duration, Kept),
    pub(super) last: Kept,
}

/// An exemplar, with its numbers as text, so that it has an order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exemplar {
    series: Id,
    labels: BTreeMap<String, String>,
    value: String,
    /// In milliseconds.
    time: u128,
}

/// What is known of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Family {
    pub(super) kind: String,
    pub(super) help: String,
    pub(super) unit: String,
}

impl Exemplar {
    pub(super) fn new(series: &Id, exemplar: &prom_client::Exemplar) -> Self {
        let labels = exemplar.labels().iter();
        Self {
            series: series.clone(),
            labels: labels.map(|(name, value)| (name.into(), value.into())).collect(),
            value: exemplar.value().to_string(),
            time: exemplar.timestamp().as_millis(),
        }
    }
}

impl Kept {
    /// Whether it is the same. Servers work the bounds of native buckets out by themselves.
    pub(super) fn is(&self, other: &Self, values: Values) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs();
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => match values {
                Values::Exact => a == b,
                Values::Rounded => near(*a, *b),
            },
            (
                Self::Native { count, sum, buckets },
                Self::Native { count: other_count, sum: other_sum, buckets: others },
            ) => {
                let same = |(a, b): (&Bucket, &Bucket)| {
                    near(a.lower, b.lower) && near(a.upper, b.upper) && a.count == b.count
                };
                (count, sum, buckets.len()) == (other_count, other_sum, others.len())
                    && buckets.iter().zip(others).all(same)
            }
            _ => false,
        }
    }

    /// Whether nothing was counted.
    pub(super) fn is_zero(&self) -> bool {
        match self {
            Self::Number(number) => *number == 0.0,
            Self::Native { count, .. } => *count == 0,
        }
    }

    fn number(value: &Value) -> Result<Self, Failure> {
        Ok(Self::Number(number(value)?))
    }

    fn native(value: &Value) -> Result<Self, Failure> {
        let mut buckets = Vec::new();
        // A histogram without observations has none.
        for bucket in value["buckets"].as_array().into_iter().flatten() {
            buckets.push(Bucket {
                lower: number(&bucket[1])?,
                upper: number(&bucket[2])?,
                count: text(&bucket[3])?.parse()?,
            });
        }
        let count = text(&value["count"])?.parse()?;
        Ok(Self::Native { count, sum: number(&value["sum"])?, buckets })
    }
}

/// All series of a job.
pub(super) async fn series(server: &Scraping, job: &str) -> Result<BTreeMap<Id, Points>, Failure> {
    let mut all = BTreeMap::new();
    for series in server.query(&format!("{{job=\"{job}\"}}[10m]")).await? {
        let (name, labels) = id(&series["metric"])?;
        if is_own(&name) || name == "up" || name.starts_with("scrape_") {
            continue;
        }
        let mut points = Vec::new();
        for (list, read) in [
            ("values", Kept::number as fn(&Value) -> Result<Kept, Failure>),
            ("histograms", Kept::native),
        ] {
            for point in series[list].as_array().into_iter().flatten() {
                let time = point[0].as_f64().ok_or("a point has a time")?;
                points.push((Duration::from_secs_f64(time), read(&point[1])?));
            }
        }
        points.sort_by_key(|(time, _)| *time);
        let last = points.last().ok_or("a series has points")?.1.clone();
        let first = points.swap_remove(0);
        all.insert((name, labels), Points { first, last });
    }
    Ok(all)
}

/// All exemplars of a job, sorted.
pub(super) async fn exemplars(server: &Scraping, job: &str) -> Result<Vec<Exemplar>, Failure> {
    let selector = http::url_encoded(&format!("{{job=\"{job}\"}}"));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    let path = format!("query_exemplars?query={selector}&start={}&end={}", now - 600, now + 1);
    let mut all = Vec::new();
    for series in server.api(&path).await?.as_array().into_iter().flatten() {
        let id = id(&series["seriesLabels"])?;
        for exemplar in series["exemplars"].as_array().ok_or("a list of exemplars")? {
            let seconds = exemplar["timestamp"].as_f64().ok_or("an exemplar has a time")?;
            all.push(Exemplar {
                series: id.clone(),
                labels: serde_json::from_value(exemplar["labels"].clone())?,
                value: number(&exemplar["value"])?.to_string(),
                time: Duration::from_secs_f64(seconds).as_millis(),
            });
        }
    }
    all.sort();
    Ok(all)
}

/// What a server knows of families that knows no targets: nothing, or else an error.
pub(super) async fn no_families(server: &Scraping) -> Result<BTreeMap<String, Family>, Failure> {
    match server.api("metadata").await? {
        Value::Object(families) if families.is_empty() => Ok(BTreeMap::new()),
        known => Err(format!("it knows {known}").into()),
    }
}

/// What is known of the families of a job, by name.
pub(super) async fn families(
    server: &Scraping,
    job: &str,
) -> Result<BTreeMap<String, Family>, Failure> {
    let selector = http::url_encoded(&format!("{{job=\"{job}\"}}"));
    let mut all = BTreeMap::new();
    let data = server.api(&format!("targets/metadata?match_target={selector}")).await?;
    for family in data.as_array().ok_or_else(|| format!("no list: {data}"))? {
        let name = text(&family["metric"])?;
        if is_own(name) {
            continue;
        }
        let field = |field: &str| text(&family[field]).map(str::to_owned);
        let known = Family { kind: field("type")?, help: field("help")?, unit: field("unit")? };
        all.insert(name.to_owned(), known);
    }
    Ok(all)
}

fn id(metric: &Value) -> Result<Id, Failure> {
    let mut labels: BTreeMap<String, String> = serde_json::from_value(metric.clone())?;
    let name = labels.remove("__name__").ok_or("every series has a name")?;
    labels.remove("instance");
    labels.remove("job");
    Ok(canonical(name, labels))
}

/// With bounds as Rust writes them, also where a bucket is not named like one.
pub(super) fn canonical(name: String, labels: BTreeMap<String, String>) -> Id {
    let of_bucket = labels.contains_key("le");
    let labels = samples::canonical(if of_bucket { "_bucket" } else { &name }, labels);
    (name, labels)
}

fn text(value: &Value) -> Result<&str, Failure> {
    Ok(value.as_str().ok_or_else(|| format!("no text: {value}"))?)
}

fn number(value: &Value) -> Result<f64, Failure> {
    Ok(text(value)?.parse()?)
}
