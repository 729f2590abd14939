//! Callbacks: metrics and families that a closure reads at each scrape.

use std::error::Error;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::Registry;
use super::collector::{CollectError, CollectedFamily, Collection, Scope};
use super::error::{RegisterError, Site};
use super::gather;
use super::source::{Scratch, Source};
use super::table::{Entry, Part};
use crate::desc::{Desc, Kind};
use crate::label::Schema;
use crate::snapshot::{FamilySnapshot, Number, Sink};

/// What the closure of a callback gives: a number; `None` for no sample; or a [`Result`] of these, whose
/// error leaves the metric out and is counted. It cannot be implemented elsewhere.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no reading",
    note = "a closure gives `u32`, `u64`, `usize`, `i32`, `i64`, `isize`, `f64`, or an `Option` or `Result` of one"
)]
pub trait Reading: sealed::Sealed {}

mod sealed {
    use super::{CollectError, Number};

    pub trait Sealed {
        fn number(self) -> Result<Option<Number>, CollectError>;
    }
}

macro_rules! numbers {
    ($($type:ty as $number:ty),*) => {$(
        impl Reading for $type {}

        impl sealed::Sealed for $type {
            fn number(self) -> Result<Option<Number>, CollectError> {
                Ok(Some(Number::from(self as $number)))
            }
        }
    )*};
}
numbers!(u32 as u64, u64 as u64, usize as u64, i32 as i64, i64 as i64, isize as i64, f64 as f64);

impl<R: Reading> Reading for Option<R> {}

impl<R: Reading> sealed::Sealed for Option<R> {
    fn number(self) -> Result<Option<Number>, CollectError> {
        self.map_or(Ok(None), R::number)
    }
}

impl<R: Reading, E: Into<Box<dyn Error + Send + Sync>>> Reading for Result<R, E> {}

impl<R: Reading, E: Into<Box<dyn Error + Send + Sync>>> sealed::Sealed for Result<R, E> {
    fn number(self) -> Result<Option<Number>, CollectError> {
        self.map_err(CollectError::other)?.number()
    }
}

