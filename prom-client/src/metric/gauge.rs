//! Gauges.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use super::timer::{Timer, Timing};
use super::{Metric, sealed};
use crate::clock::Clock;
use crate::desc::Kind;
use crate::snapshot::{Number, Point};
use crate::storage::{self, Class, Handle, Profile, number};

/// A value that goes up and down.
///
/// `Gauge` counts in `i64`, `Gauge<f64>` in floats.
///
/// # Examples
/// ```
/// use prom_client::{Gauge, Registry};
///
/// let registry = Registry::new();
/// let open: Gauge = registry.register("open_connections", "Connections in use.")?;
/// let guard = open.track();
/// open.add(4);
/// assert_eq!(open.value(), 5);
/// drop(guard);
/// assert_eq!(open.value(), 4);
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
///
/// # Concurrency
/// A `set` that runs at the same time as additions on other threads may keep them on top of the new
/// value or let them go under with the old one; of two `set`s at the same time one wins. While tasks
/// count up on one thread and down on another, a reading may mix two moments.
///
/// # Cost
/// `inc`, `dec`, `add`, `sub` and [`track`](Gauge::track) on an integer gauge cost what they cost on a
/// [`Counter`](crate::Counter). `set`, and every update of a float gauge, works on memory that all
/// threads share: one locked instruction, and one more to add to a float. A `set` of a gauge that
/// threads have also added to reads their parts first.
pub struct Gauge<N: GaugeNumber = i64> {
    handle: Handle,
    number: PhantomData<fn() -> N>,
}

/// The number types of gauges: `i64` and `f64`. It cannot be implemented elsewhere.
pub trait GaugeNumber:
    Copy + PartialOrd + fmt::Debug + Default + number_sealed::Sealed + 'static
{
}

mod number_sealed {
    use super::{Handle, Number};

    pub trait Sealed: Sized {
        const ONE: Self;
        fn minus(self) -> Self;
        fn add(handle: Handle, n: Self);
        fn set(handle: Handle, n: Self);
        fn value(handle: Handle) -> Option<Self>;
        fn number(self) -> Number;
        fn seconds(time: std::time::Duration) -> Self;
    }
}

impl GaugeNumber for i64 {}

impl number_sealed::Sealed for i64 {
    const ONE: Self = 1;
    #[inline(always)]
    fn minus(self) -> Self {
        self.wrapping_neg()
    }
    #[inline(always)]
    fn add(handle: Handle, n: Self) {
        number::add(handle, n as u64);
    }
    #[inline(always)]
    fn set(handle: Handle, n: Self) {
        number::set(handle, n as u64);
    }
    fn value(handle: Handle) -> Option<Self> {
        number::balance(handle).map(|value| value as Self)
    }
    fn number(self) -> Number {
        Number::I64(self)
    }
    fn seconds(time: Duration) -> Self {
        Self::try_from(time.as_secs()).unwrap_or(Self::MAX)
    }
}

impl GaugeNumber for f64 {}

impl number_sealed::Sealed for f64 {
    const ONE: Self = 1.0;
    #[inline(always)]
    fn minus(self) -> Self {
        -self
    }
    #[inline(always)]
    fn add(handle: Handle, n: Self) {
        number::add_shared_float(handle, n);
    }
    #[inline(always)]
    fn set(handle: Handle, n: Self) {
        number::set_float(handle, n);
    }
    fn value(handle: Handle) -> Option<Self> {
        number::total_float(handle)
    }
    fn number(self) -> Number {
        Number::F64(self)
    }
    fn seconds(time: Duration) -> Self {
        time.as_secs_f64()
    }
}

impl<N: GaugeNumber> Gauge<N> {
    /// Adds 1.
    #[inline]
    pub fn inc(self) {
        N::add(self.handle, N::ONE);
    }

    /// Takes 1 away.
    #[inline]
    pub fn dec(self) {
        N::add(self.handle, N::ONE.minus());
    }

    /// Adds `n`, which may be negative. Integers wrap.
    #[inline]
    pub fn add(self, n: N) {
        N::add(self.handle, n);
    }

    /// Takes `n` away, which may be negative. Integers wrap.
    #[inline]
    pub fn sub(self, n: N) {
        N::add(self.handle, n.minus());
    }

    /// Makes `n` the value.
    #[inline]
    pub fn set(self, n: N) {
        N::set(self.handle, n);
    }

    /// Makes the time since the Unix epoch the value, in seconds, by the clock of the gauge's registry.
    pub fn set_to_current_time(self) {
        self.set(N::seconds(storage::clock(self.handle).now()));
    }

    /// Makes the time until the timer is dropped or stopped the value, in seconds (whole ones for an integer
    /// gauge), by the clock of the gauge's registry: how long the last batch took.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Gauge, Registry};
    ///
    /// let registry = Registry::new();
    /// let last: Gauge<f64> = registry.register("last_backup_seconds", "Time of the last backup.")?;
    /// let timer = last.start_timer();
    /// let took = timer.stop();
    /// assert_eq!(last.value(), took.as_secs_f64());
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    pub fn start_timer(self) -> Timer<Self> {
        Timer::new(self, storage::clock(self.handle).instant())
    }

    /// Makes the time that `f` runs the value, also when it panics.
    pub fn time<T>(self, f: impl FnOnce() -> T) -> T {
        let _timer = self.start_timer();
        f()
    }

    /// Adds 1 until the guard is dropped, which may be on another thread.
    #[inline]
    pub fn track(self) -> InFlight<N> {
        self.inc();
        InFlight { gauge: self }
    }

    /// The value; 0 when the series was removed.
    #[must_use]
    pub fn value(self) -> N {
        N::value(self.handle).unwrap_or_default()
    }
}

/// Holds a gauge one higher until dropped; from [`Gauge::track`].
#[derive(Debug)]
#[must_use = "the gauge goes back when the guard is dropped"]
pub struct InFlight<N: GaugeNumber = i64> {
    gauge: Gauge<N>,
}

impl<N: GaugeNumber> Drop for InFlight<N> {
    #[inline]
    fn drop(&mut self) {
        self.gauge.dec();
    }
}

impl<N: GaugeNumber> Timing for Gauge<N> {
    fn record(self, time: Duration) {
        self.set(N::seconds(time));
    }

    fn start_timer(self) -> Timer<Self> {
        self.start_timer()
    }
}

impl<N: GaugeNumber> Metric for Gauge<N> {
    const KIND: Kind = Kind::Gauge;

    fn is_live(self) -> bool {
        self.handle.is_live()
    }
}

impl<N: GaugeNumber> sealed::Sealed for Gauge<N> {
    type Options = ();

    fn class((): &(), clock: &Clock) -> Option<Class> {
        Class::new(Profile::plain(clock.clone()))
    }

    #[inline(always)]
    fn from_handle(handle: Handle) -> Self {
        Self { handle, number: PhantomData }
    }

    fn read(handles: &[Handle], _: &mut Vec<u64>, mut each: impl FnMut(usize, &Point<'_>)) {
        number::prefetch(handles);
        for (i, handle) in handles.iter().enumerate() {
            if let Some(value) = N::value(*handle) {
                each(i, &Point::Gauge(value.number()));
            }
        }
    }
}

impl<N: GaugeNumber> Clone for Gauge<N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N: GaugeNumber> Copy for Gauge<N> {}

impl<N: GaugeNumber> fmt::Debug for Gauge<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gauge").field(&N::value(self.handle)).finish()
    }
}
