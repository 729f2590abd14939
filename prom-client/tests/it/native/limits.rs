//! What is in which bucket, and what becomes of too many buckets, beside a simple model of the rules.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

use prom_client::{Buckets, Histogram, ManualClock, Native, Owned};
use proptest::prelude::*;

use super::{Shown, owned};

/// The options of a native histogram.
#[derive(Clone, Copy, Debug)]
struct Options {
    schema: i8,
    max_buckets: usize,
    zero_threshold: f64,
    max_zero_threshold: f64,
    reset_after: u64,
}

impl Options {
    fn native(self) -> Native {
        // The factor of a schema, and a little more, so that it is not a matter of the last digit.
        let factor = 2_f64.powf(2_f64.powi(-i32::from(self.schema))) * (1.0 + 1e-9);
        Native::factor(factor)
            .and_then(|native| native.max_buckets(self.max_buckets))
            .and_then(|native| native.zero_threshold(self.zero_threshold))
            .and_then(|native| native.max_zero_threshold(self.max_zero_threshold))
            .unwrap()
            .min_reset_duration(Duration::from_secs(self.reset_after))
    }
}

/// A native histogram out of maps, whose buckets are found by logarithms.
struct Model {
    options: Options,
    shown: Shown,
    /// By sign and index.
    buckets: BTreeMap<(bool, i32), u64>,
    since: u64,
    reduced: bool,
    /// There are too many buckets still, and something may help.
    pending: bool,
}

impl Model {
    fn new(options: Options) -> Self {
        let shown = Shown::default();
        let buckets = BTreeMap::new();
        let mut model = Self { options, shown, buckets, since: 0, reduced: false, pending: false };
        model.reset(0);
        model
    }

    fn reset(&mut self, now: u64) {
        let Options { schema, zero_threshold, .. } = self.options;
        self.shown = Shown { schema, zero_threshold, ..Shown::default() };
        self.buckets.clear();
        (self.since, self.reduced, self.pending) = (now, false, false);
    }

    fn is_reset_due(&self, now: u64) -> bool {
        self.options.reset_after > 0 && now - self.since >= self.options.reset_after
    }

    fn count(&mut self, value: f64) {
        self.shown.count += 1;
        if value.abs() <= self.shown.zero_threshold {
            self.shown.zero_count += 1;
        } else if !value.is_nan() {
            let scale = 2_f64.powi(self.shown.schema.into());
            let index = match value.abs() {
                f64::INFINITY => (1024.0 * scale).ceil() + 1.0,
                // The logarithm is too coarse where the last bucket ends.
                f64::MAX => (1024.0 * scale).ceil(),
                magnitude => (magnitude.log2() * scale).ceil(),
            };
            *self.buckets.entry((value > 0.0, index as i32)).or_default() += 1;
        }
    }

    fn observe(&mut self, value: f64, now: u64) {
        let before = self.buckets.len();
        self.count(value);
        let over = self.buckets.len() > self.options.max_buckets;
        // Once nothing helps, it is only looked at again when there is one more.
        let looks = self.pending || self.buckets.len() > before;
        if value.is_nan() || !over || !looks {
            return;
        }
        if self.is_reset_due(now) {
            self.reset(now);
            self.count(value);
        } else {
            self.reduced = true;
            let helps = self.widen() || self.halve();
            self.pending = helps && self.buckets.len() > self.options.max_buckets;
        }
    }

    fn widen(&mut self) -> bool {
        let nearest = self.buckets.keys().map(|(_, index)| *index).min().unwrap();
        let scale = 2_f64.powi(self.shown.schema.into());
        let wider = (f64::from(nearest) / scale).exp2();
        let fits = wider <= self.options.max_zero_threshold * (1.0 + 1e-12);
        if self.shown.zero_threshold >= self.options.max_zero_threshold || !fits {
            return false;
        }
        self.shown.zero_threshold = wider;
        for positive in [false, true] {
            self.shown.zero_count += self.buckets.remove(&(positive, nearest)).unwrap_or_default();
        }
        true
    }

    fn halve(&mut self) -> bool {
        if self.shown.schema == -4 {
            return false;
        }
        self.shown.schema -= 1;
        for ((positive, index), n) in std::mem::take(&mut self.buckets) {
            let index = (index + 1).div_euclid(2);
            *self.buckets.entry((positive, index)).or_default() += n;
        }
        true
    }

    /// What a reading shows. It resets what is due.
    fn read(&mut self, now: u64) -> Shown {
        let of = |sign| {
            let side = self.buckets.iter().filter(move |((positive, _), _)| *positive == sign);
            side.map(|((_, index), n)| (*index, *n)).collect()
        };
        let shown = Shown { negative: of(false), positive: of(true), ..self.shown.clone() };
        if self.reduced && self.is_reset_due(now) {
            self.reset(now);
        }
        shown
    }
}

/// Both are the same but for rounding of the threshold.
fn assert_same(shown: &Shown, model: &Shown) {
    let near = (shown.zero_threshold / model.zero_threshold - 1.0).abs() < 1e-12;
    assert!(near || shown.zero_threshold == model.zero_threshold, "{shown:?} {model:?}");
    assert_eq!(shown, &Shown { zero_threshold: shown.zero_threshold, ..model.clone() });
}

