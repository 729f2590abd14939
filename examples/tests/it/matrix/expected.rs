//! What a server should have of a reading, by the row of the table.

use std::collections::BTreeMap;
use std::time::Duration;

use prom_client::{
    Desc, FamilySnapshot, Format, Kind, NativePoint, Number, Series, Snapshot, Value,
};

use super::stored::{Bucket, Exemplar, Family, Id, Kept, canonical};
use super::table::{Exemplars, GaugeHistograms, Metadata, Names, Native, Row, Starts};
use crate::samples::{self, Sample};

/// Everything, comparable with what is stored.
#[derive(Debug, Default)]
pub(super) struct Expected {
    /// Each series with its value, and with the time of its start if there is a sample of it.
    pub(super) series: BTreeMap<Id, (Kept, Option<Duration>)>,
    pub(super) exemplars: Vec<Exemplar>,
    pub(super) families: BTreeMap<String, Family>,
}

impl Expected {
    pub(super) fn new(snapshot: &Snapshot, row: &Row) -> Self {
        let mut expected = Self::default();
        // What a registry says about itself counts for the process: other tests are in it.
        let families = snapshot.families().iter();
        for family in families.filter(|family| !is_own(family.desc().name())) {
            expected.describe(family, row);
            for series in family.all_series() {
                expected.add(family.desc(), series, row);
            }
        }
        expected.exemplars.sort();
        expected
    }

    fn describe(&mut self, family: &FamilySnapshot, row: &Row) {
        let desc = family.desc();
        if row.metadata == Metadata::None {
            return;
        }
        let suffix = match (row.format, desc.kind()) {
            (Format::OpenMetrics, _) => "",
            (_, Kind::Counter) => "_total",
            (_, Kind::Info) => "_info",
            _ => "",
        };
        let kind = match (row.format, desc.kind()) {
            (Format::OpenMetrics, kind) => kind,
            (_, Kind::Info | Kind::StateSet) => Kind::Gauge,
            (Format::Text, Kind::GaugeHistogram) => Kind::Histogram,
            (_, kind) => kind,
        };
        let unit = desc.stated_unit().filter(|_| row.metadata == Metadata::WithUnit);
        let stored = Family {
            kind: kind.as_str().into(),
            help: desc.help().into(),
            unit: unit.map(|unit| unit.as_str().into()).unwrap_or_default(),
        };
        let name = renamed(Sample::bare(&format!("{}{suffix}", desc.name())), row).name;
        // It is known as it stands in the exposition.
        self.families.insert(name.replace('"', "\\\""), stored);
        let has_start = |series| samples::created(desc.name(), series).is_some();
        if row.format == Format::Text && family.all_series().iter().any(has_start) {
            let created = Sample::bare(&format!("{}_created", desc.name()));
            let help = "When this began to count, in seconds since the Unix epoch.";
            let stored = Family { kind: "gauge".into(), help: help.into(), unit: String::new() };
            self.families.insert(renamed(created, row).name.replace('"', "\\\""), stored);
        }
    }

    fn add(&mut self, desc: &Desc, series: &Series, row: &Row) {
        let created = samples::created(desc.name(), series);
        let start = series.start().filter(|_| created.is_some() && row.starts == Starts::Zero);
        let mut has_classic = true;
        // A format that has native buckets leaves classic ones out where there are no bounds.
        let classic = Some(buckets(series)).filter(|buckets| *buckets > 1);
        if let Some((native, value)) = native(series).filter(|_| row.native != Native::Classic) {
            let mut bare = Sample::bare(desc.name());
            bare.labels =
                series.labels().map(|(name, value)| (name.into(), value.into())).collect();
            let id = self.insert(bare, value, start, row);
            let of_buckets =
                (0..classic.unwrap_or_default()).filter_map(|i| series.bucket_exemplar(i));
            let exemplars: Vec<_> = match row.exemplars {
                Exemplars::None | Exemplars::Classic => Vec::new(),
                Exemplars::First => of_buckets.take(1).collect(),
                Exemplars::Shared => of_buckets.collect(),
                Exemplars::All => native.exemplars().iter().collect(),
            };
            let exemplars = exemplars.into_iter().map(|exemplar| Exemplar::new(&id, exemplar));
            self.exemplars.extend(exemplars);
            has_classic = row.native == Native::Both && classic.is_some();
        }
        if has_classic {
            for line in samples::of_series(desc.name(), series, shows_sum(row.format)) {
                self.add_line(desc.kind(), line, start, row);
            }
        }
        if row.starts == Starts::Series {
            created.into_iter().for_each(|line| self.add_line(desc.kind(), line, None, row));
        }
    }

