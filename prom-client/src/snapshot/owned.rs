//! A reading that can be kept, compared and asked.

use std::collections::BTreeSet;
use std::time::Duration;

use super::exemplar::of_bucket;
use super::{
    Exemplar, HistogramPoint, NativePoint, NativeSnapshot, Number, Point, Sink, StateSetSnapshot,
    SummarySnapshot,
};
use crate::desc::Desc;
use crate::label::{LabelName, LabelValues, Schema};

/// All that a registry showed at one moment, owned: for unit tests and for collectors.
///
/// Names are as exposed, with prefix and unit. A look-up gives `None` also when the labels are others or
/// the number is of another type.
///
/// # Examples
/// ```
/// use prom_client::{Counter, Family, Registry};
///
/// let registry = Registry::new();
/// let jobs: Family<(&str, u16), Counter> =
///     registry.metric("jobs", "Jobs done.").labels(["queue", "code"]).register()?;
/// jobs.with(&("mail", 200)).inc();
///
/// let snapshot = registry.snapshot();
/// assert_eq!(snapshot.counter("jobs", &[("queue", "mail"), ("code", "200")]), Some(1));
/// assert_eq!(snapshot.counter("jobs", &[("queue", "fax"), ("code", "200")]), None);
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    families: Vec<FamilySnapshot>,
    names: Vec<LabelName>,
    constant: Vec<(LabelName, String)>,
}

/// One family of a [`Snapshot`].
#[derive(Clone, Debug, PartialEq)]
pub struct FamilySnapshot {
    desc: Desc,
    series: Vec<Series>,
}

/// One series of a [`Snapshot`].
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    labels: Vec<(LabelName, String)>,
    value: Value,
    start: Option<Duration>,
    /// By bucket; that of a counter is that of bucket 0.
    exemplars: Vec<(usize, Exemplar)>,
}

/// What a series showed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A counter's total.
    Counter(Number),
    /// A gauge's value.
    Gauge(Number),
    /// A histogram's buckets and sum.
    Histogram(HistogramSnapshot),
    /// A gauge histogram's buckets and sum.
    GaugeHistogram(HistogramSnapshot),
    /// A summary's count, sum and quantiles.
    Summary(SummarySnapshot),
    /// An info: its labels are all there is.
    Info,
    /// The states of a state set, one of which is.
    StateSet(StateSetSnapshot),
    /// A value of unknown meaning.
    Unknown(Number),
}

/// The buckets and the sum of a histogram, all of one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct HistogramSnapshot {
    bounds: Vec<f64>,
    counts: Vec<u64>,
    sum: f64,
    native: Option<NativeSnapshot>,
}

impl Snapshot {
    /// The families, sorted by name.
    #[must_use]
    pub fn families(&self) -> &[FamilySnapshot] {
        &self.families
    }

    /// The family of this name; a counter's `_total` and an info's `_info` may be given or left out.
    #[must_use]
    pub fn family(&self, name: &str) -> Option<&FamilySnapshot> {
        self.families.iter().find(|family| family.desc.is_named(name))
    }

    /// The value of the series that has these labels and no others. They may come in any order; one with an empty value
    /// equals an absent one.
    #[must_use]
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<&Value> {
        self.family(name)?.series(labels).map(Series::value)
    }

    /// The total of an integer counter.
    #[must_use]
    pub fn counter(&self, name: &str, labels: &[(&str, &str)]) -> Option<u64> {
        match self.value(name, labels)? {
            Value::Counter(Number::U64(n)) => Some(*n),
            Value::Counter(Number::I64(n)) => u64::try_from(*n).ok(),
            _ => None,
        }
    }

    /// The value of an integer gauge.
    #[must_use]
    pub fn gauge(&self, name: &str, labels: &[(&str, &str)]) -> Option<i64> {
        match self.value(name, labels)? {
            Value::Gauge(Number::I64(n)) => Some(*n),
            Value::Gauge(Number::U64(n)) => i64::try_from(*n).ok(),
            _ => None,
        }
    }

    /// The value of a counter or gauge of any number type, or of unknown meaning.
    #[must_use]
    pub fn float(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        match self.value(name, labels)? {
            Value::Counter(n) | Value::Gauge(n) | Value::Unknown(n) => Some(n.as_f64()),
            _ => None,
        }
    }

    /// The count, sum and quantiles of a summary.
    #[must_use]
    pub fn summary(&self, name: &str, labels: &[(&str, &str)]) -> Option<&SummarySnapshot> {
        match self.value(name, labels)? {
            Value::Summary(summary) => Some(summary),
            _ => None,
        }
    }

    /// The buckets and sum of a histogram or gauge histogram.
    #[must_use]
    pub fn histogram(&self, name: &str, labels: &[(&str, &str)]) -> Option<&HistogramSnapshot> {
        match self.value(name, labels)? {
            Value::Histogram(histogram) | Value::GaugeHistogram(histogram) => Some(histogram),
            _ => None,
        }
    }

