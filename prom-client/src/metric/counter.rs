//! Counters.

use std::fmt;
use std::marker::PhantomData;

use super::refused::refuse;
use super::{Metric, sealed};
use crate::clock::Clock;
use crate::desc::Kind;
use crate::label::ExemplarLabels;
use crate::snapshot::{Number, Point};
use crate::storage::{Class, Handle, Profile, exemplars, number};

/// A total that only grows.
///
/// `Counter` counts in `u64`, `Counter<f64>` in floats, for seconds and other amounts with fractions.
///
/// # Examples
/// ```
/// use prom_client::{Counter, Registry};
///
/// let registry = Registry::new();
/// let jobs: Counter = registry.register("jobs", "Jobs done.")?;
/// jobs.inc();
/// jobs.inc_by(2);
/// assert_eq!(jobs.value(), 3);
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
///
/// # Cost
/// An update of a busy counter is a check, a load and a store in the thread's own memory, however many
/// threads count; no locked instruction, no allocation. Before that, the updates of a series of a family
/// go to memory that all threads share: one locked instruction, two for floats and large amounts. A
/// series is busy after a thousand updates, or when the thread often counts its neighbours; then a
/// thread's first update may allocate a page.
///
/// # Limits
/// `u64` totals wrap. Servers keep 53 bits. A float counter stops growing by 1 beyond 2^53.
pub struct Counter<N: CounterNumber = u64> {
    handle: Handle,
    number: PhantomData<fn() -> N>,
}

/// The number types of counters: `u64` and `f64`. It cannot be implemented elsewhere.
pub trait CounterNumber:
    Copy + PartialOrd + fmt::Debug + Default + number_sealed::Sealed + 'static
{
}

mod number_sealed {
    use super::{Handle, Number};

    pub trait Sealed: Sized {
        const ONE: Self;
        /// Whether a counter may grow by it.
        fn can_add(self) -> bool;
        fn add(handle: Handle, n: Self);
        fn total(handle: Handle) -> Option<Self>;
        fn number(self) -> Number;
    }
}

impl CounterNumber for u64 {}

impl number_sealed::Sealed for u64 {
    const ONE: Self = 1;
    #[inline(always)]
    fn can_add(self) -> bool {
        self <= i64::MAX as Self
    }
    #[inline(always)]
    fn add(handle: Handle, n: Self) {
        number::add(handle, n);
    }
    fn total(handle: Handle) -> Option<Self> {
        number::total(handle)
    }
    fn number(self) -> Number {
        Number::U64(self)
    }
}

impl CounterNumber for f64 {}

impl number_sealed::Sealed for f64 {
    const ONE: Self = 1.0;
    #[inline(always)]
    fn can_add(self) -> bool {
        (0.0..Self::INFINITY).contains(&self)
    }
    #[inline(always)]
    fn add(handle: Handle, n: Self) {
        number::add_float(handle, n);
    }
    fn total(handle: Handle) -> Option<Self> {
        number::total_float(handle)
    }
    fn number(self) -> Number {
        Number::F64(self)
    }
}

impl<N: CounterNumber> Counter<N> {
    /// Adds 1.
    #[inline]
    pub fn inc(self) {
        N::add(self.handle, N::ONE);
    }

    /// Adds `n`. A negative, infinite or NaN amount is refused, and an integer of 2^63 or more, which is a
    /// difference that went below 0: the counter stays as it is, and `prom_client_refused_updates_total` in every
    /// registry counts it.
    #[doc(alias = "add")]
    #[inline]
    pub fn inc_by(self, n: N) {
        if n.can_add() {
            N::add(self.handle, n);
        } else {
            refuse();
        }
    }

    /// Adds 1, and keeps this update as the exemplar of the counter; see
    /// [`inc_by_with_exemplar`](Self::inc_by_with_exemplar).
    pub fn inc_with_exemplar(self, labels: &[(&str, &str)]) {
        self.inc_by_with_exemplar(N::ONE, labels);
    }

