//! Native histograms: labels, the way from stage to stage, resets, and the zero bucket.

use std::sync::Arc;

use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;

use super::{Words, check};
use crate::storage::area::Handle;
use crate::storage::block::{self, Read, Reply, Totals};
use crate::storage::native::labels::{self, Bucket, Label, Place};
use crate::storage::native::layout::Table;
use crate::storage::native::reading::last_first;
use crate::storage::native::{self, announce, stages};
use crate::storage::page::Entry;
use crate::storage::sync::{Mutex, OnceBox};

/// Places of a table.
const PLACES: usize = 2;
/// The first label of a table behind the counts of a block.
const LABELS: usize = 6;

fn label(index: i32) -> Label {
    Label::new(0, Bucket::Exponential { positive: true, index })
}

fn table() -> Table {
    Table::new(LABELS, PLACES, 0)
}

/// What two labels have that hash alike.
fn alike() -> [Label; 2] {
    let home = label(0).home(PLACES);
    let other = (1..).find(|i| label(*i).home(PLACES) == home).expect("there are two places");
    [label(0), label(other)]
}

fn place(outcome: Place) -> usize {
    match outcome {
        Place::Known(place) | Place::New(place) => place,
        Place::Full | Place::Gone => panic!("{outcome:?}"),
    }
}

/// Threads that bring the same label and another one agree on their places.
#[test]
fn models_a_label_has_one_place() {
    check(None, || {
        let words = Words::new();
        let writers = [0, 0, 1].map(|which| {
            let words = words.clone();
            thread::spawn(move || {
                let outcome = labels::insert(words.area(), table(), 3, alike()[which]);
                (place(outcome), matches!(outcome, Place::New(_)))
            })
        });
        let [first, second, other] = writers.map(|writer| writer.join().unwrap());
        assert_eq!(first.0, second.0, "two places");
        assert_ne!(first.0, other.0, "one place for two");
        assert!(first.1 != second.1 && other.1, "made once");
        for (label, (place, _)) in alike().into_iter().zip([first, other]) {
            assert_eq!(labels::find(words.area(), table(), 3, label), Some(place));
        }
    });
}

/// A label that comes late, when its area is in another life, takes no place there.
#[test]
fn models_a_late_label_is_none_of_the_next_life() {
    check(None, || {
        let words = Words::new();
        // Only the counts are set to 0: labels need not be.
        let first = block::start(words.area(), PLACES, true).expect("a new area");
        let late = {
            let words = words.clone();
            thread::spawn(move || {
                labels::insert(words.area(), table(), first, alike()[0]);
            })
        };
        let next = {
            let words = words.clone();
            thread::spawn(move || {
                block::end(words.area());
                let second = block::start(words.area(), PLACES, true).expect("nobody has the lock");
                let place = place(labels::insert(words.area(), table(), second, alike()[1]));
                (second, place)
            })
        };
        late.join().unwrap();
        let (second, place) = next.join().unwrap();
        assert_eq!(labels::find(words.area(), table(), second, alike()[1]), Some(place), "lost");
        assert_eq!(labels::all(words.area(), table(), second).count(), 1, "a stray label");
    });
}

/// A stage: shared words with the table, and those of one thread.
#[derive(Clone)]
struct Stage {
    shared: Words,
    own: Words,
    life: Handle,
}

impl Stage {
    fn new(slot: u32) -> Self {
        let (shared, own) = (Words::new(), Words::new());
        let generation = block::start(shared.area(), 4, true).expect("a new area");
        Self { shared, own, life: Handle { slot, generation } }
    }

    /// As `native::count`.
    fn observe(&self, reply: &Reply, label: Label) {
        assert!(block::begin(self.shared.area(), self.own.area(), reply, self.life, PLACES));
        let place = place(labels::insert(self.shared.area(), table(), self.life.generation, label));
        block::observe(self.own.area(), place, 1.0);
    }

    /// As `Reading::count` and `fold`: how many there are, each of which must have a label.
    fn read(&self, reply: &Reply) -> u64 {
        let mut counts = [0; PLACES];
        let mut totals = Totals { counts: &mut counts, sum: 0.0 };
        assert_eq!(block::read_own(self.own.area(), reply, self.life, &mut totals), Read::Done);
        let sum = totals.sum;
        let labels = labels::all(self.shared.area(), table(), self.life.generation);
        let labelled: u64 = labels.map(|(place, _)| counts[place]).sum();
        assert_eq!(labelled as f64, sum, "a count without a label");
        labelled
    }
}

/// A reading beside a thread that goes on to the next stage has what it observed before, if it has what it
/// observed there.
#[test]
fn models_a_reading_is_a_prefix_over_stages() {
    check(Some(2), || {
        let (first, second) = (Stage::new(0), Stage::new(8));
        let reply = Arc::new(Reply::new());
        let owner = {
            let (first, second, reply) = (first.clone(), second.clone(), Arc::clone(&reply));
            thread::spawn(move || {
                first.observe(&reply, label(0));
                second.observe(&reply, label(1));
            })
        };
        let reader = thread::spawn(move || {
            let mut counted = [0, 0];
            for (stage, counted) in last_first([first, second].iter().zip(&mut counted)) {
                *counted = stage.read(&reply);
            }
            let [before, behind] = counted;
            assert!(before >= behind, "{behind} in the second stage and {before} in the first");
        });
        owner.join().unwrap();
        reader.join().unwrap();
    });
}

