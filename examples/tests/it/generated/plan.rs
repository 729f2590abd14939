//! A registry as data, and the registry that it describes.

use std::sync::Arc;
use std::time::Duration;

use prom_client::{
    Buckets, CollectError, CollectedFamily, Collection, Collector, Counter, Desc, Family, Gauge,
    Histogram, Kind, Metric, MetricBuilder, NameError, Names, Pairs, Quantiles, RegisterError,
    Registry, State, StateSet, Summary, Unit,
};

/// A registry.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) names: Names,
    pub(super) families: Vec<FamilyPlan>,
}

/// A family, of metrics or of a collector's.
#[derive(Clone, Debug)]
pub(super) struct FamilyPlan {
    pub(super) source: Source,
    pub(super) name: String,
    pub(super) help: String,
    pub(super) unit: Option<&'static str>,
    pub(super) number: Numbers,
    /// Of a histogram's buckets.
    pub(super) bounds: Vec<f64>,
    pub(super) labels: Vec<String>,
    pub(super) max_series: Option<usize>,
    pub(super) series: Vec<SeriesPlan>,
    /// The parts of the registry that have it.
    pub(super) parts: Vec<PartPlan>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    Metric,
    Collector,
    Callback,
}

/// A type of metric.
#[derive(Clone, Copy, Debug)]
pub(super) enum Numbers {
    Counter,
    FloatCounter,
    Gauge,
    FloatGauge,
    Histogram,
    Summary,
    Info,
    StateSet,
}

/// The states of every state set.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mood {
    Good,
    Odd,
    Bad,
}

impl State for Mood {
    const ALL: &'static [Self] = &[Self::Good, Self::Odd, Self::Bad];
    const NAMES: &'static [&'static str] = &["good", "\"odd\\\n", "b{a=\"d\"} 1"];
}

/// The labels of one series, and what happens to it, of which its type takes what it can.
#[derive(Clone, Debug)]
pub(super) struct SeriesPlan {
    pub(super) values: Vec<String>,
    pub(super) integer: u64,
    pub(super) floats: Vec<f64>,
    /// The labels of its exemplars, of which many are refused.
    pub(super) exemplar: Option<Vec<(String, String)>>,
    pub(super) is_removed: bool,
}

#[derive(Clone, Debug)]
pub(super) struct PartPlan {
    pub(super) prefix: &'static str,
    pub(super) label: Option<(&'static str, String)>,
}

impl Plan {
    /// The registry. What a registry refuses, such as a name that is taken, is left out: the judges
    /// will say whether it refused enough.
    pub(super) fn build(&self) -> Registry {
        let registry = Registry::new().with_names(self.names);
        for family in &self.families {
            for part in &family.parts {
                let _ = family.register(&registry, part);
            }
        }
        registry
    }
}

impl FamilyPlan {
    fn register(&self, registry: &Registry, part: &PartPlan) -> Result<(), RegisterError> {
        let mut registry = registry.with_prefix(part.prefix)?;
        if let Some((name, value)) = &part.label {
            registry = registry.with_label(name, value.as_str())?;
        }
        match (self.source, self.number) {
            (Source::Collector, _) => registry.register_collector(Arc::new(self.clone())),
            (Source::Callback, _) => {
                let family = self.clone();
                registry.family_fn(self.desc()?, move |out| family.fill(out))
            }
            (Source::Metric, Numbers::Counter) => self.make::<Counter>(&registry),
            (Source::Metric, Numbers::FloatCounter) => self.make::<Counter<f64>>(&registry),
            (Source::Metric, Numbers::Gauge) => self.make::<Gauge>(&registry),
            (Source::Metric, Numbers::FloatGauge) => self.make::<Gauge<f64>>(&registry),
            (Source::Metric, Numbers::Histogram) => self.make::<Histogram>(&registry),
            (Source::Metric, Numbers::Summary) => self.make::<Summary>(&registry),
            (Source::Metric, Numbers::StateSet) => self.make::<StateSet<Mood>>(&registry),
            (Source::Metric, Numbers::Info) => {
                let info = registry.info(&self.name, &self.help, &[("first", "1")])?;
                // Some do not fit: then it keeps those that it has.
                self.series.iter().for_each(|series| drop(info.set(&self.labels_of(series))));
                Ok(())
            }
        }
    }