    /// The exemplar of a counter.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Counter, Registry};
    ///
    /// let registry = Registry::new();
    /// let jobs: Counter = registry.register("jobs", "Jobs done.")?;
    /// jobs.inc_with_exemplar(&[("trace_id", "abc")]);
    /// let snapshot = registry.snapshot();
    /// let exemplar = snapshot.exemplar("jobs", &[]).expect("there is one");
    /// assert_eq!(exemplar.labels().value("trace_id"), Some("abc"));
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    #[must_use]
    pub fn exemplar(&self, name: &str, labels: &[(&str, &str)]) -> Option<&Exemplar> {
        self.family(name)?.series(labels)?.exemplar()
    }

    /// The exemplar of the bucket that `value` falls into.
    #[must_use]
    pub fn bucket_exemplar(
        &self,
        name: &str,
        labels: &[(&str, &str)],
        value: f64,
    ) -> Option<&Exemplar> {
        let series = self.family(name)?.series(labels)?;
        let Value::Histogram(histogram) = series.value() else { return None };
        series.bucket_exemplar(histogram.bounds().partition_point(|bound| *bound < value))
    }

    /// The value of one label of an info. Where parts with other constant labels have an info of that name
    /// too, it is that of the first part that has the label.
    ///
    /// # Examples
    /// ```
    /// use prom_client::Registry;
    ///
    /// let registry = Registry::new();
    /// registry.info("build", "Build of the program.", &[("version", "1.2.3")])?;
    /// assert_eq!(registry.snapshot().info("build", "version"), Some("1.2.3"));
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    #[must_use]
    pub fn info(&self, name: &str, label: &str) -> Option<&str> {
        let infos = self.family(name)?.series.iter().filter(|series| series.value == Value::Info);
        let mut labels = infos.flat_map(Series::labels);
        labels.find(|(name, _)| *name == label).map(|(_, value)| value)
    }

    /// The name of the state that a state set is in. The label with which formats name the states is none
    /// of the series' labels here.
    #[must_use]
    pub fn state(&self, name: &str, labels: &[(&str, &str)]) -> Option<&str> {
        match self.value(name, labels)? {
            Value::StateSet(states) => Some(states.current()),
            _ => None,
        }
    }

    /// Pushes all of it into a sink, in the order that the sink wants.
    pub fn replay(&self, sink: &mut dyn Sink) {
        let mut values = LabelValues::new();
        let mut families: Vec<&FamilySnapshot> = self.families.iter().collect();
        let naming = sink.naming();
        families.sort_by(|a, b| naming.compare(&a.desc, &b.desc));
        for family in families {
            family.replay(&mut values, sink);
        }
    }
}

impl Sink for Snapshot {
    fn family(&mut self, desc: &Desc) {
        self.families.push(FamilySnapshot { desc: desc.clone(), series: Vec::new() });
    }

    fn schema(&mut self, schema: &Schema) {
        self.names = schema.names().to_vec();
        self.constant = schema.constant().to_vec();
    }

    fn series(&mut self, values: &LabelValues, point: &Point<'_>, start: Option<Duration>) {
        self.series_with_exemplars(values, point, start, &[]);
    }

    fn series_with_exemplars(
        &mut self,
        values: &LabelValues,
        point: &Point<'_>,
        start: Option<Duration>,
        exemplars: &[(usize, Exemplar)],
    ) {
        let own = self.names.iter().cloned().zip(values.iter().map(str::to_owned));
        let mut labels: Vec<_> = self.constant.iter().cloned().chain(own).collect();
        labels.retain(|(_, value)| !value.is_empty());
        labels.sort();
        let exemplars = exemplars.to_vec();
        let series = Series { labels, value: Value::from(point), start, exemplars };
        self.families.last_mut().expect("a family comes before its series").series.push(series);
    }
}

impl FamilySnapshot {
    /// Name, help, unit and kind.
    #[must_use]
    pub fn desc(&self) -> &Desc {
        &self.desc
    }

    /// The series, in the order of the exposition.
    #[must_use]
    pub fn all_series(&self) -> &[Series] {
        &self.series
    }

    /// The series with exactly these labels, in any order; one with an empty value equals an absent one.
    #[must_use]
    pub fn series(&self, labels: &[(&str, &str)]) -> Option<&Series> {
        let mut wanted: Vec<_> =
            labels.iter().copied().filter(|(_, value)| !value.is_empty()).collect();
        wanted.sort_unstable();
        self.series.iter().find(|series| series.labels().eq(wanted.iter().copied()))
    }

    /// A family that a collector fills.
    pub(crate) fn new(desc: Desc) -> Self {
        Self { desc, series: Vec::new() }
    }

    pub(crate) fn push(&mut self, series: Series) {
        self.series.push(series);
    }

