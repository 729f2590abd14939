//! Summaries: their quantiles, and the window that they are of.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use prom_client::{Clock, Counter, Family, ManualClock, Owned, Quantiles, Registry, Summary};
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);

/// Quantiles over a minute in six slices, by a clock that stands at the beginning of a slice.
fn windowed(ranks: &[f64]) -> (Owned<Summary>, ManualClock) {
    let (clock, hand) = Clock::manual(1_000 * HOUR);
    let quantiles = Quantiles::new(ranks.iter().copied()).unwrap();
    (Owned::with(quantiles.window(60 * SECOND, 6).unwrap(), &clock), hand)
}

fn median(summary: Summary) -> f64 {
    summary.snapshot().unwrap().quantile(0.5).unwrap()
}

fn is_near(shown: f64, exact: f64) -> bool {
    shown == exact || (shown / exact - 1.0).abs() <= 0.01
}

/// Without what registries say about the process, in which other tests run too.
fn of_size(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| line.contains("size")).collect()
}

#[test]
fn a_summary_has_no_quantiles_unless_asked() {
    let registry = Registry::new();
    let summary: Summary = registry.register("size", "Sizes.").unwrap();
    summary.observe(2.5);
    summary.observe(-1.0);
    let text = of_size(&registry.to_text());
    assert_eq!(text, "# HELP size Sizes.\n# TYPE size summary\nsize_sum 1.5\nsize_count 2\n");
}

#[test]
fn quantiles_are_exposed_with_sum_and_count() {
    let registry = Registry::new();
    let sizes: Family<(&str,), Summary> = registry
        .metric("size", "Sizes.")
        .labels(["kind"])
        .quantiles(Quantiles::new([1.0, 0.5]).unwrap())
        .register()
        .unwrap();
    let _never_observed = sizes.with(&("b",));
    sizes.with(&("a",)).observe(0.0);
    assert_eq!(
        of_size(&registry.to_openmetrics()),
        "# TYPE size summary\n# HELP size Sizes.\n\
         size{kind=\"a\",quantile=\"0.5\"} 0.0\nsize{kind=\"a\",quantile=\"1.0\"} 0.0\n\
         size_sum{kind=\"a\"} 0.0\nsize_count{kind=\"a\"} 1\n\
         size{kind=\"b\",quantile=\"0.5\"} NaN\nsize{kind=\"b\",quantile=\"1.0\"} NaN\n\
         size_sum{kind=\"b\"} 0.0\nsize_count{kind=\"b\"} 0\n"
    );
}

#[test]
fn a_summary_counts_what_is_no_number() {
    let (summary, _hand) = windowed(&[0.0, 1.0]);
    summary.observe(f64::NAN);
    assert!(summary.snapshot().unwrap().quantile(1.0).unwrap().is_nan());
    for value in [f64::NEG_INFINITY, -2.0, f64::INFINITY, f64::NAN] {
        summary.observe(value);
    }
    let reading = summary.snapshot().unwrap();
    assert_eq!(reading.count(), 5);
    assert!(reading.sum().is_nan());
    assert_eq!(reading.quantile(0.0), Some(f64::NEG_INFINITY));
    assert_eq!(reading.quantile(1.0), Some(f64::INFINITY));
    assert_eq!(reading.quantile(0.5), None);
}

/// Draws of one of the kinds of data that sketches go wrong on.
fn data() -> impl Strategy<Value = Vec<f64>> {
    let uniform = prop::collection::vec(0.0..1e3, 1..400);
    let log_normal = prop::collection::vec((-6.0..6.0, -6.0..6.0), 1..400)
        .prop_map(|v| v.into_iter().map(|(a, b): (f64, f64)| (a + b).exp()).collect());
    let constant = (any::<f64>().prop_filter("a number", |v| v.is_normal()), 1_usize..400)
        .prop_map(|(value, n)| vec![value; n]);
    let adversarial = prop::collection::vec(
        prop_oneof![
            any::<f64>().prop_filter("a number", |v| v.is_normal() || v.is_infinite()),
            Just(0.0),
            Just(f64::MAX),
            Just(-f64::MIN_POSITIVE),
            (-1074_i32..1024).prop_map(|e| 2.0_f64.powi(e).max(f64::MIN_POSITIVE)),
        ],
        1..400,
    );
    prop_oneof![uniform, log_normal, constant, adversarial]
}