    fn make<M: Planned>(&self, registry: &Registry) -> Result<(), RegisterError> {
        if self.labels.is_empty() {
            let mut metric = M::metric(registry.metric(&self.name, &self.help), self);
            if let Some(unit) = self.unit() {
                metric = metric.unit(unit);
            }
            let metric = metric.register()?;
            self.series.iter().for_each(|series| metric.fill(series));
            return Ok(());
        }
        let family = M::family(registry.metric(&self.name, &self.help), self);
        let mut family = family.labels(&self.labels);
        if let Some(unit) = self.unit() {
            family = family.unit(unit);
        }
        if let Some(most) = self.max_series {
            family = family.max_series(most);
        }
        let family: Family<Pairs, M> = family.register()?;
        for series in &self.series {
            let labels = self.labels_of(series);
            family.try_with(&labels).expect("the labels of the family").fill(series);
            if series.is_removed {
                family.remove(&labels);
            }
        }
        Ok(())
    }

    fn labels_of<'a>(&'a self, series: &'a SeriesPlan) -> Vec<(&'a str, &'a str)> {
        let values = series.values.iter().map(String::as_str);
        self.labels.iter().map(String::as_str).zip(values).collect()
    }

    fn unit(&self) -> Option<Unit> {
        self.unit.map(|unit| Unit::new(unit).expect("a unit"))
    }

    fn desc(&self) -> Result<Desc, NameError> {
        let kind = match self.number {
            Numbers::Counter | Numbers::FloatCounter => Kind::Counter,
            Numbers::Gauge | Numbers::FloatGauge => Kind::Gauge,
            Numbers::Histogram => Kind::Histogram,
            Numbers::Summary => Kind::Summary,
            Numbers::Info => Kind::Info,
            Numbers::StateSet => Kind::StateSet,
        };
        let desc = Desc::new_in(Names::Utf8, &self.name, self.help.as_str(), kind)?;
        Ok(match self.unit() {
            Some(unit) => desc.unit(unit),
            None => desc,
        })
    }

    /// Fails for some plans, such as one with a label set that stands twice.
    fn fill(&self, out: &mut CollectedFamily<'_>) -> Result<(), CollectError> {
        for series in self.series.iter().filter(|series| !series.is_removed) {
            if series.exemplar.is_some() {
                out.since(Duration::from_nanos(series.integer));
            }
            // Unlike those of a metric, the series of a collector may have labels of their own.
            let mut labels = self.labels_of(series);
            labels.retain(|(_, value)| !value.is_empty());
            let sum: f64 = series.floats.iter().sum();
            match self.number {
                Numbers::Counter => out.counter(&labels, series.integer)?,
                Numbers::FloatCounter => out.counter(&labels, series.amounts().sum::<f64>())?,
                Numbers::Gauge => out.gauge(&labels, series.integer as i64)?,
                Numbers::FloatGauge => out.gauge(&labels, sum)?,
                Numbers::Histogram => {
                    let mut counts = vec![0; self.bounds.len() + 1];
                    let bucket = series.floats.len() % counts.len();
                    counts[bucket] = series.integer;
                    out.histogram(&labels, &self.bounds, &counts, sum)?;
                }
                Numbers::Summary => {
                    let values = series.floats.iter().copied().chain([f64::NAN]).cycle();
                    let quantiles: Vec<_> = self.ranks().zip(values).collect();
                    out.summary(&labels, series.integer, sum, &quantiles)?;
                }
                Numbers::Info => out.info(&labels)?,
                Numbers::StateSet => {
                    out.state_set(&labels, Mood::NAMES, Mood::NAMES[series.state()])?;
                }
            }
        }
        Ok(())
    }

    fn buckets(&self) -> Buckets {
        Buckets::new(self.bounds.iter().copied()).expect("finite, sorted, and at least one")
    }

