//! Time as an argument.
//!
//! Everything in this crate that needs the time asks a [`Clock`]: timers, start times of series, and
//! whatever judges age. A [`Registry`](crate::Registry) has one; the system's by default, a manual
//! one in tests, so that a program can be driven through hours in microseconds.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Where the time comes from: the system, or a test.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use prom_client::Clock;
///
/// let (clock, hand) = Clock::manual(Duration::from_secs(1_000));
/// hand.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), Duration::from_secs(1_060));
/// ```
///
/// # Cost
/// The system's clock costs what the operating system asks (20 ns on Linux), a manual one an atomic load.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Manual(Arc<AtomicU64>),
}

impl Clock {
    /// The system's clock. Not available on `wasm32-unknown-unknown`, which has none.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `start` after the Unix epoch until its [`ManualClock`] moves it.
    ///
    /// A handle finds its clock through a table that is never cleared, since it may be kept for ever: each
    /// manual clock that metrics were made on takes some 6 KiB for good, and there is room for 65,536.
    #[must_use]
    pub fn manual(start: Duration) -> (Self, ManualClock) {
        let nanos = Arc::new(AtomicU64::new(nanos(start)));
        (Self(Source::Manual(Arc::clone(&nanos))), ManualClock(nanos))
    }

    /// Wall-clock time since the Unix epoch, to the nanosecond; 0 for a system clock set before 1970.
    #[must_use]
    pub fn now(&self) -> Duration {
        match &self.0 {
            Source::System => std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap_or_default(),
            // Ordering: Relaxed - a time publishes nothing else.
            Source::Manual(nanos) => Duration::from_nanos(nanos.load(Ordering::Relaxed)),
        }
    }

    /// A point in time from which [`Instant::elapsed`] measures, unmoved by changes of the wall clock.
    #[must_use]
    #[inline]
    pub fn instant(&self) -> Instant {
        Instant { clock: self.clone(), start: self.read() }
    }

    /// As [`instant`](Self::instant), for a caller that has the clock at hand later, too.
    #[inline]
    pub(crate) fn read(&self) -> Reading {
        Reading(match &self.0 {
            Source::System => Read::System(std::time::Instant::now()),
            // Ordering: Relaxed - see `now`.
            Source::Manual(nanos) => Read::Manual(nanos.load(Ordering::Relaxed)),
        })
    }

    /// The time since a reading of this clock; 0 when a manual clock went back.
    #[inline]
    pub(crate) fn since(&self, reading: Reading) -> Duration {
        match reading.0 {
            Read::System(start) => start.elapsed(),
            Read::Manual(start) => self.now().saturating_sub(Duration::from_nanos(start)),
        }
    }

    /// Whether it stands still until it is moved, and costs next to nothing to read.
    pub(crate) const fn is_manual(&self) -> bool {
        matches!(self.0, Source::Manual(_))
    }

    /// Whether both read the same time: two system clocks, or two clones of one manual clock.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Source::System, Source::System) => true,
            (Source::Manual(a), Source::Manual(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::System => f.write_str("Clock(system)"),
            Source::Manual(_) => write!(f, "Clock(manual at {:?})", self.now()),
        }
    }
}

/// A point in time, taken by [`Clock::instant`].
#[derive(Clone, Debug)]
pub struct Instant {
    clock: Clock,
    start: Reading,
}

impl Instant {
    /// The time since this point; 0 when a manual clock went back.
    #[must_use]
    #[inline]
    pub fn elapsed(&self) -> Duration {
        self.clock.since(self.start)
    }
}

/// What a clock showed; from [`Clock::read`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading(Read);

/// Nanoseconds as a number, so that both fit 16 bytes.
#[derive(Clone, Copy, Debug)]
enum Read {
    System(std::time::Instant),
    Manual(u64),
}

/// The hand of a [`Clock::manual`].
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(nanos(by), Ordering::Relaxed);
    }

    /// Sets the clock to `time` since the Unix epoch, also backwards.
    pub fn set(&self, time: Duration) {
        self.0.store(nanos(time), Ordering::Relaxed);
    }
}

/// Nanoseconds in 64 bits reach to the year 2554.
pub(crate) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let (clock, hand) = Clock::manual(Duration::from_secs(5));
        let start = clock.instant();
        hand.advance(Duration::from_millis(1_500));
        assert_eq!(clock.now(), Duration::from_millis(6_500));
        assert_eq!(start.elapsed(), Duration::from_millis(1_500));
        hand.set(Duration::from_secs(1));
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[test]
    fn clones_of_a_manual_clock_are_the_same_and_others_are_not() {
        let (one, _) = Clock::manual(Duration::ZERO);
        let (two, _) = Clock::manual(Duration::ZERO);
        assert!(one.same(&one.clone()));
        assert!(!one.same(&two));
        assert!(!one.same(&Clock::system()));
        assert!(Clock::system().same(&Clock::default()));
    }
}
