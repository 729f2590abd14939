//! What is measured of a piece of code: that it failed, and how long it took.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::panic::catch_unwind;
use std::time::Duration;

use prom_client::{
    Clock, Counter, Desc, Family, Gauge, Histogram, LabelValues, Point, Quantiles, Registry,
    Schema, Sink, Summary,
};

#[test]
fn panics_and_errors_in_a_piece_of_code_are_counted() {
    let registry = Registry::new();
    let panics: Counter = registry.register("panics", "Panics.").unwrap();
    let errors: Counter<f64> = registry.register("errors", "Errors.").unwrap();
    let run = |text: &str| errors.count_errors(|| text.parse::<u8>());
    assert_eq!(run("7"), Ok(7));
    assert!(run("x").is_err());
    assert!(catch_unwind(|| panics.count_panics(|| panic!("expected"))).is_err());
    assert_eq!(panics.count_panics(|| 7), 7);
    // A panic is no error, and an error no panic.
    assert!(
        catch_unwind(|| errors.count_errors(|| -> Result<(), ()> { panic!("expected") })).is_err()
    );
    assert!(panics.count_panics(|| run("y").is_err()));
    assert_eq!((panics.value(), errors.value()), (1, 2.0));
}

#[test]
fn a_gauge_takes_the_time_of_its_clock_and_of_a_piece_of_code() {
    let (clock, hand) = Clock::manual(Duration::from_millis(1_700_000_000_250));
    let registry = Registry::with_clock(clock);
    let last: Gauge<f64> = registry.register("last_run_seconds", "Time of the last run.").unwrap();
    let whole: Gauge = registry.register("whole_seconds", "In whole seconds.").unwrap();
    last.set_to_current_time();
    whole.set_to_current_time();
    assert_eq!((last.value(), whole.value()), (1_700_000_000.25, 1_700_000_000));
    let timer = whole.start_timer();
    last.time(|| hand.advance(Duration::from_millis(1_500)));
    assert_eq!(last.value(), 1.5);
    drop(timer);
    assert_eq!(whole.value(), 1);
    assert!(catch_unwind(|| last.time(|| panic!("expected"))).is_err());
    assert_eq!(last.value(), 0.0);
}

#[test]
fn timers_of_summaries_record_seconds() {
    let (clock, hand) = Clock::manual(Duration::ZERO);
    let registry = Registry::with_clock(clock);
    let times: Summary = registry
        .metric("times", "Times.")
        .quantiles(Quantiles::new([1.0]).unwrap())
        .register()
        .unwrap();
    times.time(|| hand.advance(Duration::from_millis(250)));
    let timer = times.start_timer();
    hand.advance(Duration::from_secs(2));
    assert_eq!(timer.stop(), Duration::from_secs(2));
    times.start_timer().discard();
    times.observe_duration(Duration::from_millis(500));
    let reading = times.snapshot().unwrap();
    assert_eq!((reading.count(), reading.sum()), (3, 2.75));
    assert!((reading.quantile(1.0).unwrap() / 2.0 - 1.0).abs() <= 0.01);
}

#[test]
fn gauges_go_up_and_down_and_begin_at_zero() {
    let registry = Registry::new();
    let gauge: Gauge = registry.register("level", "Level.").unwrap();
    assert_eq!(gauge.value(), 0);
    gauge.inc();
    gauge.add(10);
    gauge.dec();
    gauge.sub(3);
    assert_eq!(gauge.value(), 7);
    let guard = gauge.track();
    assert_eq!(gauge.value(), 8);
    drop(guard);
    gauge.set(-2);
    assert_eq!(gauge.value(), -2);
}

#[test]
fn histograms_begin_at_zero_with_the_buckets_of_other_libraries() {
    let registry = Registry::new();
    let histogram: Histogram = registry.register("latency", "Latency.").unwrap();
    let reading = histogram.snapshot().unwrap();
    assert_eq!(reading.bounds(), [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]);
    assert_eq!((reading.counts(), reading.sum()), (&[0; 12][..], 0.0));
}

/// A scrape that stands still at its first series.
struct Standing<'a> {
    update: &'a dyn Fn(),
    stood: bool,
}

impl Sink for Standing<'_> {
    fn family(&mut self, _: &Desc) {}

    fn schema(&mut self, _: &Schema) {}

    fn series(&mut self, _: &LabelValues, _: &Point<'_>, _: Option<Duration>) {
        if !self.stood {
            self.stood = true;
            (self.update)();
        }
    }
}

/// From another thread, and from within the scrape itself: an update that waited would wait for ever.
#[test]
fn updates_go_on_while_a_scrape_stands_still() {
    let registry = Registry::new();
    let jobs: Family<(&str,), Counter> =
        registry.metric("jobs", "Jobs.").labels(["queue"]).register().unwrap();
    let level: Gauge<f64> = registry.register("level", "Level.").unwrap();
    let sizes: Histogram = registry.register("sizes", "Sizes.").unwrap();
    let times: Summary = registry
        .metric("times", "Times.")
        .quantiles(Quantiles::new([0.5]).unwrap())
        .register()
        .unwrap();
    let update = || {
        for queue in ["mail", "fax"] {
            jobs.with(&(queue,)).inc();
        }
        jobs.remove(&("fax",));
        level.set(1.5);
        level.add(1.0);
        sizes.observe(1.0);
        times.observe(1.0);
    };
    update();
    let both = || {
        std::thread::scope(|scope| {
            scope.spawn(update).join().unwrap();
        });
        update();
    };
    registry.gather(&mut Standing { update: &both, stood: false });
    assert_eq!(jobs.with(&("mail",)).value(), 3);
    assert_eq!(sizes.snapshot().unwrap().count(), 3);
    assert_eq!(times.snapshot().unwrap().count(), 3);
}
