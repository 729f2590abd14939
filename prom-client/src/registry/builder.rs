//! Registering a metric step by step.

use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::Registry;
use super::error::{RegisterError, Site, Why};
use super::source::{Single, Source};
use super::table::Part;
use crate::clock::Clock;
use crate::desc::{Desc, Kind, Names, Unit};
use crate::family::Family;
use crate::label::{LabelName, LabelSet, Schema, SchemaError};
use crate::metric::{
    Buckets, Counter, CounterNumber, Histogram, Metric, Owned, Quantiles, Summary,
};
use crate::storage::Class;

/// A metric that is about to be registered; from [`Registry::metric`].
#[derive(Debug)]
#[must_use = "a builder registers nothing until `register` is called"]
pub struct MetricBuilder<'r, T: Instrument> {
    registry: &'r Registry,
    name: &'r str,
    help: &'r str,
    unit: Option<Unit>,
    spec: Spec<T>,
}

/// What the type of metric is made from.
#[derive(Debug)]
pub struct Spec<T: Instrument> {
    options: T::Options,
    names: Option<Vec<String>>,
    /// What can be the name of a label.
    set: Names,
    max_series: Option<usize>,
    exemplars: bool,
    ttl: Option<Duration>,
    instrument: PhantomData<fn() -> T>,
}

/// A type that a registry can make: a metric, or a family of one. It cannot be implemented elsewhere.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing a registry can make",
    note = "it makes `Counter`, `Gauge`, `Histogram`, `Summary`, `StateSet`, and `Family<L, M>` of these"
)]
pub trait Instrument: Clone + Send + Sync + sealed::Sealed + 'static {}

mod sealed {
    use super::{Arc, Clock, LabelName, RegisterError, Source, Spec};
    use crate::desc::Kind;

    pub trait Sealed: Sized {
        type Options: Clone + Default + std::fmt::Debug;
        const KIND: Kind;
        /// How many labels there are, if the type says so.
        const VALUES: Option<usize>;

        /// The names of the labels.
        fn names(spec: &Spec<Self>) -> Result<Vec<LabelName>, RegisterError>
        where
            Self: super::Instrument;

        /// The instrument, and what the registry reads. `None` if there is no room.
        #[allow(private_interfaces, reason = "sealed")]
        fn make(
            spec: &Spec<Self>,
            names: Vec<LabelName>,
            clock: &Clock,
        ) -> Option<(Self, Arc<dyn Source>)>
        where
            Self: super::Instrument;
    }
}

impl<M: Metric> Instrument for M {}

#[allow(private_interfaces, reason = "sealed")]
impl<M: Metric> sealed::Sealed for M {
    type Options = M::Options;
    const KIND: Kind = M::KIND;
    const VALUES: Option<usize> = Some(0);

    fn names(_: &Spec<Self>) -> Result<Vec<LabelName>, RegisterError> {
        Ok(Vec::new())
    }

    fn make(
        spec: &Spec<Self>,
        _: Vec<LabelName>,
        clock: &Clock,
    ) -> Option<(Self, Arc<dyn Source>)> {
        let metric = Owned::of_class(spec.class::<Self>(clock)?)?;
        let handle = *metric;
        Some((handle, Arc::new(Single { metric, start: clock.now() })))
    }
}

impl<L: LabelSet + ?Sized + 'static, M: Metric> Instrument for Family<L, M> {}

