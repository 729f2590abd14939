//! What holds while threads count, come, go, and remove.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use prom_client::{Counter, Family, Format, Gauge, Histogram, Owned, Registry, Snapshot, Value};

/// Runs `writers` until `readings` of a reader are done.
fn while_reading(readings: usize, writers: &[&(dyn Fn() + Sync)], mut read: impl FnMut()) {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for write in writers {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    write();
                }
            });
        }
        for _ in 0..readings {
            read();
        }
        stop.store(true, Ordering::Relaxed);
    });
}

/// Every counter and every histogram's count, by name and labels.
fn totals(snapshot: &Snapshot) -> HashMap<String, f64> {
    let mut totals = HashMap::new();
    for family in snapshot.families() {
        for series in family.all_series() {
            let labels: Vec<_> = series.labels().collect();
            let total = match series.value() {
                Value::Counter(n) => n.as_f64(),
                Value::Histogram(h) => h.count() as f64,
                _ => continue,
            };
            totals.insert(format!("{}{labels:?}", family.desc().name()), total);
        }
    }
    totals
}

#[test]
fn readings_are_exact_and_never_go_back_while_writers_do_not_pause() {
    let registry = Registry::new();
    let count: Counter = registry.register("events", "Events.").unwrap();
    let amount: Counter<f64> = registry.register("amount", "Amount.").unwrap();
    let ones: Histogram = registry.register("ones", "Ones.").unwrap();
    let by_kind: Family<(u8,), Histogram> =
        registry.metric("ones_by_kind", "Ones.").labels(["kind"]).register().unwrap();
    let by_path: Family<(&str,), Counter> =
        registry.metric("requests", "Requests.").labels(["path"]).register().unwrap();
    let write = || {
        for kind in 0..8 {
            count.inc();
            amount.inc_by(0.5);
            ones.observe(1.0);
            by_kind.with(&(kind,)).observe(1.0);
            by_path.with(&(["/", "/a", "/b"][kind as usize % 3],)).inc_by(7);
        }
    };
    let mut before = HashMap::new();
    while_reading(300, &[&write, &write, &write], || {
        let snapshot = registry.snapshot();
        for family in snapshot.families() {
            for series in family.all_series() {
                if let Value::Histogram(histogram) = series.value() {
                    assert_eq!(histogram.sum(), histogram.count() as f64, "{series:?}");
                    assert_eq!(
                        histogram.counts()[7],
                        histogram.count(),
                        "all are in the bucket of 1"
                    );
                }
            }
        }
        let now = totals(&snapshot);
        for (series, total) in &before {
            assert!(now[series] >= *total, "{series} went back from {total} to {}", now[series]);
        }
        before = now;
    });
}

#[test]
fn in_every_exposition_the_count_is_the_bucket_of_infinity() {
    let registry = Registry::new();
    let latency: Family<(&str,), Histogram> =
        registry.metric("latency", "Latency.").labels(["path"]).register().unwrap();
    let write = || {
        for i in 0..20 {
            latency.with(&(if i % 3 == 0 { "/a" } else { "/b" },)).observe(f64::from(i) * 0.1);
        }
    };
    let mut text = Vec::new();
    while_reading(300, &[&write, &write], || {
        for format in [Format::Text, Format::OpenMetrics] {
            text.clear();
            registry.encode(format, &mut text);
            let text = std::str::from_utf8(&text).unwrap();
            let value = |start: &str| {
                let line = text.lines().find(|line| line.starts_with(start))?;
                line.rsplit(' ').next().map(str::to_owned)
            };
            for path in ["/a", "/b"] {
                let infinity = value(&format!("latency_bucket{{path=\"{path}\",le=\"+Inf\"}}"));
                assert_eq!(infinity, value(&format!("latency_count{{path=\"{path}\"}}")));
            }
        }
    });
}

/// Counts once more when its thread's locals are dropped, also after the thread's own words are gone.
struct Late(Counter, Histogram);