    /// Takes over the series of another.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.series.append(&mut other.series);
    }

    /// All names that labels of its series have, each once.
    pub(crate) fn label_names(&self) -> Vec<&LabelName> {
        let labels = self.series.iter().flat_map(|series| &series.labels);
        labels.map(|(name, _)| name).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Sorts the series as an exposition has them.
    pub(crate) fn sort(&mut self) {
        self.series.sort_by(|a, b| a.labels.cmp(&b.labels));
    }

    /// Each series has its own label names here, so each states its own schema.
    pub(crate) fn replay(&self, values: &mut LabelValues, sink: &mut dyn Sink) {
        sink.family(&self.desc);
        for series in &self.series {
            let names = series.labels.iter().map(|(name, _)| name.clone()).collect();
            let schema = Schema::new(Vec::new(), names, self.desc.kind())
                .expect("the labels of a series were checked when it came");
            sink.schema(&schema);
            values.clear();
            series.labels.iter().for_each(|(_, value)| values.push(value));
            let point = series.value.as_point();
            sink.series_with_exemplars(values, &point, series.start, &series.exemplars);
        }
    }
}

impl Series {
    pub(crate) fn new(mut labels: Vec<(LabelName, String)>, value: Value) -> Self {
        labels.retain(|(_, value)| !value.is_empty());
        labels.sort();
        Self { labels, value, start: None, exemplars: Vec::new() }
    }

    /// The same, begun at this time.
    pub(crate) fn with_start(self, start: Option<Duration>) -> Self {
        Self { start, ..self }
    }

    /// Its labels, sorted by name, without those that are empty.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// When it began to count, since the Unix epoch, if that is known.
    #[must_use]
    pub fn start(&self) -> Option<Duration> {
        self.start
    }

    /// The exemplar of a counter, if there is one.
    #[must_use]
    pub fn exemplar(&self) -> Option<&Exemplar> {
        match self.value {
            Value::Counter(_) => self.bucket_exemplar(0),
            _ => None,
        }
    }

    /// The exemplar of a bucket, counted as in [`HistogramSnapshot::counts`], if there is one.
    #[must_use]
    pub fn bucket_exemplar(&self, bucket: usize) -> Option<&Exemplar> {
        of_bucket(&self.exemplars, bucket)
    }
}

impl Value {
    fn as_point(&self) -> Point<'_> {
        match self {
            Self::Counter(n) => Point::Counter(*n),
            Self::Gauge(n) => Point::Gauge(*n),
            Self::Histogram(h) => Point::Histogram(h.as_point()),
            Self::GaugeHistogram(h) => Point::GaugeHistogram(h.as_point()),
            Self::Summary(s) => Point::Summary(s.as_point()),
            Self::Info => Point::Info,
            Self::StateSet(states) => Point::StateSet(states.as_point()),
            Self::Unknown(n) => Point::Unknown(*n),
        }
    }
}

impl From<&Point<'_>> for Value {
    fn from(point: &Point<'_>) -> Self {
        match point {
            Point::Counter(n) => Self::Counter(*n),
            Point::Gauge(n) => Self::Gauge(*n),
            Point::Summary(s) => Self::Summary(s.into()),
            Point::Histogram(h) => Self::Histogram(h.into()),
            Point::GaugeHistogram(h) => Self::GaugeHistogram(h.into()),
            Point::Info => Self::Info,
            Point::StateSet(states) => Self::StateSet(StateSetSnapshot::from(states)),
            Point::Unknown(n) => Self::Unknown(*n),
        }
    }
}

impl HistogramSnapshot {
    /// A reading from elsewhere: `counts` has one more entry than `bounds`, for `+Inf`.
    pub(crate) fn new(bounds: Vec<f64>, counts: Vec<u64>, sum: f64) -> Self {
        debug_assert_eq!(bounds.len() + 1, counts.len());
        Self { bounds, counts, sum, native: None }
    }

    fn as_point(&self) -> HistogramPoint<'_> {
        let point = HistogramPoint::new(&self.bounds, &self.counts, self.sum);
        match &self.native {
            Some(native) => point.with_native(native.as_point()),
            None => point,
        }
    }

    /// The native buckets, if it has such.
    #[must_use]
    pub fn native(&self) -> Option<NativePoint<'_>> {
        self.native.as_ref().map(NativeSnapshot::as_point)
    }

    /// The upper bounds, without `+Inf`.
    #[must_use]
    pub fn bounds(&self) -> &[f64] {
        &self.bounds
    }

    /// The observations per bucket, not cumulative; the last one is that of `+Inf`.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// The number of observations.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().fold(0, |sum, n| sum.wrapping_add(*n))
    }

    /// The sum of the observations.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum
    }
}

impl From<&HistogramPoint<'_>> for HistogramSnapshot {
    fn from(point: &HistogramPoint<'_>) -> Self {
        Self {
            bounds: point.bounds().to_vec(),
            counts: point.counts().to_vec(),
            sum: point.sum(),
            native: point.native().map(NativeSnapshot::from),
        }
    }
}
