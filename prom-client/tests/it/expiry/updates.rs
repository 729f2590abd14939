//! What keeps a series, and what does not.

use prom_client::{Counter, Gauge, Histogram, Metric};

use super::{Names, family, registry, scrape, secs};

/// After how many updates of its own a series is asked, from cold to busy.
const BEFORE: [usize; 4] = [0, 1, 100, 5_000];

/// Whether a series that has this update every 20 seconds outlives a time-to-live of a minute.
fn keeps<M: Metric>(before: usize, on_new_threads: bool, update: fn(M)) -> bool {
    let (registry, hand) = registry();
    let family: Names<M> = family(&registry, "m", 60);
    let (used, rests) = (family.with(&("used",)), family.with(&("rests",)));
    for metric in [used, rests] {
        (0..before).for_each(|_| update(metric));
    }
    for turn in 0..20 {
        scrape(&registry);
        hand.advance(secs(20));
        if on_new_threads {
            std::thread::scope(|scope| scope.spawn(|| update(used)).join().expect("no panic"));
        } else {
            update(used);
        }
        // The first look was at 0, so that of 60 finds it at rest.
        assert_eq!(rests.is_live(), turn < 3, "turn {turn}");
    }
    used.is_live()
}

#[track_caller]
fn check<M: Metric>(what: &str, expected: bool, update: fn(M)) {
    for before in BEFORE {
        for on_new_threads in [false, true] {
            let kept = keeps(before, on_new_threads, update);
            assert_eq!(kept, expected, "{what}, after {before}, other threads: {on_new_threads}");
        }
    }
}

#[test]
fn every_update_keeps_a_series_also_one_that_changes_nothing() {
    check::<Counter>("inc", true, |m| m.inc());
    check::<Counter>("inc_by 0", true, |m| m.inc_by(0));
    check::<Counter>("inc_by much", true, |m| m.inc_by(1 << 40));
    check::<Counter<f64>>("inc_by 0.5", true, |m| m.inc_by(0.5));
    check::<Counter<f64>>("inc_by 0.0", true, |m| m.inc_by(0.0));
    check::<Gauge>("set the same", true, |m| m.set(7));
    check::<Gauge>("add 0", true, |m| m.add(0));
    check::<Gauge>("up and down", true, |m| drop(m.track()));
    check::<Gauge>("set after add", true, |m| {
        m.inc();
        m.set(3);
    });
    check::<Gauge<f64>>("set the same", true, |m| m.set(0.5));
    check::<Gauge<f64>>("add 0", true, |m| m.add(0.0));
    check::<Gauge<f64>>("up and down", true, |m| drop(m.track()));
    check::<Histogram>("observe", true, |m| m.observe(0.3));
    check::<Histogram>("observe NaN", true, |m| m.observe(f64::NAN));
}

#[test]
fn what_records_nothing_keeps_no_series() {
    check::<Counter<f64>>("a refused amount", false, |m| m.inc_by(-1.0));
    check::<Counter>("a reading", false, |m| _ = m.value());
    check::<Gauge>("a reading", false, |m| _ = m.value());
    check::<Histogram>("a reading", false, |m| _ = m.snapshot());
    check::<Histogram>("a timer that is thrown away", false, |m| _ = m.start_timer().discard());
}

#[test]
fn a_look_up_keeps_no_series() {
    let (registry, hand) = registry();
    let family: Names<Counter> = family(&registry, "m", 60);
    let held = family.with(&("looked up",));
    for _ in 0..3 {
        scrape(&registry);
        hand.advance(secs(20));
        assert!(family.find(&("looked up",)).is_some());
        assert!(family.with(&("looked up",)).is_live());
    }
    scrape(&registry);
    assert!(!held.is_live());
}

#[test]
fn a_guard_that_is_held_too_long_gives_back_nothing() {
    let (registry, hand) = registry();
    let family: Names<Gauge> = family(&registry, "m", 60);
    let guard = family.with(&("a",)).track();
    scrape(&registry);
    hand.advance(secs(60));
    scrape(&registry);
    let again = family.with(&("a",));
    drop(guard);
    assert_eq!(again.value(), 0, "it counted another life");
}

#[test]
fn questions_change_no_value() {
    let (registry, hand) = registry();
    let counts: Names<Counter> = family(&registry, "counts", 60);
    let levels: Names<Gauge> = family(&registry, "levels", 60);
    let loads: Names<Gauge<f64>> = family(&registry, "loads", 60);
    let (count, level, load) = (counts.with(&("a",)), levels.with(&("a",)), loads.with(&("a",)));
    for n in 1..=3_000 {
        // Of all sizes, so that numbers leave the control word and come back.
        count.inc_by(if n % 50 == 0 { 1 << 20 } else { n });
        if n % 7 == 0 {
            level.set(5)
        } else {
            level.add(if n % 2 == 0 { 300_000 } else { -7 })
        }
        let before = (count.value(), level.value());
        hand.advance(secs(20));
        scrape(&registry);
        assert_eq!((count.value(), level.value()), before, "after {n}");
        load.add(0.5);
        assert_eq!(load.value(), n as f64 * 0.5);
    }
    let sum: u64 = (1..=3_000).map(|n| if n % 50 == 0 { 1 << 20 } else { n }).sum();
    assert_eq!(count.value(), sum);
}
