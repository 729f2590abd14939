//! Summaries.

mod quantiles;

pub use quantiles::{Quantiles, QuantilesError};

use std::fmt;
use std::future::Future;
use std::time::Duration;

use super::timer::{Timed, Timer, Timing};
use super::{Metric, sealed};
use crate::clock::{Clock, nanos};
use crate::desc::Kind;
use crate::snapshot::{Point, SummaryPoint, SummarySnapshot};
use crate::storage::{
    self, Class, Handle, Profile, Search, Sliding, distribution, summary, window,
};

/// How many values, and their sum; on request their quantiles in this process over the last minutes.
///
/// Take a [`Histogram`](crate::Histogram) where quantiles over several instances are asked for:
/// quantiles of a summary cannot be added up.
///
/// # Examples
/// ```
/// use prom_client::{Quantiles, Registry, Summary, Unit};
///
/// let registry = Registry::new();
/// let sizes: Summary = registry
///     .metric("reply_size", "Size of replies.")
///     .unit(Unit::BYTES)
///     .quantiles(Quantiles::new([0.5, 0.99])?)
///     .register()?;
/// (1..=100).for_each(|size| sizes.observe(f64::from(size)));
///
/// let reading = sizes.snapshot().expect("it is registered");
/// assert_eq!((reading.count(), reading.sum()), (100, 5_050.0));
/// let median = reading.quantile(0.5).expect("it was asked for");
/// assert!((49.5..50.5).contains(&median));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Quantiles
/// The quantile `q` of `n` values is the one of rank `⌈q·n⌉`, shown with a relative error of at most
/// 0.78 % (1/129), so that a lone 1.0 is shown as 1.0078; 0 and infinities are exact, and numbers below 2.2e-308 are
/// shown as 0. Values that are NaN are counted, make the sum NaN, and have no rank. A window in which
/// nothing was observed shows NaN. OpenMetrics allows neither quantiles nor a sum below 0: that format leaves
/// them out, the text format shows them.
///
/// The window slides by the slice; see [`Quantiles::window`]. How many scrapers there are, or whether
/// there is one, makes no difference. By the system's clock, a thread that observes without pause looks
/// at the time for every 64th value only, and for the first one after any reading. If it pauses between two looks for
/// longer than a slice, and nobody reads meanwhile, the values between the two, 63 at most, count for the slice of the
/// first, whether they came before the pause or after it.
///
/// # Cost
/// An observation on a busy summary costs about as much as on a histogram without quantiles, and twice
/// that with them; no locked instruction, no allocation. Two observations cost more: the first one in an octave,
/// which takes a page from a pool, under a lock that nobody holds for long; and the first one of a slice, which
/// goes through all counts of the series, some microseconds.
///
/// A series with quantiles takes 1 KiB, and half a KiB for each octave that its values are spread over; a
/// thread that observes much has as much for itself. The process has room for some 10,000 series of three decades,
/// or 130,000 of one octave each, and for fewer other metrics then: bound such families. What finds no room is
/// in count and sum, has no rank, and is counted in `prom_client_refused_updates_total`.
#[derive(Clone, Copy)]
pub struct Summary {
    handle: Handle,
}

impl Summary {
    /// Counts a value.
    #[inline]
    pub fn observe(self, value: f64) {
        match storage::profile(self.handle) {
            Some(Profile { sliding: Some(sliding), clock, .. }) => {
                summary::observe(self.handle, sliding, clock, value);
            }
            Some(Profile { search: Some(search), .. }) => {
                distribution::observe_in(self.handle, search, value);
            }
            _ => {}
        }
    }

    /// Counts a time, in seconds.
    #[inline]
    pub fn observe_duration(self, time: Duration) {
        self.observe(time.as_secs_f64());
    }

    /// Measures the time until the timer is dropped or stopped, in seconds; see
    /// [`Histogram::start_timer`](crate::Histogram::start_timer).
    pub fn start_timer(self) -> Timer<Self> {
        Timer::new(self, storage::clock(self.handle).instant())
    }

    /// Measures how long `f` runs, also when it panics.
    pub fn time<T>(self, f: impl FnOnce() -> T) -> T {
        let _timer = self.start_timer();
        f()
    }

    /// Measures a future from its first poll until it is ready or dropped.
    pub fn time_future<F: Future>(self, future: F) -> Timed<F, Self> {
        Timed::new(self, future)
    }

    /// What it shows at this moment; `None` when the series was removed.
    #[must_use]
    pub fn snapshot(self) -> Option<SummarySnapshot> {
        let mut snapshot = None;
        <Self as sealed::Sealed>::read(&[self.handle], &mut Vec::new(), |_, point: &Point<'_>| {
            if let Point::Summary(point) = point {
                snapshot = Some(SummarySnapshot::from(point));
            }
        });
        snapshot
    }
}

impl Timing for Summary {
    fn record(self, time: Duration) {
        self.observe_duration(time);
    }

    fn start_timer(self) -> Timer<Self> {
        self.start_timer()
    }
}

impl Metric for Summary {
    const KIND: Kind = Kind::Summary;

    fn is_live(self) -> bool {
        self.handle.is_live()
    }
}

impl sealed::Sealed for Summary {
    type Options = Quantiles;

    fn class(quantiles: &Quantiles, clock: &Clock) -> Option<Class> {
        let sliding = quantiles.sliding(clock);
        // One bucket has the count.
        let search = sliding.is_none().then(|| Search::new(&[]));
        Class::new(Profile { search, sliding, ..Profile::plain(clock.clone()) })
    }

    #[inline(always)]
    fn from_handle(handle: Handle) -> Self {
        Self { handle }
    }

    fn read(handles: &[Handle], counts: &mut Vec<u64>, mut each: impl FnMut(usize, &Point<'_>)) {
        let (mut values, mut now) = (Vec::new(), None);
        for (i, handle) in handles.iter().enumerate() {
            let Some(profile) = storage::profile(*handle) else { continue };
            let mut ranks = &[][..];
            if let Some(sliding) = &profile.sliding {
                let now = *now.get_or_insert_with(|| nanos(profile.clock.now()));
                ranks = quantiles(*handle, sliding, now, &mut values);
            }
            counts.resize(1, 0);
            if let Some(sum) = distribution::read(*handle, counts) {
                each(i, &Point::Summary(SummaryPoint::new(counts[0], sum, ranks, &values)));
            }
        }
    }
}

/// Reads the quantiles, and says which they are.
fn quantiles<'a>(
    handle: Handle,
    sliding: &'a Sliding,
    now: u64,
    values: &mut Vec<f64>,
) -> &'a [f64] {
    // A series that was removed is noticed when its sum is read.
    match window::read(handle, sliding, now, values) {
        Some(()) => &sliding.quantiles,
        None => &[],
    }
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Summary").field(&self.snapshot()).finish()
    }
}
