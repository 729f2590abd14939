//! Timers.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::{Histogram, Metric};
use crate::clock::Instant;
use crate::label::ExemplarLabels;

/// What a time can be recorded to: a histogram, a summary or a gauge. It cannot be implemented elsewhere.
#[diagnostic::on_unimplemented(
    message = "`{Self}` records no times",
    note = "`Histogram`, `Summary` and `Gauge` do"
)]
pub trait Timing: Metric + Unpin {
    /// Records a time: counts it, or, for a gauge, sets it.
    fn record(self, time: Duration);

    /// A timer by the clock of the metric's registry.
    fn start_timer(self) -> Timer<Self>;

    /// As [`record`](Self::record), with an exemplar, where there can be one.
    #[doc(hidden)]
    fn record_labelled(self, time: Duration, _: &ExemplarLabels) {
        self.record(time);
    }
}

/// Records the time since it was made, when it is dropped; from [`Histogram::start_timer`],
/// [`Summary::start_timer`](crate::Summary::start_timer) and [`Gauge::start_timer`](crate::Gauge::start_timer).
#[derive(Debug)]
#[must_use = "a timer that is dropped at once measures nothing"]
pub struct Timer<M: Timing = Histogram> {
    metric: M,
    start: Instant,
    armed: bool,
    /// Boxed, since few timers have one.
    exemplar: Option<Box<ExemplarLabels>>,
}

impl<M: Timing> Timer<M> {
    pub(super) const fn new(metric: M, start: Instant) -> Self {
        Self { metric, start, armed: true, exemplar: None }
    }

    /// Records the time now and returns it.
    #[allow(clippy::must_use_candidate, reason = "the observation is the point")]
    pub fn stop(mut self) -> Duration {
        self.armed = false;
        let time = self.start.elapsed();
        self.record(time);
        time
    }

    /// Ends without a record and returns the time.
    #[allow(clippy::must_use_candidate, reason = "ending is the point")]
    pub fn discard(mut self) -> Duration {
        self.armed = false;
        self.start.elapsed()
    }

    fn record(&self, time: Duration) {
        match &self.exemplar {
            None => self.metric.record(time),
            Some(labels) => self.metric.record_labelled(time, labels),
        }
    }
}

impl Timer {
    /// What is observed in the end is an exemplar with these labels; see
    /// [`Histogram::observe_with_exemplar`].
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Histogram, Registry};
    ///
    /// let registry = Registry::new();
    /// let latency: Histogram = registry.register("latency_seconds", "Time to answer.")?;
    /// let mut timer = latency.start_timer();
    /// timer.set_exemplar(&[("trace_id", "KOO5S4vxi0o")]);
    /// drop(timer);
    /// assert!(registry.to_openmetrics().contains(" # {trace_id=\"KOO5S4vxi0o\"} "));
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    pub fn set_exemplar(&mut self, labels: &[(&str, &str)]) {
        self.exemplar = Some(Box::new(ExemplarLabels::of(labels)));
    }
}

impl<M: Timing> Drop for Timer<M> {
    fn drop(&mut self) {
        if self.armed {
            self.record(self.start.elapsed());
        }
    }
}

/// A future whose time is recorded; from [`Histogram::time_future`].
///
/// When what is recorded: the time from the first poll until the future is ready, or, if it is dropped
/// before that (cancelled, or by a panic), until it is dropped. A future that is never polled records
/// nothing.
///
/// # Cost
/// One allocation, and two readings of the clock.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Timed<F, M: Timing = Histogram> {
    // Boxing keeps this free of pin projections, and so of `unsafe` and of a dependency.
    future: Pin<Box<F>>,
    metric: M,
    timer: Option<Timer<M>>,
    polled: bool,
}

impl<F: Future, M: Timing> Timed<F, M> {
    pub(super) fn new(metric: M, future: F) -> Self {
        Self { future: Box::pin(future), metric, timer: None, polled: false }
    }
}

impl<F: Future, M: Timing> Future for Timed<F, M> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        if !self.polled {
            self.polled = true;
            self.timer = Some(self.metric.start_timer());
        }
        let ready = self.future.as_mut().poll(context);
        if ready.is_ready() {
            self.timer = None;
        }
        ready
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::clock::Clock;
    use crate::metric::{Buckets, Owned};

    fn histogram() -> (Owned<Histogram>, crate::clock::ManualClock) {
        let (clock, hand) = Clock::manual(Duration::ZERO);
        (Owned::with(Buckets::default(), &clock), hand)
    }

    fn reading(histogram: Histogram) -> (u64, f64) {
        let reading = histogram.snapshot().unwrap();
        (reading.count(), reading.sum())
    }

    #[test]
    fn a_timer_observes_once_however_it_ends() {
        let (histogram, hand) = histogram();
        let timer = histogram.start_timer();
        hand.advance(Duration::from_millis(1_500));
        drop(timer);
        assert_eq!(reading(*histogram), (1, 1.5));
        let timer = histogram.start_timer();
        hand.advance(Duration::from_secs(2));
        assert_eq!(timer.stop(), Duration::from_secs(2));
        assert_eq!(reading(*histogram), (2, 3.5));
        assert_eq!(histogram.start_timer().discard(), Duration::ZERO);
        assert_eq!(reading(*histogram), (2, 3.5));
    }

    #[test]
    fn a_panic_is_timed_too() {
        let (histogram, _hand) = histogram();
        let histogram = *histogram;
        let result = std::panic::catch_unwind(|| histogram.time(|| panic!("expected")));
        assert!(result.is_err());
        assert_eq!(reading(histogram).0, 1);
    }

    #[test]
    fn a_future_is_timed_from_its_first_poll_to_its_end_or_drop() {
        let (histogram, hand) = histogram();
        let mut context = Context::from_waker(Waker::noop());
        let mut never = Box::pin(histogram.time_future(std::future::pending::<()>()));
        hand.advance(Duration::from_secs(100));
        assert!(never.as_mut().poll(&mut context).is_pending());
        hand.advance(Duration::from_secs(3));
        assert_eq!(reading(*histogram), (0, 0.0));
        drop(never);
        assert_eq!(reading(*histogram), (1, 3.0));
        let mut ready = Box::pin(histogram.time_future(std::future::ready(7)));
        assert_eq!(ready.as_mut().poll(&mut context), Poll::Ready(7));
        assert_eq!(reading(*histogram), (2, 3.0));
        drop(ready);
        drop(histogram.time_future(std::future::ready(7)));
        assert_eq!(reading(*histogram), (2, 3.0));
    }
}
