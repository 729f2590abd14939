//! Collectors: values that are read when a scrape asks for them.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::desc::{Desc, Kind, NameError, Names};
use crate::label::{LabelName, Schema, SchemaError, check_escaped};
use crate::snapshot::{
    FamilySnapshot, HistogramSnapshot, Number, Series, StateSetPoint, SummarySnapshot, Value,
};

/// A source of metrics that are kept elsewhere: in the kernel, a pool, another library.
///
/// # Contract
/// [`collect`](Self::collect) is called at every scrape, on the scraper's thread, perhaps by several at the
/// same time. It should not block: the scrape waits for it. If it fails or panics, its families are left
/// out of that scrape, the failure is counted in `prom_client_collector_failures_total`, and all else is
/// exposed. So it is for a family that [`describe`](Self::describe) did not announce.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use prom_client::{CollectError, Collection, Collector, Desc, Kind, Registry};
///
/// #[derive(Debug)]
/// struct Disks;
///
/// impl Collector for Disks {
///     fn describe(&self) -> Result<Vec<Desc>, prom_client::NameError> {
///         Ok(vec![Desc::new("disk_free_bytes", "Free space.", Kind::Gauge)?])
///     }
///
///     fn collect(&self, out: &mut Collection) -> Result<(), CollectError> {
///         out.family("disk_free_bytes")?.gauge(&[("disk", "sda")], 5_000_000_i64)?;
///         Ok(())
///     }
/// }
///
/// let registry = Registry::new();
/// registry.register_collector(Arc::new(Disks))?;
/// assert!(registry.to_text().contains("disk_free_bytes{disk=\"sda\"} 5000000\n"));
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
pub trait Collector: fmt::Debug + Send + Sync + 'static {
    /// The families that it may expose: their names are taken when it is registered.
    ///
    /// # Errors
    /// As [`Desc::new`] gives them.
    fn describe(&self) -> Result<Vec<Desc>, NameError>;

    /// Reads the values.
    ///
    /// # Errors
    /// Any; see the contract.
    fn collect(&self, out: &mut Collection) -> Result<(), CollectError>;
}

/// Prefix and constant labels of a part of the program, and what can be a name there.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) names: Names,
    pub(super) prefix: String,
    pub(super) labels: Vec<(LabelName, String)>,
}

impl Scope {
    /// Whether the same name means the same metric in both.
    pub(super) fn is_same_part(&self, other: &Self) -> bool {
        self.prefix == other.prefix && self.labels == other.labels
    }

    /// The constant labels as a [`Schema`] keeps them.
    pub(super) fn constant(&self) -> Vec<(LabelName, String)> {
        let mut labels = self.labels.clone();
        labels.retain(|(_, value)| !value.is_empty());
        labels.sort();
        labels
    }
}

/// What a [`Collector`] fills.
#[derive(Debug)]
pub struct Collection {
    families: Vec<FamilySnapshot>,
    /// The families as the collector knows them.
    known: Vec<Desc>,
    scope: Scope,
}

impl Collection {
    /// `own` are the descriptions as the collector gave them, `descs` as they are exposed.
    pub(super) fn new(own: &[Desc], descs: &[Desc], scope: Scope) -> Self {
        Self {
            families: descs.iter().cloned().map(FamilySnapshot::new).collect(),
            known: own.to_vec(),
            scope,
        }
    }

    /// The family of this name, as described; a counter's `_total` and an info's `_info` may be given or
    /// left out.
    ///
    /// # Errors
    /// When the collector did not describe such a family.
    pub fn family(&mut self, name: &str) -> Result<CollectedFamily<'_>, CollectError> {
        match self.known.iter().position(|known| known.is_named(name)) {
            Some(i) => Ok(CollectedFamily {
                family: &mut self.families[i],
                scope: &self.scope,
                start: None,
            }),
            None => Err(CollectError(Why::Unknown(name.into()))),
        }
    }

    /// The families that have series, sorted; an error if a label set stands twice, or would where
    /// label names are escaped.
    pub(super) fn finish(mut self) -> Result<Vec<FamilySnapshot>, CollectError> {
        self.families.retain(|family| !family.all_series().is_empty());
        for family in &mut self.families {
            family.sort();
            let twice =
                family.all_series().windows(2).any(|two| two[0].labels().eq(two[1].labels()));
            if twice {
                return Err(CollectError(Why::Twice(family.desc().name().into())));
            }
            if self.scope.names != Names::Classic {
                check_escaped(&family.label_names())?;
            }
        }
        Ok(self.families)
    }
}