    /// None for some plans.
    fn quantiles(&self) -> Quantiles {
        Quantiles::new(self.ranks()).unwrap_or_default()
    }

    fn ranks(&self) -> impl Iterator<Item = f64> {
        self.bounds.iter().copied().filter(|bound| (0.0..=1.0).contains(bound))
    }
}

/// A type of metric that can be made by plan.
trait Planned: Metric {
    /// Does what the plan says.
    fn fill(self, series: &SeriesPlan);

    fn metric<'r>(builder: MetricBuilder<'r, Self>, _: &FamilyPlan) -> MetricBuilder<'r, Self> {
        builder
    }

    fn family<'r>(
        builder: MetricBuilder<'r, Family<Pairs, Self>>,
        _: &FamilyPlan,
    ) -> MetricBuilder<'r, Family<Pairs, Self>> {
        builder
    }
}

impl Planned for Counter {
    fn fill(self, series: &SeriesPlan) {
        match series.exemplar() {
            None => self.inc_by(series.integer),
            Some(labels) => self.inc_by_with_exemplar(series.integer, &labels),
        }
    }
}

impl Planned for Counter<f64> {
    fn fill(self, series: &SeriesPlan) {
        series.amounts().for_each(|amount| match series.exemplar() {
            None => self.inc_by(amount),
            Some(labels) => self.inc_by_with_exemplar(amount, &labels),
        });
    }
}

impl Planned for Gauge {
    fn fill(self, series: &SeriesPlan) {
        self.set(series.integer as i64);
    }
}

impl Planned for Gauge<f64> {
    fn fill(self, series: &SeriesPlan) {
        series.floats.iter().for_each(|value| self.set(*value));
    }
}

impl Planned for Histogram {
    fn fill(self, series: &SeriesPlan) {
        series.floats.iter().for_each(|value| match series.exemplar() {
            None => self.observe(*value),
            Some(labels) => self.observe_with_exemplar(*value, &labels),
        });
    }

    fn metric<'r>(builder: MetricBuilder<'r, Self>, plan: &FamilyPlan) -> MetricBuilder<'r, Self> {
        builder.buckets(plan.buckets())
    }

    fn family<'r>(
        builder: MetricBuilder<'r, Family<Pairs, Self>>,
        plan: &FamilyPlan,
    ) -> MetricBuilder<'r, Family<Pairs, Self>> {
        builder.buckets(plan.buckets())
    }
}

impl Planned for StateSet<Mood> {
    fn fill(self, series: &SeriesPlan) {
        self.set(Mood::ALL[series.state()]);
    }
}

impl Planned for Summary {
    fn fill(self, series: &SeriesPlan) {
        series.floats.iter().for_each(|value| self.observe(*value));
    }

    fn metric<'r>(builder: MetricBuilder<'r, Self>, plan: &FamilyPlan) -> MetricBuilder<'r, Self> {
        builder.quantiles(plan.quantiles())
    }

    fn family<'r>(
        builder: MetricBuilder<'r, Family<Pairs, Self>>,
        plan: &FamilyPlan,
    ) -> MetricBuilder<'r, Family<Pairs, Self>> {
        builder.quantiles(plan.quantiles())
    }
}

impl SeriesPlan {
    fn exemplar(&self) -> Option<Vec<(&str, &str)>> {
        let labels = self.exemplar.as_ref()?;
        Some(labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect())
    }

    /// The place of the state of a state set.
    fn state(&self) -> usize {
        self.floats.len() % Mood::ALL.len()
    }

    /// The floats that a counter can grow by.
    fn amounts(&self) -> impl Iterator<Item = f64> {
        self.floats.iter().map(|x| x.abs()).filter(|x| x.is_finite())
    }
}

impl Collector for FamilyPlan {
    fn describe(&self) -> Result<Vec<Desc>, NameError> {
        Ok(vec![self.desc()?])
    }

    fn collect(&self, out: &mut Collection) -> Result<(), CollectError> {
        let name = self.desc()?.name().to_owned();
        self.fill(&mut out.family(&name)?)
    }
}
