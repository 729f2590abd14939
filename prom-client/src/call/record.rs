//! What is recorded of a call.

use super::{Named, Outcome};
use crate::clock::{Clock, Instant};
use crate::metric::{Counter, CounterNumber, Gauge, GaugeNumber, InFlight, Metric, Timer, Timing};

/// A metric that `#[counted]` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` counts no calls",
    note = "`#[counted]` takes a `Counter`"
)]
pub trait Counting: Metric {
    /// Adds 1.
    fn count(self);
}

impl<N: CounterNumber> Counting for Counter<N> {
    #[inline(always)]
    fn count(self) {
        self.inc();
    }
}

/// A metric that `#[in_flight]` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not go up and down",
    note = "`#[in_flight]` takes a `Gauge`"
)]
pub trait Tracking: Metric {
    /// Goes back by 1 when it is dropped.
    type Guard;

    /// Adds 1.
    fn track(self) -> Self::Guard;
}

impl<N: GaugeNumber> Tracking for Gauge<N> {
    type Guard = InFlight<N>;
    #[inline(always)]
    fn track(self) -> InFlight<N> {
        self.track()
    }
}

/// For `#[timed]`: a timer of the metric.
#[inline(always)]
pub fn start<T: Named<Metric: Timing>>(metric: &T) -> Timer<T::Metric> {
    metric.metric().start_timer()
}

/// For `#[counted]`: one more.
#[inline(always)]
pub fn count<T: Named<Metric: Counting>>(metric: &T) {
    metric.metric().count();
}

/// For `#[in_flight]`: one more until the guard is dropped.
#[inline(always)]
pub fn track<T: Named<Metric: Tracking>>(metric: &T) -> <T::Metric as Tracking>::Guard {
    metric.metric().track()
}

/// For `#[counted]` with a closure: one more of whatever it gives.
#[inline(always)]
pub fn ended<T: Named<Metric: Counting>>(
    closure: impl FnOnce(Outcome) -> T,
) -> impl FnOnce(Outcome) {
    move |outcome| count(&closure(outcome))
}

/// For `#[timed]` with a closure: the time begins by this clock.
#[must_use]
pub fn begin(clock: &Clock) -> Instant {
    clock.instant()
}

/// For `#[timed]` with a closure: the time since `start`, to whatever it gives.
#[inline(always)]
pub fn ended_timed<T: Named<Metric: Timing>>(
    start: Instant,
    closure: impl FnOnce(Outcome) -> T,
) -> impl FnOnce(Outcome) {
    move |outcome| closure(outcome).metric().record(start.elapsed())
}