/// One family of a [`Collection`].
#[derive(Debug)]
pub struct CollectedFamily<'a> {
    family: &'a mut FamilySnapshot,
    scope: &'a Scope,
    /// When the series that come next began.
    start: Option<Duration>,
}

impl CollectedFamily<'_> {
    /// The series that come next began to count at this time since the Unix epoch. Without this, their start is
    /// unknown.
    ///
    /// # Examples
    /// ```
    /// # use std::time::Duration;
    /// # use prom_client::{CollectError, Collection};
    /// fn collect(boot_time: Duration, out: &mut Collection) -> Result<(), CollectError> {
    ///     out.family("disk_reads")?.since(boot_time).counter(&[("disk", "sda")], 17_u64)
    /// }
    /// ```
    pub fn since(&mut self, start: Duration) -> &mut Self {
        self.start = Some(start);
        self
    }

    /// Adds a counter's total.
    ///
    /// # Errors
    /// When the family is no counter, a label name is none or stands twice, or the total is negative or NaN.
    pub fn counter(
        &mut self,
        labels: &[(&str, &str)],
        total: impl Into<Number>,
    ) -> Result<(), CollectError> {
        let total = total.into();
        let negative = match total {
            Number::U64(_) => false,
            Number::I64(n) => n < 0,
            Number::F64(n) => n.is_nan() || n < 0.0,
        };
        if negative {
            return Err(CollectError(Why::NoTotal(total)));
        }
        self.push(Kind::Counter, labels, Value::Counter(total))
    }

    /// Adds a gauge's value.
    ///
    /// # Errors
    /// When the family is no gauge, or a label name is none or stands twice.
    pub fn gauge(
        &mut self,
        labels: &[(&str, &str)],
        value: impl Into<Number>,
    ) -> Result<(), CollectError> {
        self.push(Kind::Gauge, labels, Value::Gauge(value.into()))
    }

    /// Adds a histogram: upper bounds without `+Inf`, observations per bucket (not cumulative, one more
    /// than bounds), and the sum.
    ///
    /// # Errors
    /// When the family is no histogram, a label name is none or stands twice, bounds do not increase, the
    /// numbers of bounds and buckets do not fit, or there are more than 2^64 observations.
    pub fn histogram(
        &mut self,
        labels: &[(&str, &str)],
        bounds: &[f64],
        counts: &[u64],
        sum: f64,
    ) -> Result<(), CollectError> {
        let value = buckets(bounds, counts, sum)?;
        self.push(Kind::Histogram, labels, Value::Histogram(value))
    }

    /// Adds a gauge histogram: how what is there now is distributed, such as the ages of all entries of a cache. As
    /// [`histogram`](Self::histogram).
    ///
    /// # Errors
    /// When the family is no gauge histogram, and as [`histogram`](Self::histogram).
    pub fn gauge_histogram(
        &mut self,
        labels: &[(&str, &str)],
        bounds: &[f64],
        counts: &[u64],
        sum: f64,
    ) -> Result<(), CollectError> {
        let value = buckets(bounds, counts, sum)?;
        self.push(Kind::GaugeHistogram, labels, Value::GaugeHistogram(value))
    }

    /// Adds a summary: the number of observations, their sum, and quantiles, increasing, with their values.
    ///
    /// # Errors
    /// When the family is no summary, a label name is none or stands twice, or the quantiles do not increase
    /// from 0 to 1.
    pub fn summary(
        &mut self,
        labels: &[(&str, &str)],
        count: u64,
        sum: f64,
        quantiles: &[(f64, f64)],
    ) -> Result<(), CollectError> {
        let increasing = quantiles.windows(2).all(|two| two[0].0 < two[1].0);
        if !increasing || !quantiles.iter().all(|(rank, _)| (0.0..=1.0).contains(rank)) {
            return Err(CollectError(Why::Quantiles));
        }
        let value = SummarySnapshot::new(count, sum, quantiles);
        self.push(Kind::Summary, labels, Value::Summary(value))
    }

    /// Adds an info: its labels are what it says.
    ///
    /// # Errors
    /// When the family is no info, or a label name is none or stands twice.
    pub fn info(&mut self, labels: &[(&str, &str)]) -> Result<(), CollectError> {
        self.push(Kind::Info, labels, Value::Info)
    }

    /// Adds a state set: the names of all states, and the one that is.
    ///
    /// # Errors
    /// When the family is no state set, a label name is none, stands twice or is the family's name, a state
    /// is empty or stands twice, or `current` is none of them.
    pub fn state_set(
        &mut self,
        labels: &[(&str, &str)],
        states: &[&str],
        current: &str,
    ) -> Result<(), CollectError> {
        let twice = |(i, state)| states[..i].contains(state);
        let fit = !states.contains(&"") && !states.iter().enumerate().any(twice);
        match states.iter().position(|state| *state == current) {
            Some(current) if fit => {
                let point = StateSetPoint::new(states, current);
                self.push(Kind::StateSet, labels, Value::StateSet((&point).into()))
            }
            _ => Err(CollectError(Why::States)),
        }
    }

    /// Adds a value of which its source does not say what it means.
    ///
    /// # Errors
    /// When the family is no unknown, or a label name is none or stands twice.
    pub fn unknown(
        &mut self,
        labels: &[(&str, &str)],
        value: impl Into<Number>,
    ) -> Result<(), CollectError> {
        self.push(Kind::Unknown, labels, Value::Unknown(value.into()))
    }

    fn push(
        &mut self,
        kind: Kind,
        labels: &[(&str, &str)],
        value: Value,
    ) -> Result<(), CollectError> {
        let family = self.family.desc();
        if family.kind() != kind {
            return Err(CollectError(Why::Kind { family: family.kind(), value: kind }));
        }
        let mut own = Vec::with_capacity(labels.len() + self.scope.labels.len());
        for (name, value) in labels {
            let name = LabelName::parse_in(self.scope.names, (*name).to_owned())?;
            own.push((name, (*value).to_owned()));
        }
        let names = own.iter().map(|(name, _)| name.clone()).collect();
        Schema::new(self.scope.labels.clone(), names, kind)?.checked(family)?;
        own.extend(self.scope.labels.iter().cloned());
        self.family.push(Series::new(own, value).with_start(self.start));
        Ok(())
    }
}