impl Drop for Late {
    fn drop(&mut self) {
        self.0.inc();
        self.1.observe(1.0);
    }
}

thread_local! {
    static LATE: RefCell<Option<Late>> = const { RefCell::new(None) };
}

#[test]
fn nothing_is_lost_through_thousands_of_short_threads_and_their_destructors() {
    let (early, late) = (Owned::<Counter>::new(), Owned::<Counter>::new());
    let (early_ones, late_ones) = (Owned::<Histogram>::new(), Owned::<Histogram>::new());
    let (c, h) = (*early, *early_ones);
    let (late_c, late_h) = (*late, *late_ones);
    for round in 0..500 {
        std::thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || {
                    // Locals are dropped in an order that depends on which is made first.
                    if (round + thread) % 2 == 0 {
                        LATE.set(Some(Late(late_c, late_h)));
                    }
                    for _ in 0..100 {
                        c.inc();
                        h.observe(1.0);
                    }
                    if (round + thread) % 2 == 1 {
                        LATE.set(Some(Late(late_c, late_h)));
                    }
                });
            }
        });
    }
    // A scope waits for its threads' work, not for the destructors of their locals.
    while late.value() < 2_000 || late_ones.snapshot().unwrap().count() < 2_000 {
        std::thread::yield_now();
    }
    assert_eq!((early.value(), late.value()), (200_000, 2_000));
    let reading = |histogram: &Histogram| {
        let reading = histogram.snapshot().unwrap();
        (reading.count(), reading.sum())
    };
    assert_eq!(reading(&early_ones), (200_000, 200_000.0));
    assert_eq!(reading(&late_ones), (2_000, 2_000.0));
}

/// More threads at once than a reader finds by number: it finds the rest too, and none twice.
#[test]
fn nothing_is_lost_with_more_than_a_thousand_threads_at_once() {
    const THREADS: usize = 1_100;
    const EACH: u64 = 1_100;
    let (counter, histogram) = (Owned::<Counter>::new(), Owned::<Histogram>::new());
    let all_have_counted = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..EACH {
                    counter.inc();
                    histogram.observe(1.0);
                }
                all_have_counted.wait();
            });
        }
    });
    let counted = THREADS as u64 * EACH;
    assert_eq!(counter.value(), counted);
    assert_eq!(histogram.snapshot().expect("it lives").count(), counted);
}

#[test]
fn nothing_is_lost_on_the_way_from_shared_to_private() {
    let registry = Registry::new();
    let counts: Family<(u32,), Counter> =
        registry.metric("counts", "Counts.").labels(["i"]).register().unwrap();
    let sums: Family<(u32,), Counter<f64>> =
        registry.metric("sums", "Sums.").labels(["i"]).register().unwrap();
    let open: Family<(u32,), Gauge> =
        registry.metric("open", "Open.").labels(["i"]).register().unwrap();
    let sizes: Family<(u32,), Histogram> =
        registry.metric("sizes", "Sizes.").labels(["i"]).register().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for n in 0..5_000_u32 {
                    let labels = (n % 3,);
                    counts.with(&labels).inc_by(if n % 100 == 0 { 1 << 40 } else { 3 });
                    sums.with(&labels).inc_by(0.25);
                    open.with(&labels).add(5);
                    open.with(&labels).sub(3);
                    sizes.with(&labels).observe(2.0);
                }
            });
        }
    });
    let total = |read: &dyn Fn(u32) -> f64| (0..3).map(read).sum::<f64>();
    assert_eq!(
        (0..3).map(|i| counts.with(&(i,)).value()).sum::<u64>(),
        4 * (50 << 40) + 4 * 4_950 * 3
    );
    assert_eq!(total(&|i| sums.with(&(i,)).value()), 5_000.0);
    assert_eq!((0..3).map(|i| open.with(&(i,)).value()).sum::<i64>(), 40_000);
    assert_eq!(total(&|i| sizes.with(&(i,)).snapshot().unwrap().sum()), 40_000.0);
    assert_eq!(total(&|i| sizes.with(&(i,)).snapshot().unwrap().count() as f64), 20_000.0);
}

