//! Many numbers that belong together: exact readings, requests, removal, the cold stage.

use std::sync::Arc;

use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;

use super::{Words, check};
use crate::storage::area::{FIRST_GENERATION, Handle};
use crate::storage::block::{self, Cold, Read, Reply, Totals};

const BUCKETS: usize = 2;

/// What the owner observes, as bucket and value: a sum tells which of them it has.
const OBSERVED: [(usize, f64); 4] = [(0, 1.0), (1, 10.0), (1, 100.0), (0, 1000.0)];

/// A block, its owner's part, and where the owner answers.
#[derive(Clone)]
struct Block {
    shared: Words,
    own: Words,
    reply: Arc<Reply>,
}

fn handle(generation: u32) -> Handle {
    Handle { slot: 0, generation }
}

impl Block {
    /// A block in its first life, hot from the start.
    fn new(hot: bool) -> (Self, Handle) {
        let block = Self { shared: Words::new(), own: Words::new(), reply: Arc::new(Reply::new()) };
        let generation = block::start(block.shared.area(), BUCKETS, hot).expect("a new area");
        (block, handle(generation))
    }

    /// As `distribution::observe`, in the owner's block.
    fn observe(&self, handle: Handle, (bucket, value): (usize, f64)) {
        if block::begin(self.shared.area(), self.own.area(), &self.reply, handle, BUCKETS) {
            block::observe(self.own.area(), bucket, value);
        }
    }

    /// As `distribution::read`.
    fn read(&self, handle: Handle) -> Option<([u64; BUCKETS], f64)> {
        let mut counts = [0; BUCKETS];
        let mut totals = Totals { counts: &mut counts, sum: 0.0 };
        let shared = self.shared.area();
        if block::is_private(shared, handle.generation)?
            && block::read_own(self.own.area(), &self.reply, handle, &mut totals) == Read::Gone
        {
            return None;
        }
        if block::read_shared(shared, handle.generation, &mut totals) == Read::Gone {
            return None;
        }
        let sum = totals.sum;
        block::is_still(shared, handle.generation).then_some((counts, sum))
    }
}

/// How many of the observations from `from` on a reading has; it must have the first ones.
fn prefix((counts, sum): ([u64; BUCKETS], f64), from: usize) -> usize {
    let mut so_far = ([0; BUCKETS], 0.0);
    for (n, (bucket, value)) in OBSERVED[from..].iter().enumerate() {
        if so_far == (counts, sum) {
            return n;
        }
        so_far.0[*bucket] += 1;
        so_far.1 += value;
    }
    assert_eq!((counts, sum), so_far, "no prefix");
    OBSERVED.len() - from
}

/// A reader beside an owner that does not pause gets a prefix, directly or by asking, and the second
/// reading has at least what the first had.
#[test]
fn models_readings_are_prefixes_and_never_go_back() {
    check(Some(2), || {
        let (block, life) = Block::new(true);
        // Begun before, so that the reader looks at it.
        block.observe(life, OBSERVED[0]);
        let owner = {
            let block = block.clone();
            thread::spawn(move || {
                // Two in a row in different buckets: a reading that has the second one's only is none.
                OBSERVED[1..].iter().for_each(|observed| block.observe(life, *observed));
            })
        };
        let reader = {
            let block = block.clone();
            thread::spawn(move || {
                let first = prefix(block.read(life).expect("alive"), 0);
                let second = prefix(block.read(life).expect("alive"), 0);
                assert!(first >= 1 && first <= second, "went back from {first} to {second}");
            })
        };
        owner.join().unwrap();
        reader.join().unwrap();
        assert_eq!(prefix(block.read(life).expect("alive"), 0), 4, "lost");
    });
}

/// Two readers that ask the same owner at the same time both get a prefix.
#[test]
fn models_two_readers_do_not_disturb_each_other() {
    check(Some(1), || {
        let (block, life) = Block::new(true);
        block.observe(life, OBSERVED[0]);
        let owner = {
            let block = block.clone();
            thread::spawn(move || {
                block.observe(life, OBSERVED[1]);
                block.observe(life, OBSERVED[2]);
            })
        };
        let readers = [block.clone(), block.clone()].map(|block| {
            thread::spawn(move || assert!(prefix(block.read(life).expect("alive"), 0) >= 1))
        });
        owner.join().unwrap();
        for reader in readers {
            reader.join().unwrap();
        }
    });
}