/// Buckets whose numbers fit together.
fn buckets(bounds: &[f64], counts: &[u64], sum: f64) -> Result<HistogramSnapshot, CollectError> {
    let increasing =
        bounds.windows(2).all(|two| two[0] < two[1]) && bounds.iter().all(|b| b.is_finite());
    let fits = counts.iter().try_fold(0_u64, |sum, n| sum.checked_add(*n)).is_some();
    if !increasing || !fits || counts.len() != bounds.len() + 1 {
        return Err(CollectError(Why::Buckets));
    }
    Ok(HistogramSnapshot::new(bounds.to_vec(), counts.to_vec(), sum))
}

/// Why a collection failed.
#[derive(Debug)]
pub struct CollectError(Why);

#[derive(Debug)]
enum Why {
    Unknown(String),
    Twice(String),
    Kind { family: Kind, value: Kind },
    NoTotal(Number),
    Buckets,
    Quantiles,
    States,
    Schema(SchemaError),
    Other(Box<dyn Error + Send + Sync>),
}

impl CollectError {
    /// A failure of the collector's own.
    pub fn other(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Why::Other(error.into()))
    }
}

impl fmt::Display for CollectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Why::Unknown(name) => write!(f, "the collector did not describe a family `{name}`"),
            Why::Twice(name) => write!(f, "a label set of `{name}` stands twice"),
            Why::Kind { family, value } => {
                let (family, value) = (family.with_article(), value.with_article());
                write!(f, "the family is {family}, the value {value}")
            }
            Why::NoTotal(n) => write!(f, "{} is no counter's total", n.as_f64()),
            Why::Buckets => {
                f.write_str("the bounds do not increase, or the buckets do not fit them")
            }
            Why::Quantiles => f.write_str("the quantiles do not increase from 0 to 1"),
            Why::States => {
                f.write_str("the states are empty or not different, or it is none of them")
            }
            Why::Schema(error) => write!(f, "{error}"),
            Why::Other(error) => write!(f, "{error}"),
        }
    }
}

impl Error for CollectError {
    /// What is behind a failure of the collector's own, whose message is this one's.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Why::Other(error) => error.source(),
            _ => None,
        }
    }
}

impl From<SchemaError> for CollectError {
    fn from(error: SchemaError) -> Self {
        Self(Why::Schema(error))
    }
}

impl From<NameError> for CollectError {
    fn from(error: NameError) -> Self {
        Self(Why::Schema(error.into()))
    }
}

impl From<std::io::Error> for CollectError {
    fn from(error: std::io::Error) -> Self {
        Self::other(error)
    }
}
