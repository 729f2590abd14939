//! Metrics that are their own owner.

use std::ops::Deref;

use super::Metric;
use crate::clock::Clock;
use crate::storage::{Class, Handle, single};

/// A metric without labels that lives until this is dropped: for collectors of yours, and for code
/// that counts before there is a registry.
///
/// # Examples
/// ```
/// use prom_client::{Counter, Metric, Owned};
///
/// let owned = Owned::<Counter>::new();
/// let counter: Counter = *owned;
/// counter.inc();
/// assert_eq!(owned.value(), 1);
/// drop(owned);
/// assert!(!counter.is_live());
/// ```
#[derive(Debug)]
pub struct Owned<M: Metric> {
    metric: M,
    class: Class,
    handle: Handle,
}

impl<M: Metric> Owned<M> {
    /// A metric with default options and the system's clock.
    ///
    /// # Panics
    /// When the process has millions of metrics already; see [`with`](Self::with).
    #[must_use]
    pub fn new() -> Self {
        Self::with(M::Options::default(), &Clock::system())
    }

    /// A metric with these options ([`Buckets`](crate::Buckets) for a histogram, `()` for others).
    ///
    /// # Panics
    /// When the process has about 4 million counters and gauges, or half a million histograms, or
    /// 65,536 different bucket layouts and clocks.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "as options are given elsewhere")]
    pub fn with(options: M::Options, clock: &Clock) -> Self {
        Self::try_with(&options, clock).expect("the storage has room for more metrics")
    }

    pub(crate) fn try_with(options: &M::Options, clock: &Clock) -> Option<Self> {
        Self::of_class(M::class(options, clock)?)
    }

    /// A metric in areas of this class, which is one of its type.
    pub(crate) fn of_class(class: Class) -> Option<Self> {
        let handle = single::begin(class)?;
        Some(Self { metric: M::from_handle(handle), class, handle })
    }

    pub(crate) fn handle(&self) -> Handle {
        self.handle
    }
}

impl<M: Metric> Default for Owned<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Metric> Deref for Owned<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.metric
    }
}

impl<M: Metric> Drop for Owned<M> {
    fn drop(&mut self) {
        single::end(self.class, self.handle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Counter, Gauge, Histogram};

    #[test]
    fn a_dropped_metric_takes_no_more_updates_and_its_place_starts_at_zero() {
        let mut stale: Vec<Counter> = Vec::new();
        for _ in 0..1_000 {
            let owned = Owned::<Counter>::new();
            stale.iter().for_each(|counter| counter.inc_by(1_000_000));
            assert_eq!(owned.value(), 0);
            owned.inc();
            assert_eq!(owned.value(), 1);
            stale.truncate(10);
            stale.insert(0, *owned);
        }
        assert!(stale.iter().all(|counter| !counter.is_live() && counter.value() == 0));
    }

    #[test]
    fn numbers_add_up_over_threads_and_kinds_of_steps() {
        let count = Owned::<Counter>::new();
        let sum = Owned::<Counter<f64>>::new();
        let open = Owned::<Gauge>::new();
        let load = Owned::<Gauge<f64>>::new();
        let sizes = Owned::<Histogram>::new();
        let (c, s, o, l, h) = (*count, *sum, *open, *load, *sizes);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(move || {
                    for i in 0..1_000_u64 {
                        c.inc_by(i * 1_000);
                        s.inc_by(0.5);
                        o.add(5);
                        o.sub(4);
                        l.add(0.25);
                        h.observe(1.0);
                    }
                });
            }
        });
        assert_eq!(c.value(), 4 * 499_500 * 1_000);
        assert_eq!(s.value(), 2_000.0);
        assert_eq!(o.value(), 4_000);
        assert_eq!(l.value(), 1_000.0);
        let reading = h.snapshot().unwrap();
        assert_eq!((reading.count(), reading.sum()), (4_000, 4_000.0));
        o.set(-7);
        assert_eq!(o.value(), -7);
        o.inc();
        assert_eq!(o.value(), -6);
        l.set(0.1);
        assert_eq!(l.value(), 0.1);
    }

    #[test]
    fn amounts_that_a_counter_cannot_take_change_nothing_and_are_counted() {
        let counter = Owned::<Counter<f64>>::new();
        counter.inc_by(1.5);
        let before = crate::metric::refused_updates();
        for amount in [-1.0, f64::NAN, f64::INFINITY, -f64::INFINITY, -5e-324] {
            counter.inc_by(amount);
        }
        assert_eq!(counter.value(), 1.5);
        assert!(crate::metric::refused_updates() >= before + 5);
    }
}