#[test]
fn what_is_counted_under_one_label_set_never_shows_under_another() {
    const KEYS: usize = 32;
    /// Amounts of a key are multiples of its own number, so a foreign one shows.
    fn amount(key: usize) -> u64 {
        [3, 5, 7, 11, 13, 17, 19, 23][key % 8] * 10_007
    }
    let registry = Registry::new();
    let counts: Family<(usize,), Counter> =
        registry.metric("counts", "Counts.").labels(["key"]).register().unwrap();
    let levels: Family<(usize,), Gauge> =
        registry.metric("levels", "Levels.").labels(["key"]).register().unwrap();
    let sizes: Family<(usize,), Histogram> =
        registry.metric("sizes", "Sizes.").labels(["key"]).register().unwrap();
    let bound = |key: usize| {
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 11.0][key % 12]
    };

    let churn = |seed: u64| {
        let mut state = seed;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as usize
        };
        let mut held = Vec::new();
        for _ in 0..20_000 {
            let key = next() % KEYS;
            let handles = (counts.with(&(key,)), levels.with(&(key,)), sizes.with(&(key,)));
            held.push((key, handles));
            // Mostly an old handle, of a series that may be gone.
            let (key, (count, level, size)) = held[next() % held.len()];
            for _ in 0..if next() % 64 == 0 { 1_100 } else { 1 } {
                count.inc_by(amount(key));
                size.observe(bound(key));
            }
            level.set(amount(key) as i64);
            if held.len() > 16 {
                held.swap_remove(next() % 16);
            }
            if next() % 4 == 0 {
                let key = next() % KEYS;
                counts.remove(&(key,));
                levels.remove(&(key,));
                sizes.remove(&(key,));
            }
        }
    };
    let check = || {
        let snapshot = registry.snapshot();
        for family in ["counts", "levels", "sizes"] {
            for series in snapshot.family(family).map_or(&[][..], |family| family.all_series()) {
                let key: usize = series.labels().next().unwrap().1.parse().unwrap();
                match series.value() {
                    Value::Counter(n) | Value::Gauge(n) => {
                        assert_eq!(n.as_f64() % amount(key) as f64, 0.0, "{series:?}");
                    }
                    Value::Histogram(histogram) => {
                        for (k, count) in histogram.counts().iter().enumerate() {
                            assert!(k == key % 12 || *count == 0, "{series:?}");
                        }
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    };
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers =
            [scope.spawn(|| churn(1)), scope.spawn(|| churn(2)), scope.spawn(|| churn(3))];
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                check();
            }
        });
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
    check();
}

#[test]
fn a_family_used_through_its_array_forgets_what_was_removed() {
    let registry = Registry::new();
    let flags: Family<(bool, bool), Counter> =
        registry.metric("flags", "Flags.").labels(["a", "b"]).register().unwrap();
    for round in 0..100 {
        let counter = flags.with(&(true, false));
        assert_eq!(counter.value(), 0, "round {round}");
        counter.inc();
        match round % 3 {
            0 => assert!(flags.remove(&(true, false))),
            1 => flags.clear(),
            _ => flags.retain(|_, _| false),
        }
        counter.inc();
        assert!(flags.is_empty());
        assert!(flags.find(&(true, false)).is_none());
    }
}

