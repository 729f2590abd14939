//! Histograms.

mod buckets;
mod native;

pub use buckets::{Buckets, BucketsError};
pub use native::Native;

use std::fmt;
use std::future::Future;
use std::time::Duration;

use super::timer::{Timed, Timer, Timing};
use super::{Metric, sealed};
use crate::clock::Clock;
use crate::desc::Kind;
use crate::label::ExemplarLabels;
use crate::snapshot::{HistogramPoint, HistogramSnapshot, Point};
use crate::storage::{self, Class, Handle, Profile, Search, distribution, exemplars};

/// A distribution of values over buckets, with their sum: [classic](Buckets) ones, whose bounds are fixed, or
/// [native](crate::Native) ones, which come as they are needed, or both.
///
/// # Examples
/// ```
/// use prom_client::{Buckets, Histogram, Registry, Unit};
///
/// let registry = Registry::new();
/// let sizes: Histogram = registry
///     .metric("upload_size", "Size of uploads.")
///     .unit(Unit::BYTES)
///     .buckets(Buckets::exponential(1024.0, 4.0, 6)?)
///     .register()?;
/// sizes.observe(2_000.0);
///
/// let reading = sizes.snapshot().expect("it is registered");
/// assert_eq!((reading.count(), reading.sum()), (1, 2_000.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Consistency
/// A reading shows, for every thread, a prefix of what that thread observed: buckets and sum belong to
/// the same observations, and the count is the sum of the buckets, while threads go on observing.
///
/// # Special values
/// A value equal to a bound is in that bound's bucket. NaN is in the `+Inf` bucket and makes the sum
/// NaN; it is in no native bucket. A negative value makes the sum fall.
///
/// # Cost
/// An observation on a busy histogram finds its bucket in a small table and makes three stores in the
/// thread's own memory; no locked instruction, no allocation. As long as a series of a family has few
/// observations, by all threads together, they cost two locked instructions each. With native buckets an
/// observation of a bucket that is there costs much the same, and the first one of a bucket about a microsecond.
#[derive(Clone, Copy)]
pub struct Histogram {
    handle: Handle,
}

impl Histogram {
    /// Counts a value.
    #[inline]
    pub fn observe(self, value: f64) {
        distribution::observe(self.handle, value);
    }

    /// Counts a time, in seconds.
    #[inline]
    pub fn observe_duration(self, time: Duration) {
        self.observe(time.as_secs_f64());
    }

    /// Counts a value, and keeps it as the exemplar of its bucket, in the place of the one before.
    ///
    /// Labels that do not [fit](ExemplarLabels) are refused and counted in
    /// `prom_client_refused_exemplars_total`, as is every exemplar for NaN, which is in no bucket; the value is
    /// counted nevertheless. When two threads do this at the same time, one exemplar is kept.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Buckets, Histogram, Registry};
    ///
    /// let registry = Registry::new();
    /// let sizes: Histogram =
    ///     registry.metric("sizes", "Sizes.").buckets(Buckets::new([1.0, 10.0])?).register()?;
    /// sizes.observe_with_exemplar(0.67, &[("trace_id", "KOO5S4vxi0o")]);
    /// let text = registry.to_openmetrics();
    /// let line = "sizes_bucket{le=\"1.0\"} 1 # {trace_id=\"KOO5S4vxi0o\"} 0.67 ";
    /// assert!(text.contains(line), "{text}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Cost
    /// More than [`observe`](Self::observe): a reading of the clock, a locked instruction and a copy of the
    /// labels. The first exemplar of a bucket allocates.
    pub fn observe_with_exemplar(self, value: f64, labels: &[(&str, &str)]) {
        self.observe_labelled(value, &ExemplarLabels::of(labels));
    }

    pub(in crate::metric) fn observe_labelled(self, value: f64, labels: &ExemplarLabels) {
        self.observe(value);
        if let Some(search) = distribution::search(self.handle) {
            exemplars::put(self.handle, search.find(value), value, labels);
        }
    }