    /// Adds `n`, and keeps this update as the exemplar of the counter, in the place of the one before, until
    /// another takes its place.
    ///
    /// An amount that is refused has no exemplar. Labels that do not [fit](ExemplarLabels) are refused and
    /// counted in `prom_client_refused_exemplars_total`; the amount is added nevertheless. When two
    /// threads do this at the same time, one exemplar is kept.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Counter, Registry};
    ///
    /// let registry = Registry::new();
    /// let sent: Counter = registry.register("sent_bytes", "Bytes sent.")?;
    /// sent.inc_by_with_exemplar(512, &[("trace_id", "6bd1c4ae")]);
    /// let text = registry.to_openmetrics();
    /// assert!(text.contains("sent_bytes_total 512 # {trace_id=\"6bd1c4ae\"} 512.0 "), "{text}");
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    ///
    /// # Cost
    /// A reading of the clock, a locked instruction and a copy of the labels: 140 ns for a trace id and a span
    /// id. The first exemplar of a series allocates.
    pub fn inc_by_with_exemplar(self, n: N, labels: &[(&str, &str)]) {
        self.inc_by(n);
        if n.can_add() {
            exemplars::put(self.handle, 0, n.number().as_f64(), &ExemplarLabels::of(labels));
        }
    }

    /// Runs `f` and counts 1 if it panics. The panic goes on.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Counter, Registry};
    ///
    /// let registry = Registry::new();
    /// let panics: Counter = registry.register("panics", "Panics in handlers.")?;
    /// let two = panics.count_panics(|| 1 + 1);
    /// assert_eq!((two, panics.value()), (2, 0));
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    pub fn count_panics<T>(self, f: impl FnOnce() -> T) -> T {
        let on_panic = OnDrop(self);
        let value = f();
        std::mem::forget(on_panic);
        value
    }

    /// Runs `f` and counts 1 if it gives an error.
    ///
    /// # Errors
    /// That of `f`.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Counter, Registry};
    ///
    /// let registry = Registry::new();
    /// let refused: Counter = registry.register("refused", "Numbers that are none.")?;
    /// assert!(refused.count_errors(|| "x".parse::<u8>()).is_err());
    /// assert_eq!(refused.value(), 1);
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    pub fn count_errors<T, E>(self, f: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        f().inspect_err(|_| self.inc())
    }

    /// The total; 0 when the series was removed.
    ///
    /// # Cost
    /// Adds up the threads' parts: a few nanoseconds for each thread there ever was at once.
    #[must_use]
    pub fn value(self) -> N {
        N::total(self.handle).unwrap_or_default()
    }
}

/// Counts 1 when it is dropped.
struct OnDrop<N: CounterNumber>(Counter<N>);

impl<N: CounterNumber> Drop for OnDrop<N> {
    fn drop(&mut self) {
        self.0.inc();
    }
}

impl<N: CounterNumber> Metric for Counter<N> {
    const KIND: Kind = Kind::Counter;

    fn is_live(self) -> bool {
        self.handle.is_live()
    }
}

impl<N: CounterNumber> sealed::Sealed for Counter<N> {
    type Options = ();

    fn class((): &(), clock: &Clock) -> Option<Class> {
        Class::new(Profile::plain(clock.clone())).map(Class::sum)
    }

    #[inline(always)]
    fn from_handle(handle: Handle) -> Self {
        Self { handle, number: PhantomData }
    }

    fn read(handles: &[Handle], _: &mut Vec<u64>, mut each: impl FnMut(usize, &Point<'_>)) {
        number::prefetch(handles);
        for (i, handle) in handles.iter().enumerate() {
            if let Some(total) = N::total(*handle) {
                each(i, &Point::Counter(total.number()));
            }
        }
    }
}

impl<N: CounterNumber> Clone for Counter<N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N: CounterNumber> Copy for Counter<N> {}

impl<N: CounterNumber> fmt::Debug for Counter<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Counter").field(&N::total(self.handle)).finish()
    }
}
