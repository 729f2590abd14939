//! What holds while threads observe, come, go, and remove.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use prom_client::{Buckets, Family, Histogram, Metric, Native, Registry};

use super::{HOUR, Shown, owned};

/// Runs two writers, with the number of the round, until `readings` of a reader are done. Returns how many
/// rounds there were.
fn while_reading(
    readings: usize,
    write: impl Fn(u64, u64) + Sync,
    mut read: impl FnMut(),
) -> [u64; 2] {
    let stop = AtomicBool::new(false);
    let rounds = [AtomicU64::new(0), AtomicU64::new(0)];
    std::thread::scope(|scope| {
        for (writer, rounds) in (0..).zip(&rounds) {
            let (stop, write) = (&stop, &write);
            scope.spawn(move || {
                let mut round = 0;
                while !stop.load(Ordering::Relaxed) {
                    write(writer, round);
                    round += 1;
                }
                rounds.store(round, Ordering::Relaxed);
            });
        }
        for _ in 0..readings {
            read();
        }
        stop.store(true, Ordering::Relaxed);
    });
    rounds.map(AtomicU64::into_inner)
}

#[test]
fn sum_and_native_buckets_are_of_the_same_observations() {
    let registry = Registry::new();
    let family: Family<(u64,), Histogram> = registry
        .metric("native_ones", "Ones.")
        .labels(["writer"])
        .buckets(Buckets::default().and_native(Native::default()).unwrap())
        .register()
        .unwrap();
    let both = family.with(&(9,));
    let mut before = 0;
    let rounds = while_reading(
        2_000,
        |writer, _| {
            both.observe(1.0);
            family.with(&(writer,)).observe(1.0);
        },
        || {
            let reading = both.snapshot().unwrap();
            let shown = Shown::from(&reading);
            assert_eq!(reading.sum(), reading.count() as f64);
            assert_eq!(shown.sum(), reading.count());
            assert!(before <= reading.count(), "it went back");
            before = reading.count();
        },
    );
    assert_eq!(Shown::of(both).positive, [(0, rounds[0] + rounds[1])]);
    for (writer, rounds) in (0..).zip(rounds) {
        assert_eq!(Shown::of(family.with(&(writer,))).positive, [(0, rounds)]);
    }
}

/// Powers of two that a writer observes in turn: in `n` values the sum tells how many of each there are.
#[test]
fn nothing_is_lost_while_buckets_get_fewer_and_every_reading_is_consistent() {
    for (native, max_buckets) in [
        (Native::factor(1.003).unwrap(), 30),
        (Native::factor(1.003).unwrap().max_zero_threshold(2.0).unwrap(), 10),
        (Native::factor(1.01).unwrap(), 360),
    ] {
        let (histogram, _hand) = owned(native.max_buckets(max_buckets).unwrap());
        let histogram = *histogram_kept(&histogram);
        let mut before = 0;
        let spread = |writer: u64, round: u64| {
            // Ever wider, so that buckets keep coming.
            let step = (round * 7_919 + writer) % (1 + round.min(20_000) / 20);
            (step as f64 / 97.0).exp2()
        };
        let rounds = while_reading(
            1_000,
            |writer, round| {
                let value = spread(writer, round);
                histogram.observe(value);
                histogram.observe(-value);
                if round % 64 == 0 {
                    histogram.observe(0.0);
                }
            },
            || {
                let reading = histogram.snapshot().unwrap();
                let shown = Shown::from(&reading);
                assert_eq!(shown.sum(), reading.count(), "{shown:?}");
                assert!(before <= reading.count(), "it went back");
                before = reading.count();
            },
        );
        let shown = Shown::of(histogram);
        let zeros: u64 = rounds.iter().map(|rounds| rounds.div_ceil(64)).sum();
        assert_eq!(shown.count, 2 * (rounds[0] + rounds[1]) + zeros);
        // What is still to be done, one step each.
        (0..500).for_each(|_| histogram.observe(0.0));
        let shown = Shown::of(histogram);
        assert!(shown.buckets() <= max_buckets, "{shown:?}");
        assert_eq!(shown.sum(), shown.count);
        let side = |side: &[(i32, u64)]| side.iter().map(|(_, n)| n).sum::<u64>();
        assert_eq!(side(&shown.negative), side(&shown.positive), "{shown:?}");
    }
}

/// The owner has to stay: this borrows it.
fn histogram_kept(owned: &prom_client::Owned<Histogram>) -> &Histogram {
    owned
}

#[test]
fn a_thread_that_has_ended_and_the_one_that_follows_it_are_both_counted() {
    let (histogram, _hand) = owned(Native::factor(1.003).unwrap().max_buckets(20).unwrap());
    let histogram = *histogram_kept(&histogram);
    for i in 0..200 {
        std::thread::spawn(move || {
            for j in 0..20 {
                histogram.observe((f64::from(i * j) / 31.0).exp2());
            }
        })
        .join()
        .unwrap();
        let shown = Shown::of(histogram);
        assert_eq!((shown.count, shown.sum()), (20 * (i as u64 + 1), shown.count));
    }
}

#[test]
fn readings_are_consistent_while_the_histogram_begins_anew() {
    let native = Native::default().max_buckets(4).unwrap().min_reset_duration(HOUR);
    let (histogram, hand) = owned(native);
    let histogram = *histogram_kept(&histogram);
    let mut resets = 0;
    while_reading(
        500,
        |writer, round| histogram.observe(((round + writer) % 16) as f64 * 0.25 + 1.0),
        || {
            hand.advance(HOUR / 3);
            let shown = Shown::of(histogram);
            assert_eq!(shown.sum(), shown.count, "{shown:?}");
            resets += u32::from(shown.schema == 3);
        },
    );
    println!("{resets} readings at full resolution");
    // What threads observe from now on is all there, wherever they had been.
    let before = {
        hand.advance(HOUR);
        let _last = Shown::of(histogram);
        Shown::of(histogram).count
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..1_000).for_each(|_| histogram.observe(1.0)));
        }
    });
    assert_eq!(Shown::of(histogram).count, before + 4_000);
}

#[test]
fn a_removed_native_series_is_never_written_again() {
    let registry = Registry::new();
    let native = Native::factor(1.01).unwrap();
    let family: Family<(u64,), Histogram> =
        registry.metric("native_churn", "").labels(["a"]).buckets(native).register().unwrap();
    let mut stale: Vec<Histogram> = Vec::new();
    let wide = |histogram: Histogram, n: u64| {
        (0..n).for_each(|i| histogram.observe((i as f64 / 7.0).exp2()));
    };
    let stop = &AtomicBool::new(false);
    std::thread::scope(|scope| {
        let family = &family;
        let other = scope.spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                (0..8).for_each(|label| family.with(&(label,)).observe(0.5));
            }
        });
        for round in 0..300_u64 {
            let label = 100 + round % 8;
            let histogram = family.with(&(label,));
            assert_eq!(Shown::of(histogram).count, 0, "round {round}");
            wide(histogram, round % 200);
            stale.iter().for_each(|histogram| wide(*histogram, 60));
            let shown = Shown::of(histogram);
            assert_eq!((shown.count, shown.sum()), (round % 200, round % 200), "round {round}");
            assert!(family.remove(&(label,)));
            assert!(!histogram.is_live() && histogram.snapshot().is_none());
            if round % 3 == 0 {
                family.remove(&(round % 8,));
            }
            stale.truncate(6);
            stale.insert(0, histogram);
        }
        stop.store(true, Ordering::Relaxed);
        other.join().unwrap();
    });
}
