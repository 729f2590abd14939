//! Beginning anew when there are too many buckets.

use std::time::Duration;

use prom_client::{Clock, Family, Histogram, Native, Registry};

use super::{HOUR, Shown, owned};

fn hourly(max_buckets: usize) -> Native {
    Native::default().max_buckets(max_buckets).unwrap().min_reset_duration(HOUR)
}

#[test]
fn too_many_buckets_after_the_time_begin_anew_with_the_last_observation() {
    let (histogram, hand) = owned(hourly(2));
    histogram.observe(1.0);
    histogram.observe(2.0);
    hand.advance(HOUR);
    histogram.observe(1.0);
    assert_eq!(Shown::of(*histogram).count, 3, "two buckets are not too many");
    histogram.observe(4.0);
    let shown = Shown::of(*histogram);
    assert_eq!((shown.count, shown.schema), (1, 3));
    assert_eq!(shown.positive, [(16, 1)]);
    assert_eq!(histogram.snapshot().unwrap().sum(), 4.0);
}

#[test]
fn what_was_made_coarser_is_shown_once_more_and_then_begins_anew() {
    let (histogram, hand) = owned(hourly(2).max_zero_threshold(1.0).unwrap());
    for value in [1.0, 2.0, 4.0, 8.0] {
        histogram.observe(value);
    }
    let reduced = Shown::of(*histogram);
    assert!(reduced.schema < 3 && reduced.zero_threshold == 1.0, "{reduced:?}");
    hand.advance(HOUR - Duration::from_nanos(1));
    assert_eq!(Shown::of(*histogram), reduced);
    hand.advance(Duration::from_nanos(1));
    assert_eq!(Shown::of(*histogram), reduced, "the last reading of what was");
    let anew = Shown { schema: 3, zero_threshold: 2_f64.powi(-128), ..Shown::default() };
    assert_eq!(Shown::of(*histogram), anew);
    for _ in 0..3 {
        histogram.observe(8.0);
    }
    assert_eq!(Shown::of(*histogram), Shown { count: 3, positive: vec![(24, 3)], ..anew });
}

#[test]
fn the_start_time_changes_when_it_begins_anew() {
    let (clock, hand) = Clock::manual(HOUR);
    let registry = Registry::with_clock(clock);
    let alone: Histogram = registry.metric("alone", "").buckets(hourly(1)).register().unwrap();
    let family: Family<(&str,), Histogram> =
        registry.metric("family", "").labels(["a"]).buckets(hourly(1)).register().unwrap();
    hand.advance(HOUR);
    let series = family.with(&("x",));
    let start = |name: &str| {
        let snapshot = registry.snapshot();
        snapshot.family(name).unwrap().all_series()[0].start()
    };
    for value in [1.0, 2.0] {
        hand.advance(HOUR / 2);
        alone.observe(value);
        series.observe(value);
    }
    assert_eq!(start("alone"), Some(3 * HOUR), "an hour had passed since it began");
    assert_eq!(start("family"), Some(3 * HOUR));
    hand.advance(HOUR);
    alone.observe(2.0);
    assert_eq!(start("alone"), Some(3 * HOUR));
    alone.observe(4.0);
    series.observe(4.0);
    assert_eq!(start("alone"), Some(4 * HOUR));
    assert_eq!(start("family"), Some(4 * HOUR));
}

#[test]
fn a_native_series_stays_as_long_as_it_is_observed() {
    let (clock, hand) = Clock::manual(HOUR);
    let registry = Registry::with_clock(clock);
    let metric = registry.metric("native_ttl", "").labels(["a"]).buckets(hourly(3)).ttl(HOUR);
    let family: Family<(&str,), Histogram> = metric.register().unwrap();
    family.with(&("gone",)).observe(1.0);
    for i in 0..20 {
        family.with(&("stays",)).observe(f64::from(i));
        hand.advance(HOUR / 4);
        let _ = registry.snapshot();
    }
    assert!(family.find(&("gone",)).is_none());
    assert!(family.find(&("stays",)).is_some());
}

#[test]
fn debug_shows_what_is_there_and_leaves_it() {
    let (histogram, hand) = owned(hourly(2));
    for value in [1.0, 2.0, 4.0, 8.0] {
        histogram.observe(value);
    }
    let reduced = Shown::of(*histogram);
    hand.advance(HOUR);
    let shown = format!("{:?}", *histogram);
    assert_eq!(format!("{:?}", *histogram), shown);
    assert_eq!(Shown::of(*histogram), reduced);
    assert_ne!(format!("{:?}", *histogram), shown, "the snapshot was the last one of what was");
}

/// Else a histogram could begin anew as fast as it is read.
#[test]
fn it_begins_anew_once_a_second_at_most() {
    let native = Native::default().max_buckets(2).unwrap();
    let (histogram, hand) = owned(native.min_reset_duration(Duration::from_nanos(1)));
    for value in [1.0, 2.0, 4.0, 8.0] {
        histogram.observe(value);
    }
    hand.advance(Duration::from_millis(999));
    histogram.observe(1e9);
    for _ in 0..2 {
        assert_eq!(Shown::of(*histogram).count, 5);
    }
    hand.advance(Duration::from_millis(1));
    assert_eq!(Shown::of(*histogram).count, 5, "the last reading of what was");
    assert_eq!(Shown::of(*histogram).count, 0);
}