/// A reader beside an owner that goes on to the next life sees observations of one life only.
#[test]
fn models_a_reading_is_of_one_life() {
    check(Some(1), || {
        let (block, first) = Block::new(true);
        block.observe(first, OBSERVED[0]);
        let second = handle(first.generation + 2);
        let next = Arc::new(AtomicU64::new(0));
        let owner = {
            let (block, next) = (block.clone(), Arc::clone(&next));
            thread::spawn(move || {
                block.observe(first, OBSERVED[1]);
                // As a look-up would find it.
                if next.load(Ordering::Acquire) == 1 {
                    block.observe(second, OBSERVED[2]);
                }
            })
        };
        let remover = {
            let (block, next) = (block.clone(), Arc::clone(&next));
            thread::spawn(move || {
                block::end(block.shared.area());
                assert_eq!(
                    block::start(block.shared.area(), BUCKETS, true),
                    Some(second.generation)
                );
                next.store(1, Ordering::Release);
            })
        };
        let reader = {
            let block = block.clone();
            thread::spawn(move || {
                if let Some(reading) = block.read(first) {
                    assert!(prefix(reading, 0) <= 2);
                }
                if let Some(reading) = block.read(second) {
                    assert!(prefix(reading, 2) <= 1);
                }
            })
        };
        for actor in [owner, remover, reader] {
            actor.join().unwrap();
        }
        assert_eq!(second.generation, FIRST_GENERATION + 2);
    });
}

/// Threads that share a cold block take turns or go elsewhere; readings are exact, nothing is lost.
#[test]
fn models_a_shared_block_is_exact() {
    check(Some(2), || {
        let (block, life) = Block::new(false);
        let elsewhere = Arc::new(AtomicU64::new(0));
        let writers = [(1, 10.0), (0, 1.0)].map(|(bucket, value)| {
            let (block, elsewhere) = (block.clone(), Arc::clone(&elsewhere));
            thread::spawn(move || {
                let shared = block.shared.area();
                if block::observe_shared(shared, life.generation, bucket, value, false)
                    != Cold::Done
                {
                    elsewhere.fetch_add(value as u64, Ordering::Relaxed);
                }
            })
        });
        let reader = {
            let block = block.clone();
            thread::spawn(move || {
                let (counts, sum) = block.read(life).expect("alive");
                assert_eq!(counts[0] as f64 + 10.0 * counts[1] as f64, sum, "torn");
            })
        };
        for writer in writers {
            writer.join().unwrap();
        }
        reader.join().unwrap();
        let (counts, sum) = block.read(life).expect("alive");
        assert_eq!(counts[0] as f64 + 10.0 * counts[1] as f64, sum, "torn");
        // A reader may hold the lock for a moment too, which sends a writer elsewhere.
        assert_eq!(sum as u64 + elsewhere.load(Ordering::Relaxed), 11, "lost");
    });
}

/// A block whose writer was stopped with the lock in hand is not used again; one that is used again
/// begins empty, and a late writer does not change it.
#[test]
fn models_a_busy_block_is_not_used_again() {
    check(None, || {
        let (block, first) = Block::new(false);
        let writer = {
            let block = block.clone();
            thread::spawn(move || {
                block::observe_shared(block.shared.area(), first.generation, 1, 10.0, false);
            })
        };
        let remover = {
            let block = block.clone();
            thread::spawn(move || {
                block::end(block.shared.area());
                block::start(block.shared.area(), BUCKETS, false)
            })
        };
        writer.join().unwrap();
        if let Some(second) = remover.join().unwrap() {
            assert_eq!(block.read(handle(second)), Some(([0, 0], 0.0)));
        }
    });
}

/// A thread that observes in the shared block first and then in its own is read in that order too.
#[test]
fn models_a_reading_is_a_prefix_also_on_the_way_to_a_private_block() {
    check(Some(2), || {
        let (block, life) = Block::new(false);
        let owner = {
            let block = block.clone();
            thread::spawn(move || {
                let (bucket, value) = OBSERVED[0];
                let shared = block.shared.area();
                let outcome = block::observe_shared(shared, life.generation, bucket, value, false);
                // The reader may hold the lock: then even the first one goes to the own block.
                if outcome != Cold::Done {
                    block.observe(life, OBSERVED[0]);
                }
                block.observe(life, OBSERVED[1]);
            })
        };
        let reader = {
            let block = block.clone();
            thread::spawn(move || {
                prefix(block.read(life).expect("alive"), 0);
            })
        };
        owner.join().unwrap();
        reader.join().unwrap();
        assert_eq!(prefix(block.read(life).expect("alive"), 0), 2, "lost");
    });
}