proptest! {
    #[test]
    fn every_quantile_is_within_one_percent_of_the_exact_one(
        values in data(),
        ranks in prop::collection::btree_set(0_u32..=1_000, 1..8),
    ) {
        let ranks: Vec<f64> = ranks.into_iter().map(|rank| f64::from(rank) / 1_000.0).collect();
        let summary = Owned::<Summary>::with(Quantiles::new(ranks.iter().copied()).unwrap(), &Clock::system());
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        values.iter().for_each(|value| summary.observe(*value));
        let reading = summary.snapshot().unwrap();
        prop_assert_eq!(reading.count(), values.len() as u64);
        for rank in ranks {
            let at = (rank * values.len() as f64).ceil() as usize;
            let exact = sorted[at.max(1) - 1];
            let shown = reading.quantile(rank).unwrap();
            let near = is_near(shown, exact);
            prop_assert!(near, "quantile {} of {} values is {:e}, shown as {:e}", rank, values.len(), exact, shown);
        }
    }

    /// Observations at random times, scrapes or none between them: only their age decides.
    #[test]
    fn the_window_holds_what_is_young_enough_whoever_scrapes(
        steps in prop::collection::vec((0_u64..25, prop::option::of(1_u32..50)), 1..60),
        scrape_after in prop::collection::vec(any::<bool>(), 60),
    ) {
        let (summary, hand) = windowed(&[0.0, 0.5, 1.0]);
        let (mut now, mut observed) = (0, Vec::new());
        for ((seconds, value), scrape) in steps.into_iter().zip(scrape_after) {
            hand.advance(Duration::from_secs(seconds));
            now += seconds;
            if let Some(value) = value.map(f64::from) {
                summary.observe(value);
                observed.push((now / 10, value));
            }
            if scrape {
                check_window(*summary, now / 10, &observed)?;
            }
        }
        check_window(*summary, now / 10, &observed)?;
    }
}

/// Six slices: that of now, and five before.
fn check_window(
    summary: Summary,
    slice: u64,
    observed: &[(u64, f64)],
) -> Result<(), TestCaseError> {
    let young = observed.iter().filter(|(observed, _)| observed + 6 > slice);
    let mut young: Vec<f64> = young.map(|(_, value)| *value).collect();
    young.sort_by(f64::total_cmp);
    let reading = summary.snapshot().unwrap();
    for rank in [0.0, 0.5, 1.0] {
        let shown = reading.quantile(rank).unwrap();
        if young.is_empty() {
            prop_assert!(shown.is_nan(), "nothing is young, {} is shown", shown);
        } else {
            let at = ((rank * young.len() as f64).ceil() as usize).max(1) - 1;
            prop_assert!(
                is_near(shown, young[at]),
                "{} is shown for {} of {:?}",
                shown,
                rank,
                young
            );
        }
    }
    Ok(())
}

#[test]
fn after_an_hour_without_a_scrape_nothing_old_is_shown() {
    let (summary, hand) = windowed(&[0.5]);
    assert!(median(*summary).is_nan());
    (0..10_000).for_each(|_| summary.observe(7.0));
    hand.advance(HOUR);
    assert!(median(*summary).is_nan());
    assert_eq!(summary.snapshot().unwrap().count(), 10_000);
    (0..10_000).for_each(|_| summary.observe(7.0));
    hand.advance(HOUR);
    summary.observe(3.0);
    assert!(is_near(median(*summary), 3.0));
}

#[test]
fn a_virtual_day_takes_no_time() {
    let (summary, hand) = windowed(&[0.5]);
    for minute in 1..=24 * 60 {
        let value = f64::from(minute);
        (0..20).for_each(|_| summary.observe(value));
        assert!(is_near(median(*summary), value), "minute {minute}");
        hand.advance(60 * SECOND);
    }
    assert_eq!(summary.snapshot().unwrap().count(), 24 * 60 * 20);
}

/// Two scrapers read without pause and time goes on, while threads observe: at the end all that was observed
/// in the last slices is in the window, to the last value.
#[test]
fn nothing_is_lost_when_slices_turn_under_load() {
    const THREADS: u64 = 4;
    let (clock, hand) = Clock::manual(1_000 * HOUR);
    let ranks = (0..=100).map(|i| f64::from(i) / 100.0);
    let quantiles = Quantiles::new(ranks).unwrap().window(1_000 * SECOND, 1_000).unwrap();
    let summary = Owned::<Summary>::with(quantiles, &clock);
    let (metric, done) = (*summary, AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let reading = metric.snapshot().unwrap();
                    let shown = reading.quantile(1.0).unwrap();
                    let observed = (1..=THREADS).any(|value| is_near(shown, value as f64));
                    assert!(shown.is_nan() || observed, "{shown}");
                }
            });
        }
        let observers: Vec<_> = (1..=THREADS)
            .map(|value| {
                scope.spawn(move || (0..20_000).for_each(|_| metric.observe(value as f64)))
            })
            .collect();
        for _ in 0..300 {
            hand.advance(SECOND);
            std::thread::yield_now();
        }
        observers.into_iter().for_each(|observer| observer.join().unwrap());
        done.store(true, Ordering::Relaxed);
    });
    // A window of 1,000 slices has seen all of it: each of four values is a quarter, exactly.
    let reading = metric.snapshot().unwrap();
    assert_eq!(reading.count(), THREADS * 20_000);
    for (rank, value) in
        [(0.25, 1.0), (0.26, 2.0), (0.5, 2.0), (0.51, 3.0), (0.75, 3.0), (0.76, 4.0)]
    {
        let shown = reading.quantile(rank).unwrap();
        assert!(is_near(shown, value), "{rank}: {shown}, not {value}");
    }
}

