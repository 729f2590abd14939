//! Memory under churn, by an allocator that counts. A program of its own, so that nothing else allocates.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use prom_client::{
    Buckets, Clock, Counter, Family, Gauge, Histogram, Native, Quantiles, Registry, Summary,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

/// What may come on top: a thread may still get chunks of its own, 4 KiB each, as late as the scheduler likes.
/// A leak of a byte and a half for each of 180,000 label sets would be more.
const NOISE: isize = 256 * 1024;

/// Bytes alive more than when the region began.
fn live(region: &Region<'_, std::alloc::System>) -> isize {
    let change = region.change();
    // What a reallocation adds or gives back is in both numbers already.
    change.bytes_allocated as isize - change.bytes_deallocated as isize
}

fn main() {
    updates_that_hit_do_not_allocate();
    // Before others leave places for its pages.
    a_summary_that_many_threads_touched_lightly_takes_16_kib_at_most();
    a_million_label_sets_leave_live_bytes_flat();
    series_that_go_by_time_alone_leave_live_bytes_flat();
    registries_that_come_and_go_leave_live_bytes_flat();
    exemplars_that_come_and_go_leave_live_bytes_flat();
    native_histograms_that_come_go_and_begin_anew_leave_live_bytes_flat();
    // Last: it leaves no words for others.
    label_sets_that_no_words_are_left_for_leave_live_bytes_flat();
    println!("8 passed, 0 failed");
}

fn updates_that_hit_do_not_allocate() {
    let registry = Registry::new();
    let jobs: Family<(&str, u16, bool), Counter> =
        registry.metric("jobs", "Jobs.").labels(["queue", "code", "retry"]).register().unwrap();
    let sizes: Family<(&str,), Histogram> =
        registry.metric("sizes", "Sizes.").labels(["queue"]).register().unwrap();
    let open: Gauge = registry.register("open", "Open.").unwrap();
    let times: Family<(&str,), Summary> = registry
        .metric("times", "Times.")
        .labels(["queue"])
        .quantiles(Quantiles::new([0.5]).unwrap())
        .register()
        .unwrap();
    let native: Histogram =
        registry.metric("native", "Native.").buckets(Buckets::native()).register().unwrap();
    let update = || {
        (1..100).for_each(|i| native.observe(f64::from(i)));
        let queue = "a queue with a name that is long";
        jobs.with(&(queue, 200, true)).inc();
        assert!(jobs.find(&(queue, 200, true)).is_some());
        sizes.with(&(queue,)).observe(0.3);
        drop(open.track());
        open.set(5);
        drop(sizes.with(&(queue,)).start_timer());
        times.with(&(queue,)).observe(0.3);
    };
    // Until the series are hot and the thread has words of its own.
    (0..5_000).for_each(|_| update());
    let region = Region::new(ALLOCATOR);
    (0..10_000).for_each(|_| update());
    let change = region.change();
    assert_eq!((change.allocations, change.reallocations), (0, 0));

    // A scrape with a warm buffer allocates a little for each family, nothing for each series.
    let mut text = Vec::new();
    let mut scrape = || {
        text.clear();
        let region = Region::new(ALLOCATOR);
        registry.encode(prom_client::Format::Text, &mut text);
        region.change().allocations
    };
    scrape();
    let few = scrape();
    let queues: Vec<String> = (0..1_000).map(|i| format!("queue {i}")).collect();
    queues.iter().for_each(|queue| jobs.with(&(queue, 200, true)).inc());
    scrape();
    let many = scrape();
    assert_eq!(few, many, "allocations of a scrape of 3 and of 1,003 series");
}