#[allow(private_interfaces, reason = "sealed")]
impl<L: LabelSet + ?Sized + 'static, M: Metric> sealed::Sealed for Family<L, M> {
    type Options = M::Options;
    const KIND: Kind = M::KIND;
    const VALUES: Option<usize> = L::VALUES;

    fn names(spec: &Spec<Self>) -> Result<Vec<LabelName>, RegisterError> {
        let own = L::NAMES.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let names = match (&spec.names, L::NAMES.is_empty()) {
            (Some(names), true) => names,
            (Some(_), false) => return Err(SchemaError::Renamed { own: L::NAMES.to_vec() }.into()),
            (None, false) => &own,
            (None, true) if L::VALUES == Some(0) => &own,
            (None, true) => return Err(RegisterError::new(Why::Unnamed)),
        };
        if let Some(values) = L::VALUES.filter(|values| *values != names.len()) {
            return Err(SchemaError::Count { values, names: names.len() }.into());
        }
        let parse = |name: &String| LabelName::parse_in(spec.set, name.clone());
        Ok(names.iter().map(parse).collect::<Result<_, _>>()?)
    }

    fn make(
        spec: &Spec<Self>,
        names: Vec<LabelName>,
        clock: &Clock,
    ) -> Option<(Self, Arc<dyn Source>)> {
        let class = spec.class::<M>(clock)?;
        let family = Self::new(names, class, spec.max_series, spec.ttl, clock.clone())?;
        Some((family.clone(), Arc::new(family)))
    }
}

impl<T: Instrument> Spec<T> {
    /// The class of the metrics, which are of type `M`.
    fn class<M: Metric<Options = T::Options>>(&self, clock: &Clock) -> Option<Class> {
        let class = M::class(&self.options, clock)?;
        Some(if self.exemplars { class.sampled() } else { class })
    }
}

impl<'r, T: Instrument> MetricBuilder<'r, T> {
    pub(super) fn new(registry: &'r Registry, name: &'r str, help: &'r str) -> Self {
        let spec = Spec {
            options: T::Options::default(),
            names: None,
            set: registry.scope.names,
            max_series: None,
            exemplars: false,
            ttl: None,
            instrument: PhantomData,
        };
        Self { registry, name, help, unit: None, spec }
    }

    /// The unit, which becomes the suffix of the name.
    pub fn unit(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    /// Registers it.
    ///
    /// # Errors
    /// When a name is invalid or taken, when labels do not fit, or when the process has no room.
    #[track_caller]
    pub fn register(self) -> Result<T, RegisterError> {
        self.register_at(Location::caller())
    }

    pub(super) fn register_at(self, at: &'static Location<'static>) -> Result<T, RegisterError> {
        self.insert(at, |_, _| Ok(None))
    }

    /// Makes it without registering it, and whatever may be wrong with its labels.
    #[cfg(feature = "statics")]
    pub(super) fn stray(self) -> (T, Arc<dyn Source>) {
        let count = T::VALUES.or(self.spec.names.as_ref().map(Vec::len)).unwrap_or(1);
        let name = |i| LabelName::parse(format!("label_{i}")).expect("a valid name");
        let made = T::make(&self.spec, (0..count).map(name).collect(), self.registry.clock());
        made.expect("the storage has room for more metrics")
    }

    /// Registers it, or returns what was registered under the same name before, if it is the same: type,
    /// help, unit and labels. Buckets, bounds and time-to-live of the earlier one stay.
    ///
    /// # Errors
    /// As [`register`](Self::register), and when the earlier one is not the same.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Counter, Registry};
    ///
    /// let registry = Registry::new();
    /// let one: Counter = registry.metric("jobs", "Jobs done.").get_or_register()?;
    /// let same: Counter = registry.metric("jobs", "Jobs done.").get_or_register()?;
    /// one.inc();
    /// assert_eq!(same.value(), 1);
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    #[track_caller]
    pub fn get_or_register(self) -> Result<T, RegisterError> {
        let at = Location::caller();
        self.insert(at, |(old_desc, old), (desc, schema, site)| {
            let different = |what| {
                let (new, old) = (site.clone(), old.site.clone());
                Err(RegisterError::new(Why::Different { what, new, old }))
            };
            if old_desc.help() != desc.help() {
                return different("help");
            }
            if old_desc.stated_unit() != desc.stated_unit() {
                return different("unit");
            }
            if old.schema.names() != schema.names() {
                return different("set of labels");
            }
            match old.instrument.downcast_ref::<T>() {
                Some(instrument) => Ok(Some(instrument.clone())),
                None => different("type"),
            }
        })
    }

    /// Registers it, unless `existing` accepts what is registered under the same name.
    fn insert(
        self,
        at: &'static Location<'static>,
        existing: impl FnOnce(
            (&Desc, &Part),
            (&Desc, &Schema, &Site),
        ) -> Result<Option<T>, RegisterError>,
    ) -> Result<T, RegisterError> {
        let registry = self.registry;
        let mut desc = Desc::new_in(registry.scope.names, self.name, self.help, T::KIND)?;
        if let Some(unit) = self.unit {
            desc = desc.unit(unit);
        }
        let desc = registry.scoped_desc(desc)?;
        if self.spec.ttl == Some(Duration::ZERO) {
            return Err(RegisterError::new(Why::NoTime));
        }
        let names = T::names(&self.spec)?;
        let schema =
            Schema::new(registry.scope.labels.clone(), names.clone(), T::KIND)?.checked(&desc)?;
        let site = Site { kind: T::KIND, name: desc.name().into(), at };
        let mut table = registry.shared.table.write();
        if let Some(old) = table.find(desc.name(), schema.constant()) {
            if let Some(instrument) = existing(old, (&desc, &schema, &site))? {
                return Ok(instrument);
            }
        }
        let made = T::make(&self.spec, names, &registry.shared.clock);
        let (instrument, source) = made.ok_or_else(|| RegisterError::new(Why::Full))?;
        let part = Part { schema, source, instrument: Box::new(instrument.clone()), site };
        table.insert(desc, part)?;
        Ok(instrument)
    }
}

/// Instruments that count in buckets.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no buckets",
    note = "`buckets` is for `Histogram` and `Family<L, Histogram>`"
)]
pub trait Bucketed: Instrument + sealed::Sealed<Options = Buckets> {}
impl Bucketed for Histogram {}
impl<L: LabelSet + ?Sized + 'static> Bucketed for Family<L, Histogram> {}

