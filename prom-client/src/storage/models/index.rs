//! From a hash to records: searches beside insertion, removal, and growth.

use std::sync::Arc;

use loom::sync::atomic::{AtomicU32, Ordering};
use loom::thread;

use super::check;
use crate::storage::map::Address;
use crate::storage::map::growing::{Growing, Room};
use crate::storage::map::index::{Index, Load, Searched};

/// The hash of a record: its search begins at this place.
fn hash(at: Address) -> u64 {
    u64::from(at) << 32
}

/// Has the index to itself, as the holder of the writer's lock does.
struct Writer {
    index: Arc<Index>,
    load: Load,
}

impl Writer {
    fn new() -> Self {
        Self { index: Arc::new(Index::new()), load: Load::default() }
    }

    fn insert(&mut self, at: Address) {
        self.index.insert(&mut self.load, hash(at), at, None).expect("there is room");
    }

    fn remove(&mut self, at: Address) {
        self.index.remove(&mut self.load, hash(at), at);
    }

    /// Others come and go, each leaving a dead entry behind or using one.
    fn churn(&mut self, others: &[Address]) {
        for at in others {
            self.insert(*at);
            self.remove(*at);
        }
    }
}

/// As `SeriesMap::find`: `None` where that would search again under the lock.
fn find(index: &Index, at: Address) -> Option<bool> {
    let mut candidates = index.candidates(hash(at));
    if candidates.by_ref().any(|found| found == at) {
        return Some(true);
    }
    index.was_current(candidates.searched()).then_some(false)
}

/// Where a search for a record ends.
fn end(index: &Index, hash: u64) -> Searched {
    let mut candidates = index.candidates(hash);
    candidates.by_ref().for_each(drop);
    candidates.searched()
}

/// The record that stays. Its search begins at the first place, whatever the size of the table.
const STAYS: Address = 8;

/// A search for the record that stays, made by another thread.
fn searcher(index: &Arc<Index>) -> thread::JoinHandle<()> {
    let index = Arc::clone(index);
    thread::spawn(move || assert_ne!(find(&index, STAYS), Some(false), "lost"))
}

/// A record that is there throughout is found, or the search knows that it has to be made again: beside
/// growth, with some entries moved, all moved, and the table that was left emptied.
#[test]
fn models_a_record_that_stays_is_found_while_the_table_grows() {
    check(None, || {
        let mut writer = Writer::new();
        writer.insert(STAYS);
        let index = Arc::clone(&writer.index);
        // Begins to move, moves, ends to move, empties.
        let writer = thread::spawn(move || (1..=4).for_each(|at| writer.insert(at)));
        for actor in [writer, searcher(&index)] {
            actor.join().unwrap();
        }
        for at in [1, 2, 3, 4, STAYS] {
            assert_eq!(find(&index, at), Some(true));
        }
    });
}

/// The same while others are removed, and a table is left for its twin, emptied, and used again.
#[test]
fn models_a_record_that_stays_is_found_while_tables_are_used_again() {
    check(None, || {
        let mut writer = Writer::new();
        writer.insert(STAYS);
        // A table of four, none being left.
        writer.churn(&[1, 1, 3, 2, 1, 3]);
        let index = Arc::clone(&writer.index);
        // To the twin and back, until the first is again the only one.
        let writer = thread::spawn(move || writer.churn(&[2, 1, 3, 2, 1, 3]));
        for actor in [writer, searcher(&index)] {
            actor.join().unwrap();
        }
        assert_eq!(
            [1, 2, 3, STAYS].map(|at| find(&index, at) == Some(true)),
            [false, false, false, true]
        );
    });
}

/// Who finds an entry finds the block that its record is in, and what was written there before, also where the entry
/// went without a search.
#[test]
fn models_an_entry_implies_its_block() {
    [false, true].into_iter().for_each(an_entry_implies_its_block);
}

fn an_entry_implies_its_block(after_a_search: bool) {
    check(None, move || {
        let mut writer = Writer::new();
        let index = Arc::clone(&writer.index);
        let records: Arc<Growing<AtomicU32>> = Arc::new(Growing::new());
        let writer = {
            let records = Arc::clone(&records);
            thread::spawn(move || {
                let mut room = Room::default();
                // More than half of a block each: two blocks, and with the second the table grows.
                for _ in 0..2 {
                    let at = records.push(&mut room, 6).expect("there is room");
                    records.from(at)[0].store(7, Ordering::Relaxed);
                    // The first where a search ended, if there was one, the second in another table.
                    let searched = after_a_search.then(|| end(&writer.index, 0));
                    let vacancy = searched.and_then(|searched| writer.index.vacancy(searched));
                    writer.index.insert(&mut writer.load, 0, at, vacancy).expect("there is room");
                }
            })
        };
        let searcher = {
            let (index, records) = (Arc::clone(&index), Arc::clone(&records));
            thread::spawn(move || {
                for at in index.candidates(0) {
                    let words = records.from(at);
                    assert!(!words.is_empty(), "a record without a block");
                    assert_eq!(words[0].load(Ordering::Relaxed), 7);
                }
            })
        };
        writer.join().unwrap();
        searcher.join().unwrap();
        // While a table is being left, what is moved already is in both.
        assert!(index.candidates(0).count() >= 2);
    });
}

/// In a table of two its search ends at the second place, in one of four it begins at the third.
const NEW: Address = 2;

/// A record that goes where a search for it ended is found, also when the table was left since that search.
#[test]
fn models_a_record_that_goes_where_a_search_ended_is_found() {
    check(None, || {
        let mut writer = Writer::new();
        writer.insert(STAYS);
        let index = Arc::clone(&writer.index);
        let writer = thread::spawn(move || {
            // A table of four, none being left.
            writer.churn(&[1, 1]);
            writer
        });
        let searcher = {
            let index = Arc::clone(&index);
            thread::spawn(move || end(&index, hash(NEW)))
        };
        let mut writer = writer.join().unwrap();
        let vacancy = index.vacancy(searcher.join().unwrap());
        index.insert(&mut writer.load, hash(NEW), NEW, vacancy).expect("there is room");
        for at in [NEW, STAYS] {
            assert_eq!(find(&index, at), Some(true));
        }
    });
}