/// A thread that adopts a stage while another becomes the last one adopts that, or is called.
#[test]
fn models_a_thread_that_misses_the_last_stage_is_called() {
    const STAGE: usize = 5;
    const ZERO: usize = 6;
    check(None, || {
        let series = Stage::new(0);
        let last = Entry::new(1, Handle { slot: 0, generation: 3 });
        let thread = {
            let series = series.clone();
            thread::spawn(move || {
                let reply = Reply::new();
                assert!(block::begin(
                    series.shared.area(),
                    series.own.area(),
                    &reply,
                    series.life,
                    1
                ));
                native::last(series.shared.area(), STAGE, ZERO).0
            })
        };
        let changer = {
            let series = series.clone();
            thread::spawn(move || {
                announce(series.shared.area(), STAGE, last);
                block::call(series.own.area(), series.life.generation);
            })
        };
        let adopted = thread.join().unwrap();
        changer.join().unwrap();
        let tag = series.own.area().word(block::TAG).load(Ordering::Relaxed);
        let called = tag != u64::from(series.life.generation);
        assert!(adopted == last || called, "it goes on where nobody reads");
    });
}

/// Who reads what was counted in a wide zero bucket knows that it is wide.
#[test]
fn models_a_reading_knows_the_widest_zero_bucket() {
    check(None, || {
        let stage = Stage::new(0);
        let zero = Arc::new(AtomicU64::new(1));
        let observer = {
            let (stage, zero) = (stage.clone(), Arc::clone(&zero));
            thread::spawn(move || {
                let wide = zero.load(Ordering::Relaxed) as i32;
                stage.observe(&Reply::new(), label(wide));
            })
        };
        let widener = {
            let zero = Arc::clone(&zero);
            thread::spawn(move || zero.store(2, Ordering::Relaxed))
        };
        let reader = thread::spawn(move || {
            let counted = stage.read(&Reply::new());
            let wide = label(2);
            let zero = zero.load(Ordering::Relaxed);
            let (area, generation) = (stage.shared.area(), stage.life.generation);
            let is_wide = labels::find(area, table(), generation, wide).is_some();
            assert!(counted == 0 || !is_wide || zero == 2, "narrower than what was counted");
        });
        for actor in [observer, widener, reader] {
            actor.join().unwrap();
        }
    });
}

/// Buckets, and who has counted them under the lock.
#[derive(Clone)]
struct Review {
    due: Arc<AtomicU64>,
    buckets: Arc<[AtomicU64; 2]>,
    seen: Arc<Mutex<u64>>,
}

impl Review {
    fn new() -> Self {
        let buckets = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
        Self { due: Arc::new(AtomicU64::new(0)), buckets, seen: Arc::new(Mutex::new(0)) }
    }

    fn make(&self, which: usize) {
        self.buckets[which].store(1, Ordering::Relaxed);
        stages::see_to(&self.due, &self.seen, |seen| *seen = sum(&self.buckets));
    }
}

/// What becomes due is seen to by somebody, whoever has the lock.
#[test]
fn models_what_is_due_is_done() {
    check(None, || {
        let review = Review::new();
        let makers = [0, 1].map(|which| {
            let review = review.clone();
            thread::spawn(move || review.make(which))
        });
        for maker in makers {
            maker.join().unwrap();
        }
        assert_eq!(*review.seen.lock(), 2, "a bucket that nobody counted");
    });
}

/// So it is where somebody has the lock for something else, as readings do.
#[test]
fn models_what_becomes_due_beside_a_reading_is_done() {
    check(None, || {
        let review = Review::new();
        let maker = {
            let review = review.clone();
            thread::spawn(move || review.make(0))
        };
        let reader = {
            let Review { due, buckets, seen } = review.clone();
            thread::spawn(move || {
                // loom switches between threads at a load, and so while the lock is held.
                let look = |_: &mut u64| sum(&buckets);
                stages::with_lock(&due, &seen, look, |seen| *seen = sum(&buckets));
            })
        };
        maker.join().unwrap();
        reader.join().unwrap();
        assert_eq!(*review.seen.lock(), 1, "a bucket that nobody counted");
    });
}

fn sum(buckets: &[AtomicU64; 2]) -> u64 {
    buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).sum()
}

/// Who is the first to keep something for a series whose life ends sees that, or it is taken away.
#[test]
fn models_nothing_that_is_kept_outlives_its_life() {
    check(None, || {
        let words = Words::new();
        let generation = block::start(words.area(), PLACES, true).expect("a new area");
        let place: Arc<OnceBox<Mutex<u64>>> = Arc::new(OnceBox::new());
        let keeper = {
            let (words, place) = (words.clone(), Arc::clone(&place));
            thread::spawn(move || {
                let mut kept = place.get_or_init(|| Box::new(Mutex::new(0))).lock();
                if stages::is_open(words.area(), generation) {
                    *kept = 1;
                }
            })
        };
        let remover = {
            let (words, place) = (words.clone(), Arc::clone(&place));
            thread::spawn(move || {
                stages::close(words.area());
                if let Some(kept) = place.get() {
                    *kept.lock() = 0;
                }
            })
        };
        keeper.join().unwrap();
        remover.join().unwrap();
        assert_eq!(*place.get().expect("it is there").lock(), 0, "it is of the next life");
    });
}