impl<T: Bucketed> MetricBuilder<'_, T> {
    /// The buckets, classic or [native](crate::Native); without this the [default](Buckets::default) ones.
    pub fn buckets(mut self, buckets: impl Into<Buckets>) -> Self {
        self.spec.options = buckets.into();
        self
    }
}

/// Instruments whose updates can have exemplars.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no exemplars",
    note = "`exemplars` is for `Counter`, `Histogram`, and families of them"
)]
pub trait Exemplary: Instrument {}
impl<N: CounterNumber> Exemplary for Counter<N> {}
impl Exemplary for Histogram {}
impl<L: LabelSet + ?Sized + 'static, N: CounterNumber> Exemplary for Family<L, Counter<N>> {}
impl<L: LabelSet + ?Sized + 'static> Exemplary for Family<L, Histogram> {}

impl<T: Exemplary> MetricBuilder<'_, T> {
    /// Its updates ask the process's [source of exemplars](crate::set_exemplar_source) where they come
    /// from. Updates with labels of their own, such as [`Counter::inc_with_exemplar`], need not say so.
    ///
    /// # Cost
    /// An update looks whether an exemplar is wanted: about 10 ns more than one of other metrics, which pay
    /// nothing. One that takes an exemplar asks the source, reads the clock and copies the labels, as often as
    /// exemplars are exposed, and besides in one of 256 updates. As long as the source has nothing to say,
    /// each update asks it.
    pub fn exemplars(mut self) -> Self {
        self.spec.exemplars = true;
        self
    }
}

/// Instruments that can show quantiles.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no quantiles",
    note = "`quantiles` is for `Summary` and `Family<L, Summary>`"
)]
pub trait Ranked: Instrument + sealed::Sealed<Options = Quantiles> {}
impl Ranked for Summary {}
impl<L: LabelSet + ?Sized + 'static> Ranked for Family<L, Summary> {}

