//! Sweeps beside threads that count, create and remove.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use prom_client::{Counter, Family, Gauge, Histogram, Metric, Number, Value};

use super::{registry, scrape, secs};

/// Lets the threads of a test end, also when it fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Threads that count at full speed, and time that only moves on when each of them has updated every series
/// since it moved last: so none rests for a fifth of its time.
#[test]
fn a_series_that_is_updated_in_time_is_never_lost_to_a_sweep() {
    const THREADS: usize = 3;
    const KEYS: usize = 12;
    let (registry, hand) = registry();
    let counts: Family<(usize,), Counter> =
        registry.metric("counts", "").labels(["i"]).ttl(secs(100)).register().unwrap();
    let amounts: Family<(usize,), Counter<f64>> =
        registry.metric("amounts", "").labels(["i"]).ttl(secs(100)).register().unwrap();
    let levels: Family<(usize,), Gauge> =
        registry.metric("levels", "").labels(["i"]).ttl(secs(100)).register().unwrap();
    let states: Family<(usize,), Gauge> =
        registry.metric("states", "").labels(["i"]).ttl(secs(100)).register().unwrap();
    let sizes: Family<(usize,), Histogram> =
        registry.metric("sizes", "").labels(["i"]).ttl(secs(100)).register().unwrap();
    let brief: Family<(u64,), Counter> =
        registry.metric("brief", "").labels(["i"]).ttl(secs(100)).register().unwrap();
    let rounds: [AtomicU64; THREADS] = std::array::from_fn(|_| AtomicU64::new(0));
    let stop = AtomicBool::new(false);
    let held: Vec<_> = (0..KEYS)
        .map(|i| (counts.with(&(i,)), amounts.with(&(i,)), levels.with(&(i,)), sizes.with(&(i,))))
        .collect();
    std::thread::scope(|scope| {
        for (thread, round) in rounds.iter().enumerate() {
            let (counts, states, brief, stop, held) = (&counts, &states, &brief, &stop, &held);
            let clock = registry.clock();
            scope.spawn(move || {
                let (mut turn, mut time) = (0, secs(0));
                while !stop.load(Ordering::Relaxed) {
                    for (i, (count, amount, level, size)) in held.iter().enumerate() {
                        count.inc();
                        counts.with(&(i,)).inc_by(2);
                        amount.inc_by(0.5);
                        drop(level.track());
                        states.with(&(i,)).set(i as i64);
                        size.observe(i as f64);
                    }
                    turn += 1;
                    if time != clock.now() {
                        time = clock.now();
                        // Come once, count once, and go by themselves.
                        for i in 0..20 {
                            let i = (turn * THREADS as u64 + thread as u64) * 20 + i;
                            brief.with(&(i,)).inc_by(1_000_003);
                        }
                    }
                    // Ordering: Release - the updates before are seen by whoever sees the round.
                    round.store(turn, Ordering::Release);
                }
            });
        }
        let stop = Stop(&stop);
        for _ in 0..60 {
            let before: Vec<u64> = rounds.iter().map(|r| r.load(Ordering::Acquire)).collect();
            hand.advance(secs(20));
            // One whole round of each thread began after the time moved.
            while rounds.iter().zip(&before).any(|(r, b)| r.load(Ordering::Acquire) < b + 2) {
                std::thread::yield_now();
            }
            let snapshot = registry.snapshot();
            let shown = snapshot.family("brief").expect("it is registered").all_series();
            assert!(shown.len() <= 20 * THREADS * 9, "{} rest", shown.len());
            for series in shown {
                let once = Value::Counter(Number::U64(1_000_003));
                let none = Value::Counter(Number::U64(0));
                assert!([once, none].contains(series.value()), "{series:?}");
            }
        }
        drop(stop);
    });
    let turns: u64 = rounds.iter().map(|round| round.load(Ordering::Relaxed)).sum();
    for (i, (count, amount, level, size)) in held.iter().enumerate() {
        assert_eq!(count.value(), 3 * turns, "count of {i}");
        assert_eq!(amount.value(), 0.5 * turns as f64, "amount of {i}");
        assert!(level.is_live() && level.value() == 0, "level of {i}");
        assert_eq!(states.find(&(i,)).map(Gauge::value), Some(i as i64));
        let size = size.snapshot().expect("it was updated all the time");
        assert_eq!((size.count(), size.sum()), (turns, (i as u64 * turns) as f64));
    }
    for _ in 0..2 {
        hand.advance(secs(100));
        scrape(&registry);
    }
    assert_eq!((counts.len(), levels.len(), sizes.len(), brief.len()), (0, 0, 0, 0));
}

/// Everything at once on few names: look-ups that create and look, removal, clearing, old handles, full families,
/// two scrapers, and time that jumps. No amount ever shows under another name.
#[test]
fn nothing_lands_in_another_series_however_it_went() {
    const KEYS: u64 = 24;
    /// Amounts of a key are multiples of its own number, so a foreign one shows.
    fn unit(key: u64) -> u64 {
        [3, 5, 7, 11, 13, 17, 19, 23][key as usize % 8] * 10_007
    }
    let (registry, hand) = registry();
    let counts: Family<(u64,), Counter> = registry
        .metric("counts", "")
        .labels(["i"])
        .max_series(16)
        .ttl(secs(10))
        .register()
        .unwrap();
    let sizes: Family<(u64,), Histogram> =
        registry.metric("sizes", "").labels(["i"]).ttl(secs(10)).register().unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for seed in 1..=3_u64 {
            let (counts, sizes, hand, stop) = (&counts, &sizes, &hand, &stop);
            scope.spawn(move || {
                let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let mut next = move || {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    state >> 8
                };
                let mut held = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let key = next() % KEYS;
                    // Not what stands for all that is refused: that has the amounts of many.
                    if let Some(count) = {
                        _ = counts.with(&(key,));
                        counts.find(&(key,))
                    } {
                        held.push((key, count, sizes.with(&(key,))));
                    }
                    let Some((key, count, size)) =
                        held.get(next() as usize % held.len().max(1)).copied()
                    else {
                        continue;
                    };
                    for _ in 0..if next() % 64 == 0 { 1_100 } else { 3 } {
                        count.inc_by(unit(key));
                        size.observe(unit(key) as f64);
                    }
                    match next() % 256 {
                        0..64 => hand.advance(secs(1)),
                        64..80 => drop(counts.remove(&(key,))),
                        80..84 => sizes.retain(|(i,), _| *i != key),
                        84 => counts.clear(),
                        85 => held.clear(),
                        _ => {}
                    }
                }
            });
        }
        let stop = Stop(&stop);
        let check = || {
            for _ in 0..200 {
                let snapshot = registry.snapshot();
                for key in 0..KEYS {
                    let label = key.to_string();
                    let total = snapshot.counter("counts", &[("i", &label)]).unwrap_or(0);
                    assert_eq!(total % unit(key), 0, "{key} shows {total}");
                    if let Some(size) = snapshot.histogram("sizes", &[("i", &label)]) {
                        assert_eq!(size.sum(), (size.count() * unit(key)) as f64, "{key}");
                    }
                }
            }
        };
        let other = scope.spawn(check);
        check();
        other.join().expect("the other scraper saw what was right");
        drop(stop);
    });
    assert!(counts.len() <= 17);
}