type Read = dyn Fn(&mut CollectedFamily<'_>) -> Result<(), CollectError> + Send + Sync;

/// The closure of one registration, and how often it failed.
pub(super) struct Callback {
    desc: Desc,
    scope: Arc<Scope>,
    read: Box<Read>,
    pub(super) failures: AtomicU64,
}

impl Callback {
    /// What the closure says; nothing, and one failure more, if it fails or panics.
    fn collect(&self) -> Vec<FamilySnapshot> {
        gather::caught(&self.failures, || {
            let descs = std::slice::from_ref(&self.desc);
            let mut collection = Collection::new(descs, descs, (*self.scope).clone());
            (self.read)(&mut collection.family(self.desc.name())?)?;
            collection.finish()
        })
    }
}

/// The family of an entry whose parts are callbacks; nothing if they have no series.
pub(super) fn collect(entry: &Entry) -> Option<FamilySnapshot> {
    let mut parts = entry.callbacks().flat_map(Callback::collect);
    let mut family = parts.next()?;
    parts.for_each(|part| family.append(part));
    family.sort();
    Some(family)
}

impl Source for Callback {
    /// Series come through [`collect`], before those of all others are read: what fails is to be counted
    /// in the same scrape.
    fn collect(&self, _: &mut Scratch, _: &mut dyn Sink) {}

    fn refused(&self) -> Option<u64> {
        None
    }

    fn callback(&self) -> Option<&Callback> {
        Some(self)
    }
}

impl Registry {
    /// Registers a counter whose total is kept elsewhere and read by a closure at each scrape.
    ///
    /// The contract is that of a [`Collector`](super::Collector): it should not block, it runs without a
    /// lock, perhaps several times at once, and if it fails or panics, or its total is negative or NaN, the
    /// counter is left out of that scrape and `prom_client_collector_failures_total` counts it.
    /// [`unregister`](Self::unregister) takes it out. A closure that holds this registry keeps it for ever.
    ///
    /// # Errors
    /// As [`MetricBuilder::register`](super::MetricBuilder::register).
    ///
    /// # Examples
    /// ```
    /// use std::sync::atomic::{AtomicU64, Ordering};
    /// use prom_client::Registry;
    ///
    /// static HITS: AtomicU64 = AtomicU64::new(7);
    ///
    /// let registry = Registry::new();
    /// registry.counter_fn("cache_hits", "Hits of the cache.", || HITS.load(Ordering::Relaxed))?;
    /// assert_eq!(registry.snapshot().counter("cache_hits", &[]), Some(7));
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    #[track_caller]
    pub fn counter_fn<R: Reading>(
        &self,
        name: &str,
        help: &str,
        read: impl Fn() -> R + Send + Sync + 'static,
    ) -> Result<(), RegisterError> {
        self.family_fn(Desc::new_in(self.scope.names, name, help, Kind::Counter)?, move |out| {
            read().number()?.map_or(Ok(()), |total| out.counter(&[], total))
        })
    }

    /// Registers a gauge whose value is kept elsewhere and read by a closure at each scrape; as
    /// [`counter_fn`](Self::counter_fn). For a unit, or for labels, take [`family_fn`](Self::family_fn).
    ///
    /// An error of the closure leaves the gauge out of the scrape and is counted. Its text goes nowhere: log it in
    /// the closure if you need it.
    ///
    /// # Errors
    /// As [`MetricBuilder::register`](super::MetricBuilder::register).
    ///
    /// # Examples
    /// ```
    /// use std::sync::Mutex;
    /// use prom_client::Registry;
    ///
    /// static QUEUE: Mutex<Vec<String>> = Mutex::new(Vec::new());
    ///
    /// let registry = Registry::new();
    /// registry.gauge_fn("queue_depth", "Jobs waiting.", || Some(QUEUE.try_lock().ok()?.len()))?;
    /// assert_eq!(registry.snapshot().gauge("queue_depth", &[]), Some(0));
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    #[track_caller]
    pub fn gauge_fn<R: Reading>(
        &self,
        name: &str,
        help: &str,
        read: impl Fn() -> R + Send + Sync + 'static,
    ) -> Result<(), RegisterError> {
        self.family_fn(Desc::new_in(self.scope.names, name, help, Kind::Gauge)?, move |out| {
            read().number()?.map_or(Ok(()), |value| out.gauge(&[], value))
        })
    }

    /// Registers a family of any kind whose label sets and values a closure gives at each scrape; as
    /// [`counter_fn`](Self::counter_fn). The description may have a unit.
    ///
    /// # Errors
    /// As [`MetricBuilder::register`](super::MetricBuilder::register).
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Desc, Kind, Registry, Unit};
    ///
    /// let registry = Registry::new();
    /// let free = Desc::new("disk_free", "Free space.", Kind::Gauge)?.unit(Unit::BYTES);
    /// registry.family_fn(free, |out| {
    ///     for (disk, bytes) in [("sda", 5_000_000_u64), ("sdb", 7)] {
    ///         out.gauge(&[("disk", disk)], bytes)?;
    ///     }
    ///     Ok(())
    /// })?;
    /// assert!(registry.to_text().contains("disk_free_bytes{disk=\"sdb\"} 7\n"));
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    #[track_caller]
    pub fn family_fn(
        &self,
        desc: Desc,
        read: impl Fn(&mut CollectedFamily<'_>) -> Result<(), CollectError> + Send + Sync + 'static,
    ) -> Result<(), RegisterError> {
        let at = Location::caller();
        let desc = self.scoped_desc(desc)?;
        // The closure may give each series labels of its own, so the family has none.
        let schema =
            Schema::new(self.scope.labels.clone(), Vec::new(), desc.kind())?.checked(&desc)?;
        let site = Site { kind: desc.kind(), name: desc.name().into(), at };
        // Kept here until the lock is released: a closure that is refused is dropped without it.
        let callback = Arc::new(Callback {
            desc: desc.clone(),
            scope: Arc::clone(&self.scope),
            read: Box::new(read),
            failures: AtomicU64::new(0),
        });
        let source = Arc::clone(&callback);
        let part = Part { schema, source, instrument: Box::new(()), site };
        let inserted = self.shared.table.write().insert(desc, part);
        drop(callback);
        inserted
    }
}