impl<T: Ranked> MetricBuilder<'_, T> {
    /// The quantiles and their window; without this there are none.
    pub fn quantiles(mut self, quantiles: Quantiles) -> Self {
        self.spec.options = quantiles;
        self
    }
}

/// Instruments that have labels.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is one metric, without labels",
    note = "`labels`, `max_series` and `ttl` are for `Family<L, M>`"
)]
pub trait Labelled: Instrument {}
impl<L: LabelSet + ?Sized + 'static, M: Metric> Labelled for Family<L, M> {}

impl<T: Labelled> MetricBuilder<'_, T> {
    /// The names of the labels, for label sets that have none of their own.
    pub fn labels<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.spec.names = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// At most so many series, besides the one that stands for all that are refused; see
    /// [`Family::with`]. `prom_client_refused_series_total` counts the refusals.
    pub fn max_series(mut self, most: usize) -> Self {
        self.spec.max_series = Some(most);
        self
    }

    /// Removes each series that was not updated for so long, as [`Family::remove`] does: it is out of the
    /// next scrape, and what handles that are still around record goes nowhere. [`Family::with`] begins it
    /// again at 0, with a new start time. Choose hours rather than minutes: longer than what is watched may
    /// be quiet, and many times the interval of scrapes.
    ///
    /// # What is an update
    /// Whatever records: `inc`, `add`, `set`, `observe`, also such that leave the value as it is, as a `set` to
    /// the same value or an `inc_by(0)` do. A gauge that goes up and down again between two scrapes is in use,
    /// whatever it shows. Neither is a look-up an update, nor a value that merely stays: a guard of
    /// [`Gauge::track`](crate::Gauge::track) that is held for longer than this does not keep its series, and what
    /// a timer would record that runs for longer goes nowhere if nothing else was recorded meanwhile.
    ///
    /// # When a series goes
    /// Updates leave no time behind, which would cost more than they do. A scrape, and now and then a look-up
    /// that creates, looks which series were updated since the last look, and takes that for the moment of
    /// the look. So none goes early, and one goes late by the time from its last update to the next look,
    /// however many scrapers there are. In a program without scrapes, series that come
    /// make those go whose time is over, so memory stays bounded; in a family that is
    /// [full](Self::max_series) a new series takes the place of one whose time is over, without a scrape.
    /// The series of `_OTHER` goes as others do. Time is the [`Clock`](crate::Clock)'s, unmoved by changes of
    /// the wall clock; when a manual clock goes back, all series count as updated.
    ///
    /// An update that comes at the very moment its series goes may go with it, as with `remove`.
    ///
    /// # Errors
    /// A time of zero is refused when the family is registered.
    ///
    /// # Examples
    /// ```
    /// use std::time::Duration;
    /// use prom_client::{Clock, Counter, Family, Registry};
    ///
    /// let (clock, hand) = Clock::manual(Duration::ZERO);
    /// let registry = Registry::with_clock(clock);
    /// let requests: Family<(&str,), Counter> = registry
    ///     .metric("requests", "Requests by customer.")
    ///     .labels(["customer"])
    ///     .ttl(Duration::from_secs(3600))
    ///     .register()?;
    /// requests.with(&("once",)).inc();
    /// for _minute in 0..=60 {
    ///     requests.with(&("often",)).inc();
    ///     let _scrape = registry.to_text();
    ///     hand.advance(Duration::from_secs(60));
    /// }
    /// assert!(requests.find(&("once",)).is_none());
    /// assert_eq!(requests.with(&("often",)).value(), 61);
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    ///
    /// # Cost
    /// Nothing per update and per look-up. After a look, the next update of each thread takes some 20 ns
    /// more. A scrape looks at each series, in 10 to 60 ns; a look-up that creates looks at up to 16, which makes
    /// it some 0.3 us slower. 24 bytes per series.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.spec.ttl = Some(ttl);
        self
    }
}