    /// Measures the time until the timer is dropped or stopped, in seconds, by the clock of the
    /// histogram's registry. The timer borrows nothing and may cross awaits and threads.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Histogram, Registry};
    ///
    /// let registry = Registry::new();
    /// let latency: Histogram = registry.register("latency_seconds", "Time to answer.")?;
    /// {
    ///     let _timer = latency.start_timer();
    /// }
    /// let outcome: Result<(), ()> = Err(());
    /// let timer = latency.start_timer();
    /// if outcome.is_err() {
    ///     timer.discard();
    /// }
    /// assert_eq!(latency.snapshot().map(|reading| reading.count()), Some(1));
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    ///
    /// # Cost
    /// Two readings of the clock.
    pub fn start_timer(self) -> Timer {
        Timer::new(self, storage::clock(self.handle).instant())
    }

    /// Measures how long `f` runs, also when it panics.
    pub fn time<T>(self, f: impl FnOnce() -> T) -> T {
        let _timer = self.start_timer();
        f()
    }

    /// Measures a future from its first poll until it is ready or dropped.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Histogram, Registry};
    ///
    /// let registry = Registry::new();
    /// let latency: Histogram = registry.register("latency_seconds", "Time to answer.")?;
    /// let answer = latency.time_future(async { 42 });
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// # let answer = runtime.block_on(answer);
    /// assert_eq!(answer, 42);
    /// assert_eq!(latency.snapshot().map(|reading| reading.count()), Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn time_future<F: Future>(self, future: F) -> Timed<F> {
        Timed::new(self, future)
    }

    /// The buckets and the sum of this moment; `None` when the series was removed.
    ///
    /// As by a scrape, a [native](crate::Native) histogram begins anew behind it if that is due.
    #[must_use]
    pub fn snapshot(self) -> Option<HistogramSnapshot> {
        self.snapshot_by(storage::native::read)
    }

    fn snapshot_by(self, read: native::Read) -> Option<HistogramSnapshot> {
        let mut snapshot = None;
        read_by(read, &[self.handle], &mut Vec::new(), |_, point: &Point<'_>| {
            if let Point::Histogram(point) = point {
                snapshot = Some(HistogramSnapshot::from(point));
            }
        });
        snapshot
    }
}

impl Timing for Histogram {
    fn record(self, time: Duration) {
        self.observe_duration(time);
    }

    fn start_timer(self) -> Timer {
        self.start_timer()
    }

    fn record_labelled(self, time: Duration, labels: &ExemplarLabels) {
        self.observe_labelled(time.as_secs_f64(), labels);
    }
}

impl Metric for Histogram {
    const KIND: Kind = Kind::Histogram;

    fn is_live(self) -> bool {
        self.handle.is_live()
    }
}

impl sealed::Sealed for Histogram {
    type Options = Buckets;

    fn class(buckets: &Buckets, clock: &Clock) -> Option<Class> {
        let search = Search::new(buckets.bounds());
        let plain = Profile::plain(clock.clone());
        Class::new(match buckets.native_buckets() {
            Some(native) => Profile { native: Some(native.beside(search)), ..plain },
            None => Profile { search: Some(search), ..plain },
        })
    }

    #[inline(always)]
    fn from_handle(handle: Handle) -> Self {
        Self { handle }
    }

    fn read(handles: &[Handle], counts: &mut Vec<u64>, each: impl FnMut(usize, &Point<'_>)) {
        read_by(storage::native::read, handles, counts, each);
    }
}

fn read_by(
    read: native::Read,
    handles: &[Handle],
    counts: &mut Vec<u64>,
    mut each: impl FnMut(usize, &Point<'_>),
) {
    let mut reading = native::Reading::default();
    for (i, handle) in handles.iter().enumerate() {
        let Some(profile) = storage::profile(*handle) else { continue };
        if let Some(native) = &profile.native {
            reading.read(*handle, native, read, |point| each(i, &Point::Histogram(point)));
        }
        let Some(search) = &profile.search else { continue };
        counts.resize(search.buckets(), 0);
        if let Some(sum) = distribution::read(*handle, counts) {
            each(i, &Point::Histogram(HistogramPoint::new(search.bounds(), counts, sum)));
        }
    }
}

impl fmt::Debug for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Histogram").field(&self.snapshot_by(storage::native::look)).finish()
    }
}