fn options() -> impl Strategy<Value = Options> {
    let limit = prop_oneof![1_usize..8, 8_usize..40, Just(160_usize), Just(360_usize)];
    let zero = prop_oneof![Just(0.0), Just(2_f64.powi(-128)), Just(2_f64.powi(-10))];
    let widest = prop_oneof![Just(0.0), Just(1e-3), Just(1.0), Just(1e9)];
    let reset_after = prop_oneof![Just(0_u64), 1_u64..50];
    (-4_i8..=8, limit, zero, widest, reset_after).prop_map(
        |(schema, max_buckets, zero_threshold, max_zero_threshold, reset_after)| Options {
            schema,
            max_buckets,
            zero_threshold,
            max_zero_threshold,
            reset_after,
        },
    )
}

/// Values that lie as far from the bounds of the finest buckets as logarithms need.
fn value() -> impl Strategy<Value = f64> {
    let inside = |(index, sign): (i32, bool)| {
        let magnitude = ((f64::from(index) + 0.37) / 256.0).exp2();
        if sign { magnitude } else { -magnitude }
    };
    let special = [0.0, -0.0, f64::INFINITY, -f64::INFINITY, f64::NAN, f64::MAX, -f64::MAX];
    prop_oneof![
        4 => (-2_000..2_000, any::<bool>()).prop_map(inside),
        2 => (-200..200, Just(true)).prop_map(inside),
        1 => (-260_000..262_000, any::<bool>()).prop_map(inside),
        1 => proptest::sample::select(special.to_vec()),
    ]
}

fn both(options: Options) -> (Owned<Histogram>, ManualClock, Model) {
    let (histogram, hand) = owned(options.native());
    (histogram, hand, Model::new(options))
}

proptest! {
    #[test]
    fn native_buckets_are_those_of_the_rules(
        options in options(), values in prop::collection::vec((value(), 0_u64..10, any::<bool>()), 1..200),
    ) {
        let (histogram, hand, mut model) = both(options);
        let mut now = 0;
        for (value, seconds, read) in values {
            hand.advance(Duration::from_secs(seconds));
            now += seconds;
            histogram.observe(value);
            model.observe(value, now);
            if read {
                assert_same(&Shown::of(*histogram), &model.read(now));
            }
        }
        assert_same(&Shown::of(*histogram), &model.read(now));
    }

    #[test]
    fn classic_and_native_buckets_of_one_histogram_count_the_same(
        options in options(), values in prop::collection::vec(value(), 1..300),
    ) {
        let classic = || Buckets::new([-10.0, 0.0, 1e-30, 0.3, 1.0, 7.0]).unwrap();
        let (both, _hand) = owned(classic().and_native(Options { max_buckets: 90, ..options }.native()).unwrap());
        let (alone, _hand) = owned(classic());
        let (native, _hand) = owned(Options { max_buckets: 90, ..options }.native());
        for value in values {
            for histogram in [&both, &alone, &native] {
                histogram.observe(value);
            }
        }
        let reading = both.snapshot().unwrap();
        let expected = alone.snapshot().unwrap();
        prop_assert_eq!(reading.bounds(), expected.bounds());
        prop_assert_eq!(reading.counts(), expected.counts());
        prop_assert_eq!(Shown::from(&reading), Shown::of(*native));
    }
}

/// Each value once more makes too many buckets fewer, until there is nothing to be done.
#[test]
fn there_are_no_more_buckets_than_allowed_or_they_are_the_coarsest() {
    for max_buckets in [1, 2, 5, 40, 160, 360] {
        for schema in [-4, 0, 3, 8] {
            let options = Options {
                schema,
                max_buckets,
                zero_threshold: 0.0,
                max_zero_threshold: 0.0,
                reset_after: 0,
            };
            let (histogram, _hand, mut model) = both(options);
            for i in 0..600_i32 {
                let magnitude = ((f64::from(i * 7_919 % 4_000) - 2_000.0 + 0.37) / 16.0).exp2();
                let value = if i % 3 == 0 { -magnitude } else { magnitude };
                for _ in 0..13 {
                    histogram.observe(value);
                    model.observe(value, 0);
                }
                if i % 50 == 0 {
                    let shown = Shown::of(*histogram);
                    assert_same(&shown, &model.read(0));
                    assert_eq!(shown.sum(), shown.count);
                    assert!(shown.buckets() <= max_buckets || shown.schema == -4, "{shown:?}");
                }
            }
        }
    }
}

/// Each value is the first one of a thread, and the threads before are still there, so that none has words of the
/// histogram.
#[test]
fn the_first_observation_of_a_thread_makes_too_many_buckets_fewer_too() {
    for max_buckets in [1, 3, 10] {
        let options = Options {
            schema: 3,
            max_buckets,
            zero_threshold: 0.0,
            max_zero_threshold: 0.0,
            reset_after: 0,
        };
        let (histogram, _hand, mut model) = both(options);
        let histogram = *histogram;
        std::thread::scope(|scope| {
            let mut waiting = Vec::new();
            for i in 0..24 {
                let value = f64::from(i * 7 % 24 * 5 + 1);
                let (done, is_done) = mpsc::channel();
                let (leave, may_leave) = mpsc::channel::<()>();
                scope.spawn(move || {
                    histogram.observe(value);
                    done.send(()).unwrap();
                    // Until the other end is dropped.
                    let _ = may_leave.recv();
                });
                is_done.recv().unwrap();
                waiting.push(leave);
                model.observe(value, 0);
                assert_same(&Shown::of(histogram), &model.read(0));
            }
        });
    }
}