    fn add_line(&mut self, kind: Kind, mut line: Sample, start: Option<Duration>, row: &Row) {
        if kind == Kind::GaugeHistogram {
            match in_gauge_histogram(&line.name, row) {
                Some(name) => line.name = name,
                None => return,
            }
        }
        let exemplar = line.exemplar.take().filter(|_| row.exemplars != Exemplars::None);
        let value = Kept::Number(line.value.as_f64());
        let id = self.insert(line, value, start, row);
        self.exemplars.extend(exemplar.map(|exemplar| Exemplar::new(&id, &exemplar)));
    }

    fn insert(&mut self, line: Sample, value: Kept, start: Option<Duration>, row: &Row) -> Id {
        let line = renamed(line, row);
        let id = canonical(line.name, line.labels);
        let before = self.series.insert(id.clone(), (value, start));
        assert!(before.is_none(), "{id:?} stands twice");
        id
    }
}

impl Sample {
    /// A name.
    fn bare(name: &str) -> Self {
        let labels = BTreeMap::new();
        Self { name: name.into(), labels, value: Number::U64(0), exemplar: None }
    }
}

/// Whether a registry says this about itself.
pub(super) fn is_own(name: &str) -> bool {
    name.starts_with("prom_client_")
}

/// What a line of a gauge histogram is named there, if it is there.
fn in_gauge_histogram(name: &str, row: &Row) -> Option<String> {
    let (stem, suffix) = name.rsplit_once('_')?;
    match (row.gauge_histograms, row.format, suffix) {
        (GaugeHistograms::OneName, _, "sum") => None,
        (GaugeHistograms::OneName, ..) => Some(stem.into()),
        (_, Format::OpenMetrics, "sum" | "count") => Some(format!("{stem}_g{suffix}")),
        _ => Some(name.into()),
    }
}

fn renamed(line: Sample, row: &Row) -> Sample {
    if row.names == Names::Escaped { samples::escaped(line) } else { line }
}

/// OpenMetrics has sums that can only grow.
fn shows_sum(format: Format) -> fn(&[f64], f64) -> bool {
    match format {
        Format::OpenMetrics => {
            |bounds, sum| bounds.first().is_none_or(|lowest| *lowest >= 0.0) && sum >= 0.0
        }
        _ => |_, _| true,
    }
}

/// How many classic buckets there are.
fn buckets(series: &Series) -> usize {
    match series.value() {
        Value::Histogram(histogram) => histogram.counts().len(),
        _ => 0,
    }
}

/// The native buckets of a series, and how a server shows them.
fn native(series: &Series) -> Option<(NativePoint<'_>, Kept)> {
    let Value::Histogram(histogram) = series.value() else {
        return None;
    };
    let native = histogram.native()?;
    let bound = |i: i32| (f64::from(i) * 2_f64.powi(-i32::from(native.schema()))).exp2();
    let above = |(i, count): &(i32, u64)| Bucket {
        lower: bound(i - 1).max(native.zero_threshold()),
        upper: bound(*i),
        count: *count,
    };
    let negative = native.negative().iter().rev().map(above);
    let negative = negative.map(|b| Bucket { lower: -b.upper, upper: -b.lower, count: b.count });
    let threshold = native.zero_threshold();
    let zero = Bucket { lower: -threshold, upper: threshold, count: native.zero_count() };
    let positive = native.positive().iter().map(above);
    let all = negative.chain([zero]).chain(positive).filter(|bucket| bucket.count > 0);
    let value =
        Kept::Native { count: histogram.count(), sum: histogram.sum(), buckets: all.collect() };
    Some((native, value))
}