fn a_million_label_sets_leave_live_bytes_flat() {
    let registry = Registry::new();
    let counts: Family<(&str, &str), Counter> =
        registry.metric("counts", "Counts.").labels(["user", "code"]).register().unwrap();
    let levels: Family<(&str,), Gauge> =
        registry.metric("levels", "Levels.").labels(["user"]).register().unwrap();
    let sizes: Family<(&str,), Histogram> =
        registry.metric("sizes", "Sizes.").labels(["user"]).register().unwrap();
    let times: Family<(&str,), Summary> = registry
        .metric("times", "Times.")
        .labels(["user"])
        .quantiles(Quantiles::new([0.5]).unwrap())
        .register()
        .unwrap();
    let stable: Vec<String> = (0..100).map(|i| format!("stable-{i}")).collect();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Looks up, and counts through handles of its own, old ones among them.
        let reader = scope.spawn(|| {
            let held: Vec<_> = stable.iter().map(|user| counts.with(&(user, "200"))).collect();
            let mut gone = counts.with(&("gone", "200"));
            let mut total = 0_u64;
            while !stop.load(Ordering::Relaxed) {
                for (user, counter) in stable.iter().zip(&held) {
                    counts.with(&(user, "200")).inc();
                    counter.inc();
                    gone.inc_by(1_000_000_007);
                }
                total += 2;
                counts.remove(&("gone", "200"));
                gone = counts.with(&("gone", "200"));
                counts.remove(&("gone", "200"));
            }
            total
        });
        let user = |i: usize| format!("user-{i:09}");
        let mut turn = |i: usize| {
            let new = user(i);
            counts.with(&(&new, "200")).inc();
            levels.with(&(&new,)).set(i as i64);
            sizes.with(&(&new,)).observe(0.5);
            times.with(&(&new,)).observe(i as f64);
            if i >= 1_000 {
                let old = user(i - 1_000);
                // Each had exactly its own update: nothing foreign, nothing lost.
                assert_eq!(counts.find(&(&old, "200")).map(Counter::value), Some(1));
                assert_eq!(levels.find(&(&old,)).map(Gauge::value), Some(i as i64 - 1_000));
                let size = sizes
                    .find(&(&old,))
                    .and_then(Histogram::snapshot)
                    .map(|s| (s.count(), s.sum()));
                assert_eq!(size, Some((1, 0.5)));
                let time = times.find(&(&old,)).and_then(Summary::snapshot).unwrap();
                let median = time.quantile(0.5).unwrap();
                assert!((median - time.sum()).abs() <= time.sum() * 0.01, "{time:?}");
                assert!(
                    counts.remove(&(&old, "200"))
                        && levels.remove(&(&old,))
                        && sizes.remove(&(&old,))
                        && times.remove(&(&old,))
                );
            }
        };
        // Until every chunk that is used again and again is warm, and the thread has it for its own.
        (0..250_000).for_each(&mut turn);
        let region = Region::new(ALLOCATOR);
        (250_000..1_000_000).for_each(&mut turn);
        let grown = live(&region);
        stop.store(true, Ordering::Relaxed);
        let total = reader.join().unwrap();
        println!("750,000 label sets created and removed in 4 families: {grown:+} bytes alive");
        assert!(grown.abs() < NOISE, "{grown} bytes");
        for user in &stable {
            assert_eq!(counts.with(&(user, "200")).value(), total);
        }
    });
}

/// Nobody scrapes and nobody removes: a series per second, each with a thousand seconds to live.
fn series_that_go_by_time_alone_leave_live_bytes_flat() {
    let (clock, hand) = Clock::manual(Duration::ZERO);
    let registry = Registry::with_clock(clock);
    let ttl = Duration::from_secs(1_000);
    let counts: Family<(&str, &str), Counter> =
        registry.metric("counts", "Counts.").labels(["user", "code"]).ttl(ttl).register().unwrap();
    let levels: Family<(&str,), Gauge> =
        registry.metric("levels", "Levels.").labels(["user"]).ttl(ttl).register().unwrap();
    let sizes: Family<(&str,), Histogram> =
        registry.metric("sizes", "Sizes.").labels(["user"]).ttl(ttl).register().unwrap();
    let stays = counts.with(&("stays", "200"));
    let mut most = 0;
    let mut turn = |i: usize| {
        hand.advance(Duration::from_secs(1));
        let new = format!("user-{i:09}");
        counts.with(&(&new, "200")).inc();
        levels.with(&(&new,)).set(i as i64);
        sizes.with(&(&new,)).observe(0.5);
        stays.inc();
        if let Some(i) = i.checked_sub(999) {
            let old = format!("user-{i:09}");
            assert_eq!(counts.find(&(&old, "200")).map(Counter::value), Some(1), "{old}");
            assert_eq!(levels.find(&(&old,)).map(Gauge::value), Some(i as i64), "{old}");
            assert!(sizes.find(&(&old,)).is_some(), "{old}");
        }
        most = most.max(counts.len()).max(levels.len()).max(sizes.len());
    };
    // Until the thread has words of its own wherever it counts often.
    (0..60_000).for_each(&mut turn);
    let region = Region::new(ALLOCATOR);
    (60_000..240_000).for_each(&mut turn);
    let grown = live(&region);
    println!(
        "180,000 label sets gone by time in 3 families: {grown:+} bytes, at most {most} alive"
    );
    assert!(grown.abs() < NOISE, "{grown} bytes");
    assert!(most < 1_250, "{most} series, of which 1,000 have time to live");
    assert_eq!(stays.value(), 240_000);
}