#[test]
fn series_created_and_removed_while_scraping_come_sorted_and_once() {
    let registry = Registry::new();
    let family: Family<(u32, &str), Counter> =
        registry.metric("jobs", "Jobs.").labels(["id", "queue"]).register().unwrap();
    let turn = std::sync::atomic::AtomicU32::new(0);
    let write = || {
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        for i in 0..50 {
            let id = turn.wrapping_mul(31).wrapping_add(i) % 200;
            family.with(&(id, "a")).inc();
            if i % 3 == 0 {
                family.remove(&(id.wrapping_add(7) % 200, "a"));
            }
        }
    };
    while_reading(200, &[&write, &write], || {
        let snapshot = registry.snapshot();
        let series = snapshot.family("jobs").unwrap().all_series();
        for two in series.windows(2) {
            assert!(two[0].labels().lt(two[1].labels()), "{two:?}");
        }
    });
    let alive = family.len();
    assert_eq!(registry.snapshot().family("jobs").unwrap().all_series().len(), alive);
}

#[test]
fn an_integer_gauge_that_one_thread_adds_to_and_sets_shows_what_it_had() {
    let gauge = Owned::<Gauge>::new();
    let level = *gauge;
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                level.add(1_000_000);
                level.set(0);
                std::hint::black_box(level.value());
            }
        });
        for _ in 0..20_000 {
            let value = level.value();
            assert!(value == 0 || value == 1_000_000, "{value}");
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_panic_in_retain_leaves_a_family_as_it_should_be() {
    struct Small(u8);
    impl prom_client::LabelValue for Small {
        type Of<'a> = Self;
        const COUNT: usize = 256;
        fn visit(&self, visitor: &mut impl prom_client::LabelVisitor) {
            self.0.visit(visitor);
        }
        fn parse(text: &str) -> Option<Self> {
            text.parse().ok().map(Self)
        }
        fn index(&self) -> usize {
            self.0.into()
        }
    }
    let registry = Registry::new();
    let family: Family<(Small,), Counter> =
        registry.metric("small", "Small.").labels(["n"]).register().unwrap();
    (0..200).for_each(|n| family.with(&(Small(n),)).inc());
    let mut calls = 0;
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        family.retain(|_, _| {
            calls += 1;
            assert!(calls < 150, "expected");
            false
        });
    }));
    assert!(panicked.is_err());
    for n in 0..200 {
        let before = family.with(&(Small(n),)).value();
        family.with(&(Small(n),)).inc();
        assert_eq!(family.find(&(Small(n),)).map(Counter::value), Some(before + 1), "{n}");
    }
}

/// A value whose text comes from code that uses the family it is looked up in, or panics.
struct Meddling<'a>(&'a dyn Fn() -> String);

impl prom_client::LabelValue for Meddling<'_> {
    type Of<'a> = Meddling<'a>;
    fn visit(&self, visitor: &mut impl prom_client::LabelVisitor) {
        visitor.value(&(self.0)());
    }
    fn parse(_: &str) -> Option<Meddling<'_>> {
        None
    }
}

#[test]
fn code_that_shows_a_label_may_use_the_family_or_panic() {
    let registry = Registry::new();
    let family: Family<(Meddling<'static>,), Counter> =
        registry.metric("meddling", "Meddling.").labels(["a"]).register().unwrap();
    let clear = || {
        family.clear();
        "cleared".to_owned()
    };
    family.with(&(Meddling(&clear),)).inc();
    assert_eq!(family.len(), 1);
    for at in 1..4 {
        let calls = std::cell::Cell::new(0);
        let panics = || {
            calls.set(calls.get() + 1);
            assert!(calls.get() < at, "expected");
            "new".to_owned()
        };
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            family.with(&(Meddling(&panics),)).inc();
        }));
    }
    drop((family, registry));
    // Whoever gets the memory next is not harmed.
    let registry = Registry::new();
    let next: Family<(u8,), Counter> =
        registry.metric("next", "Next.").labels(["a"]).register().unwrap();
    (0..100).for_each(|n| next.with(&(n,)).inc());
    assert_eq!((next.len(), (0..100).map(|n| next.with(&(n,)).value()).sum::<u64>()), (100, 100));
}
