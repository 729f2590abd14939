//! A day by a manual clock, in milliseconds.

use std::collections::HashMap;
use std::time::Duration;

use prom_client::{Counter, Family};

use super::{START, registry, secs};

const TTL: u64 = 3_600;
const SCRAPES_EVERY: u64 = 30;
const DAY: u64 = 24 * 3_600;

/// A customer who comes, makes a request every so many seconds for a while, and comes again later.
struct Customer {
    name: String,
    comes: u64,
    stays: u64,
    every: u64,
    /// From one visit to the next.
    again: u64,
}

impl Customer {
    fn all() -> Vec<Self> {
        let customer = |i: u64| Self {
            name: format!("customer-{i:02}"),
            comes: i * 397 % 7_200,
            stays: 60 + i * 611 % 9_000,
            every: [10, 60, 600, 3_000][i as usize % 4],
            again: 9_000 + i * 1_009 % 20_000,
        };
        (0..60).map(customer).collect()
    }

    fn requests_at(&self, time: u64) -> bool {
        time.checked_sub(self.comes).is_some_and(|here| {
            let here = here % self.again;
            here < self.stays && here % self.every < 10
        })
    }
}

/// What has to be there of a customer.
struct Seen {
    start: u64,
    requests: u64,
    last: u64,
}

#[test]
fn in_a_virtual_day_series_go_when_their_time_is_over_and_begin_again_at_zero() {
    let (registry, hand) = registry();
    let requests: Family<(&str,), Counter> =
        registry.metric("requests", "").labels(["customer"]).ttl(secs(TTL)).register().unwrap();
    let customers = Customer::all();
    let mut seen: HashMap<&str, Seen> = HashMap::new();
    let (mut gone, mut lives) = (0, 0);
    for time in (0..DAY).step_by(10) {
        hand.set(START + secs(time));
        for customer in customers.iter().filter(|customer| customer.requests_at(time)) {
            requests.with(&(&customer.name,)).inc();
            let new = || {
                lives += 1;
                Seen { start: time, requests: 0, last: time }
            };
            let seen = seen.entry(&customer.name).or_insert_with(new);
            seen.requests += 1;
            seen.last = time;
        }
        if time % SCRAPES_EVERY != 0 {
            continue;
        }
        let snapshot = registry.snapshot();
        for customer in &customers {
            let name = &*customer.name;
            let series = snapshot.family("requests").and_then(|f| f.series(&[("customer", name)]));
            let Some(expected) = seen.get(name) else {
                assert!(series.is_none(), "{name} at {time}");
                continue;
            };
            let age = time - expected.last;
            if let Some(series) = series {
                assert!(age < TTL + SCRAPES_EVERY, "{name} rests for {age}");
                let start = START + secs(expected.start);
                assert_eq!(series.start(), Some(start), "{name} at {time}");
                let total = snapshot.counter("requests", &[("customer", name)]);
                assert_eq!(total, Some(expected.requests), "{name} at {time}");
            } else {
                assert!(age >= TTL, "{name} was there {age} ago");
                gone += 1;
                seen.remove(name);
            }
        }
    }
    assert!(gone > 100 && lives > gone, "{gone} of {lives} series went");
    assert_eq!(requests.len(), seen.len());
}

#[test]
fn a_series_goes_at_the_first_scrape_that_finds_it_at_rest_for_its_time() {
    for interval in [1, 7, 15, 20, 59, 60, 61, 1_000] {
        let (registry, hand) = registry();
        let family: Family<(&str,), Counter> =
            registry.metric("m", "").labels(["name"]).ttl(secs(60)).register().unwrap();
        family.with(&("a",)).inc();
        // The first scrape finds the update, whenever it was.
        hand.advance(secs(5));
        assert_eq!(registry.snapshot().counter("m", &[("name", "a")]), Some(1));
        let mut rested = 0;
        loop {
            hand.advance(secs(interval));
            rested += interval;
            let shown = registry.snapshot().counter("m", &[("name", "a")]);
            assert_eq!(shown, (rested < 60).then_some(1), "{rested} s, every {interval} s");
            if shown.is_none() {
                break;
            }
        }
        assert!(rested < 60 + interval && family.is_empty());
    }
}

#[test]
fn two_scrapers_or_ten_make_no_series_go_early() {
    for scrapers in [1, 2, 10] {
        let (registry, hand) = registry();
        let family: Family<(&str,), Counter> =
            registry.metric("m", "").labels(["name"]).ttl(secs(600)).register().unwrap();
        let held = family.with(&("a",));
        for _ in 0..20 {
            held.inc();
            for _ in 0..scrapers {
                drop(registry.snapshot());
            }
            hand.advance(secs(599));
        }
        assert_eq!(held.value(), 20);
        drop(registry.snapshot());
        hand.advance(Duration::from_millis(600_000));
        drop(registry.snapshot());
        assert!(family.is_empty());
    }
}
