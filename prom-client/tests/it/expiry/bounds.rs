//! Time-to-live beside `max_series`, clocks that go back, and times that are none.

use std::time::Duration;

use prom_client::{Counter, Family, Histogram, Metric, Registry};

use super::{START, family, registry, scrape, secs};

#[test]
fn a_full_family_takes_a_new_series_for_one_whose_time_is_over_without_a_scrape() {
    let (registry, hand) = registry();
    let family: Family<(u32,), Counter> =
        registry.metric("m", "").labels(["i"]).max_series(200).ttl(secs(60)).register().unwrap();
    let first: Vec<Counter> = (0..200).map(|i| family.with(&(i,))).collect();
    hand.advance(secs(5));
    // A refusal is a look: what is updated from here on is found by the next one, what is not has its time.
    family.with(&(999,)).inc();
    assert_eq!((family.refused(), family.len()), (1, 201));
    hand.advance(secs(30));
    first.iter().take(50).for_each(|counter| counter.inc());
    family.with(&(999,)).inc();
    assert_eq!(family.refused(), 2);
    hand.advance(secs(30));
    for i in 1_000..1_150 {
        assert_eq!(family.with(&(i,)).value(), 0);
        assert!(family.find(&(i,)).is_some(), "{i} is refused");
    }
    assert_eq!(family.refused(), 2);
    family.with(&(2_000,)).inc();
    assert_eq!(family.refused(), 3, "the others were updated half a minute ago");
    let live = |counters: &[Counter]| counters.iter().filter(|counter| counter.is_live()).count();
    assert_eq!((live(&first[..50]), live(&first[50..])), (50, 0));
}

#[test]
fn the_series_of_all_that_was_refused_goes_and_comes_as_others_do() {
    let (registry, hand) = registry();
    let family: Family<(&str,), Counter> =
        registry.metric("m", "").labels(["name"]).max_series(1).ttl(secs(60)).register().unwrap();
    let only = family.with(&("only",));
    let other = family.with(&("too many",));
    other.inc();
    for _ in 0..4 {
        scrape(&registry);
        hand.advance(secs(20));
        only.inc();
    }
    assert!(only.is_live() && !other.is_live());
    assert_eq!(family.len(), 1);
    family.with(&("too many again",)).inc();
    assert_eq!(registry.snapshot().counter("m", &[("name", "_OTHER")]), Some(1));
    assert_eq!(family.refused(), 2);
}

#[test]
fn when_the_clock_goes_back_all_series_count_as_updated() {
    let (registry, hand) = registry();
    let family = family::<Counter>(&registry, "m", 60);
    let held = family.with(&("a",));
    hand.advance(secs(1_000));
    scrape(&registry);
    // Back, also beyond the time at which the family was made.
    for back in [secs(990), secs(500), secs(0)] {
        hand.set(START + back);
        scrape(&registry);
        hand.advance(secs(59));
        scrape(&registry);
        assert!(held.is_live(), "{back:?}");
    }
    hand.set(START - secs(5_000));
    scrape(&registry);
    assert!(held.is_live());
    hand.set(START + secs(59));
    scrape(&registry);
    hand.advance(secs(1));
    scrape(&registry);
    assert!(!held.is_live(), "nor does it stay for ever");
}

#[test]
fn a_jump_of_the_clock_spares_what_was_updated_since_the_last_look() {
    let (registry, hand) = registry();
    let family = family::<Counter>(&registry, "m", 60);
    let (used, rests) = (family.with(&("used",)), family.with(&("rests",)));
    scrape(&registry);
    used.inc();
    hand.advance(secs(1_000_000));
    scrape(&registry);
    assert!(used.is_live() && !rests.is_live());
}

#[test]
fn a_time_to_live_may_be_very_short_or_for_ever() {
    let (registry, hand) = registry();
    let tiny = registry.metric("tiny", "").labels(["a"]);
    let tiny: Family<(&str,), Histogram> =
        tiny.max_series(1).ttl(Duration::from_nanos(1)).register().unwrap();
    let endless: Family<(&str,), Histogram> =
        registry.metric("endless", "").labels(["a"]).ttl(Duration::MAX).register().unwrap();
    let (short, long) = (tiny.with(&("x",)), endless.with(&("x",)));
    assert!(tiny.with(&("y",)).is_live(), "refused, and no search without end");
    scrape(&registry);
    assert!(short.is_live(), "time stands still");
    hand.advance(Duration::from_nanos(1));
    scrape(&registry);
    assert!(!short.is_live());
    hand.set(Duration::from_nanos(u64::MAX));
    scrape(&registry);
    scrape(&registry);
    assert!(long.is_live());
}

#[test]
fn who_registers_the_same_again_gets_the_time_to_live_of_the_first() {
    let (registry, hand) = registry();
    let register = |ttl| {
        let metric = registry.metric("m", "").labels(["name"]).ttl(secs(ttl));
        metric.get_or_register().unwrap()
    };
    let first: Family<(&str,), Counter> = register(60);
    let same: Family<(&str,), Counter> = register(6_000);
    let held = same.with(&("a",));
    scrape(&registry);
    hand.advance(secs(60));
    scrape(&registry);
    assert!(!held.is_live() && first.is_empty());
}

#[test]
fn removed_and_cleared_series_begin_their_time_anew() {
    let (registry, hand) = registry();
    let family = family::<Counter>(&registry, "m", 60);
    for round in 0..10 {
        let held = family.with(&("a",));
        scrape(&registry);
        hand.advance(secs(50));
        match round % 3 {
            0 => assert!(family.remove(&("a",))),
            1 => family.clear(),
            _ => family.retain(|_, _| false),
        }
        assert!(!held.is_live());
        // The same record and the same words, in another life.
        let again = family.with(&("a",));
        scrape(&registry);
        hand.advance(secs(59));
        scrape(&registry);
        assert!(again.is_live(), "round {round}");
        hand.advance(secs(1));
        scrape(&registry);
        assert!(!again.is_live());
    }
}

#[test]
fn a_family_without_a_time_to_live_keeps_what_rests() {
    let (clock, hand) = prom_client::Clock::manual(START);
    let registry = Registry::with_clock(clock);
    let family: Family<(&str,), Counter> =
        registry.metric("m", "").labels(["name"]).register().unwrap();
    family.with(&("a",)).inc();
    for _ in 0..10 {
        scrape(&registry);
        hand.advance(secs(1_000_000));
    }
    assert_eq!(family.with(&("a",)).value(), 1);
}