fn registries_that_come_and_go_leave_live_bytes_flat() {
    let turn = |i: usize| {
        let registry = Registry::new();
        let counts: Family<(usize,), Counter> =
            registry.metric("counts", "Counts.").labels(["i"]).register().unwrap();
        let sizes: Family<(usize,), Histogram> =
            registry.metric("sizes", "Sizes.").labels(["i"]).register().unwrap();
        let open: Gauge = registry.register("open", "Open.").unwrap();
        let times: Summary = registry
            .metric("times", "Times.")
            .quantiles(Quantiles::new([0.5]).unwrap())
            .register()
            .unwrap();
        for j in 0..100 {
            assert_eq!(counts.with(&(j,)).value(), 0);
            counts.with(&(j,)).inc_by(i as u64);
            sizes.with(&(j,)).observe(1.0);
            open.set(7);
            times.observe(j as f64);
        }
        assert!(registry.to_text().len() > 5_000);
    };
    (0..100).for_each(turn);
    let region = Region::new(ALLOCATOR);
    (100..2_000).for_each(turn);
    let grown = live(&region);
    println!("1,900 registries of 202 series made and dropped: {grown:+} bytes alive");
    assert!(grown.abs() < NOISE, "{grown} bytes");
}

fn exemplars_that_come_and_go_leave_live_bytes_flat() {
    prom_client::set_exemplar_source(|labels| {
        labels.push("trace_id", format_args!("{:032x}", 0xabc));
        true
    })
    .unwrap();
    let registry = Registry::new();
    let counts: Family<(usize,), Counter> =
        registry.metric("counts", "Counts.").labels(["i"]).register().unwrap();
    let sizes: Family<(usize,), Histogram> =
        registry.metric("sizes", "Sizes.").labels(["i"]).exemplars().register().unwrap();
    let long = "x".repeat(100);
    let turn = |i: usize| {
        counts.with(&(i,)).inc_with_exemplar(&[("long", &long)]);
        sizes.with(&(i,)).observe(0.3);
        if i >= 100 {
            assert!(counts.remove(&(i - 100,)) && sizes.remove(&(i - 100,)));
        }
        if i % 1_000 == 0 {
            assert!(registry.to_openmetrics().matches(" # {").count() >= 2);
        }
    };
    (0..10_000).for_each(turn);
    let region = Region::new(ALLOCATOR);
    (10_000..100_000).for_each(turn);
    let grown = live(&region);
    println!("180,000 exemplars of series that came and went: {grown:+} bytes alive");
    assert!(grown.abs() < NOISE, "{grown} bytes");

    // Once a bucket has one, no exemplar allocates.
    let (counter, histogram) = (counts.with(&(0,)), sizes.with(&(0,)));
    let update = || {
        counter.inc_with_exemplar(&[("long", &long)]);
        histogram.observe_with_exemplar(0.3, &[("trace_id", "abc")]);
        histogram.observe(0.3);
    };
    (0..5_000).for_each(|_| update());
    let region = Region::new(ALLOCATOR);
    (0..10_000).for_each(|_| update());
    let change = region.change();
    assert_eq!((change.allocations, change.reallocations), (0, 0));
}