#[test]
fn a_removed_summary_leaves_nothing_to_the_next() {
    let registry = Registry::new();
    let sizes: Family<(&str,), Summary> = registry
        .metric("size", "Sizes.")
        .labels(["kind"])
        .quantiles(Quantiles::new([0.0, 1.0]).unwrap())
        .register()
        .unwrap();
    let mut stale = Vec::new();
    for round in 0..500 {
        let summary = sizes.with(&("a",));
        let reading = summary.snapshot().unwrap();
        assert_eq!(reading.count(), 0, "round {round}");
        assert!(reading.quantile(1.0).unwrap().is_nan(), "round {round}");
        // Over more octaves than there are pages in one root.
        (-300..300).step_by(7).for_each(|e| summary.observe(10_f64.powi(e)));
        stale.iter().for_each(|old: &Summary| old.observe(1e303));
        let reading = summary.snapshot().unwrap();
        assert!(is_near(reading.quantile(1.0).unwrap(), 1e295), "round {round}");
        assert!(is_near(reading.quantile(0.0).unwrap(), 1e-300), "round {round}");
        assert_eq!(reading.count(), 86);
        assert!(sizes.remove(&("a",)));
        summary.observe(1e303);
        assert!(summary.snapshot().is_none());
        stale.truncate(3);
        stale.push(summary);
    }
}

/// Handles that go stale at any moment, under threads that use them at full speed.
#[test]
fn removal_under_fire_shows_no_foreign_values() {
    let registry = Registry::new();
    let sizes: Family<(u64,), Summary> = registry
        .metric("size", "Sizes.")
        .labels(["life"])
        .quantiles(Quantiles::new([0.0, 1.0]).unwrap())
        .register()
        .unwrap();
    let lives: Counter = registry.register("lives", "Lives.").unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let life = lives.value();
                    let summary = sizes.with(&(life % 16,));
                    for _ in 0..100 {
                        summary.observe(10_f64.powi((life % 16) as i32));
                    }
                }
            });
        }
        scope.spawn(|| {
            for life in 0..3_000_u64 {
                lives.inc();
                sizes.remove(&(life.wrapping_sub(3) % 16,));
                for family in registry.snapshot().families() {
                    for series in family.all_series() {
                        let prom_client::Value::Summary(summary) = series.value() else { continue };
                        let label = series.labels().next().map_or("0", |(_, value)| value);
                        let own = 10_f64.powi(label.parse().unwrap());
                        for rank in [0.0, 1.0] {
                            let shown = summary.quantile(rank).unwrap();
                            assert!(shown.is_nan() || is_near(shown, own), "{shown} in {own}");
                        }
                    }
                }
            }
            done.store(true, Ordering::Relaxed);
        });
    });
}

#[test]
fn a_summary_expires_when_it_observes_nothing() {
    let (clock, hand) = Clock::manual(HOUR);
    let registry = Registry::with_clock(clock);
    let sizes: Family<(&str,), Summary> = registry
        .metric("size", "Sizes.")
        .labels(["kind"])
        .quantiles(Quantiles::new([0.5]).unwrap())
        .ttl(60 * SECOND)
        .register()
        .unwrap();
    let (rests, goes_on) = (sizes.with(&("rests",)), sizes.with(&("goes on",)));
    for _ in 0..6 {
        goes_on.observe(1.0);
        hand.advance(20 * SECOND);
        assert!(registry.snapshot().summary("size", &[("kind", "goes on")]).is_some());
    }
    assert!(rests.snapshot().is_none());
    assert_eq!(goes_on.snapshot().unwrap().count(), 6);
    assert_eq!(sizes.with(&("rests",)).snapshot().unwrap().count(), 0);
}

#[test]
fn a_clock_that_goes_back_makes_nothing_older_than_the_window() {
    let (summary, hand) = windowed(&[0.5]);
    summary.observe(7.0);
    hand.set(HOUR);
    assert!(is_near(median(*summary), 7.0));
    hand.advance(59 * SECOND);
    assert!(is_near(median(*summary), 7.0));
    hand.advance(SECOND);
    assert!(median(*summary).is_nan());
    summary.observe(3.0);
    assert!(is_near(median(*summary), 3.0));
}