/// Three decades of values, from 64 threads, spread over all slices of the window.
fn a_summary_that_many_threads_touched_lightly_takes_16_kib_at_most() {
    const THREADS: usize = 64;
    const SERIES: usize = 100;
    let (clock, hand) = Clock::manual(Duration::from_secs(1_000_000));
    let registry = Registry::with_clock(clock);
    let touch = |family: &Family<(usize,), Summary>| {
        // All threads are there at once, so each has words of its own to offer.
        let (all_here, turn) = (Barrier::new(THREADS), Barrier::new(THREADS));
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let (all_here, turn, hand) = (&all_here, &turn, &hand);
                scope.spawn(move || {
                    all_here.wait();
                    for slice in 0..5 {
                        for i in 0..SERIES {
                            let decades = (thread * 5 + slice) as f64 * 3.0 / (THREADS * 5) as f64;
                            family.with(&(i,)).observe(10_f64.powf(decades));
                        }
                        if turn.wait().is_leader() {
                            hand.advance(Duration::from_secs(120));
                            registry_is_scraped(family);
                        }
                        turn.wait();
                    }
                });
            }
        });
    };
    let family = |name: &str| -> Family<(usize,), Summary> {
        let metric = registry.metric(name, "Times.").labels(["i"]);
        metric.quantiles(Quantiles::new([0.5, 0.99]).unwrap()).register().unwrap()
    };
    // The threads' own slabs.
    touch(&family("before"));
    let measured = family("measured");
    let region = Region::new(ALLOCATOR);
    touch(&measured);
    let each = live(&region) / SERIES as isize;
    println!("a summary over 3 decades, touched 320 times by 64 threads: {each} bytes");
    assert!((1_000..=16 * 1024).contains(&each), "{each} bytes");
}

/// Turns the windows, as a scrape does.
fn registry_is_scraped(family: &Family<(usize,), Summary>) {
    family.retain(|_, summary| summary.snapshot().is_some());
}

/// Each takes two areas besides its own, and the one that stays begins anew each round.
fn native_histograms_that_come_go_and_begin_anew_leave_live_bytes_flat() {
    let hour = Duration::from_secs(3_600);
    let (clock, hand) = Clock::manual(hour);
    let registry = Registry::with_clock(clock);
    let native = Native::default().max_buckets(100).unwrap().min_reset_duration(hour);
    let sizes: Family<(usize,), Histogram> =
        registry.metric("sizes", "Sizes.").labels(["i"]).buckets(native).register().unwrap();
    let stays: Histogram = registry.metric("stays", "Sizes.").buckets(native).register().unwrap();
    let observe = |histogram: Histogram| {
        (0..120_i32).for_each(|i| histogram.observe((f64::from(i) / 8.0 + 0.05).exp2()));
    };
    let turn = |i: usize| {
        let new = sizes.with(&(i,));
        observe(new);
        assert_eq!(new.snapshot().map(|reading| reading.count()), Some(120));
        if i >= 50 {
            assert!(sizes.remove(&(i - 50,)));
        }
        observe(stays);
        assert!(stays.snapshot().is_some_and(|reading| reading.count() > 0));
        hand.advance(hour);
        // It is shown once more, and then begins anew.
        assert!(stays.snapshot().is_some_and(|reading| reading.count() > 0));
        assert_eq!(stays.snapshot().map(|reading| reading.count()), Some(0));
    };
    (0..300).for_each(turn);
    let region = Region::new(ALLOCATOR);
    (300..2_300).for_each(turn);
    let grown = live(&region);
    println!("2,000 native histograms that came, went and began anew: {grown:+} bytes alive");
    assert!(grown.abs() < NOISE, "{grown} bytes");
}

/// Half a million histograms are the most that there may be, or 16,384 of this size.
fn label_sets_that_no_words_are_left_for_leave_live_bytes_flat() {
    let registry = Registry::new();
    let bounds = (0..400).map(f64::from);
    let sizes: Family<(u64,), Histogram> = registry
        .metric("sizes", "Sizes.")
        .labels(["number"])
        .buckets(Buckets::new(bounds).unwrap())
        .register()
        .unwrap();
    let is_there = |number: u64| {
        sizes.with(&(number,)).observe(1.0);
        sizes.find(&(number,)).is_some()
    };
    let first = (0..20_000).find(|number| !is_there(*number)).expect("fewer fit");
    let region = Region::new(ALLOCATOR);
    assert_eq!((first..first + 100_000).find(|number| is_there(*number)), None);
    let grown = live(&region);
    println!("100,000 label sets that no words were left for: {grown:+} bytes alive");
    assert!(grown < NOISE, "{grown} bytes");
}
