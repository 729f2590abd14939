//! Series by label set: look-ups, creation, removal and scrapes, all of it the code that runs.

use std::sync::Arc;

use loom::thread::JoinHandle;

use super::{check, numbers, spawn};
use crate::clock::Clock;
use crate::label::{LabelValues, LabelVisitor};
use crate::storage::map::{Entry, Key, SeriesMap};
use crate::storage::{Handle, number};

/// A set of one label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name(&'static str);

impl Key for Name {
    fn visit(&self, visitor: &mut impl LabelVisitor) {
        visitor.value(self.0);
    }
}

/// A map of counters, and whoever uses it.
#[derive(Clone)]
pub(super) struct Map(Arc<SeriesMap>);

impl Map {
    pub(super) fn new() -> Self {
        Self(Arc::new(SeriesMap::new(1, numbers(), Clock::system())))
    }

    fn insert_one_of(&self, most: usize, name: &'static str) -> Option<Handle> {
        match self.0.find_or_insert(Name(name), |len| len >= most, || false, || ()) {
            Entry::Series(handle) => Some(handle),
            Entry::Refused => None,
        }
    }

    pub(super) fn insert(&self, name: &'static str) -> Handle {
        self.insert_one_of(usize::MAX, name).expect("there is room")
    }

    pub(super) fn find(&self, name: &'static str) -> Option<Handle> {
        self.0.find(Name(name))
    }

    pub(super) fn remove(&self, name: &'static str) -> Option<Handle> {
        self.0.remove(Name(name))
    }

    /// The series of a scrape, with their totals. Names come in order, and none twice.
    pub(super) fn scrape(&self) -> Vec<(String, u64)> {
        let mut series: Vec<(String, u64)> = Vec::new();
        self.0.scrape(&mut LabelValues::new(), |handles, read| {
            for (i, handle) in handles.iter().enumerate() {
                let Some(total) = number::total(*handle) else { continue };
                read(i, &mut |labels, _| {
                    let name = labels.iter().next().expect("one label").to_owned();
                    assert!(
                        series.last().is_none_or(|(last, _)| *last < name),
                        "{series:?}, {name}"
                    );
                    series.push((name, total));
                });
            }
        });
        series
    }

    /// Runs `act` in a thread of its own.
    pub(super) fn spawn<T: 'static>(&self, act: impl FnOnce(Self) -> T + 'static) -> JoinHandle<T> {
        let map = self.clone();
        spawn(move || act(map))
    }
}

/// A series that is there throughout is found, while the index and the memory of records grow, records are
/// used again, and a table is left for its twin and emptied.
#[test]
fn models_a_series_that_stays_is_found_while_others_come_and_go() {
    check(None, || {
        let map = Map::new();
        let stays = map.insert("stays");
        let writer = map.spawn(|map| {
            // Each leaves a dead entry behind or uses one.
            for name in ["b", "c", "d", "e", "f", "b", "c", "d"] {
                map.insert(name);
                map.remove(name);
            }
        });
        let searcher = map.spawn(move |map| assert_eq!(map.find("stays"), Some(stays)));
        writer.join().unwrap();
        searcher.join().unwrap();
        assert_eq!(map.0.len(), 1);
    });
}

/// Threads that look up the same new label set get the same series, also where it is the last that there is
/// room for.
#[test]
fn models_all_who_create_a_series_get_the_same() {
    check(None, || {
        let map = Map::new();
        let creators = [(), ()].map(|()| map.spawn(|map| map.insert_one_of(1, "a")));
        let handles = creators.map(|creator| creator.join().unwrap());
        assert!(handles[0].is_some(), "refused what there is room for");
        assert_eq!(handles[0], handles[1]);
        assert_eq!(map.insert_one_of(1, "b"), None);
    });
}

/// The same beside another, where nothing was ever removed and a table is left, so that a search may have ended
/// in one that is no longer current, or that was not yet.
#[test]
fn models_series_that_are_created_side_by_side_are_one_while_the_table_grows() {
    check(Some(2), || {
        let map = Map::new();
        map.insert("d");
        let creators = ["s", "e", "s"].map(|name| map.spawn(move |map| map.insert(name)));
        let [first, _, second] = creators.map(|creator| creator.join().unwrap());
        assert_eq!(first, second);
        assert_eq!(map.find("s"), Some(first));
        assert_eq!(map.0.len(), 3);
    });
}

/// The same where a series was removed whose place in the index comes before the one at which a search for the
/// new one ends, and another series takes that one meanwhile.
#[test]
fn models_a_new_series_comes_where_another_was_removed() {
    check(Some(2), || {
        let map = Map::new();
        // A table of eight: "d" at the first place, "a" and "b" at the third and fourth, "s" at the third, "e" at the fifth.
        for name in ["b", "a", "d"] {
            map.insert(name);
        }
        // Until no table is being left.
        for _ in 0..2 {
            map.remove("d");
            map.insert("d");
        }
        map.remove("d");
        map.remove("a");
        let creators = ["s", "e", "s"].map(|name| map.spawn(move |map| map.insert(name)));
        let [first, _, second] = creators.map(|creator| creator.join().unwrap());
        assert_eq!(first, second);
        assert_eq!(map.find("s"), Some(first));
    });
}

/// What is added to a series through a handle from a look-up is shown by that series or by none, beside
/// removal and a new series with the same labels; also when record, area and the places of values are used
/// again.
#[test]
fn models_a_series_is_never_shown_with_what_was_added_to_another() {
    check(Some(1), || {
        let map = Map::new();
        map.insert("a");
        let writer = map.spawn(|map| {
            map.remove("a");
            number::add(map.insert("b"), 1);
        });
        let user = map.spawn(|map| {
            if let Some(handle) = map.find("a") {
                // In the shared words, then in words of the thread's own.
                number::add(handle, 100);
                number::add(handle, 100);
            }
        });
        let scraper = map.spawn(|map| {
            for (name, total) in map.scrape() {
                let expected: &[u64] = if name == "a" { &[0, 100, 200] } else { &[0, 1] };
                assert!(expected.contains(&total), "{name} shows {total}");
            }
        });
        for actor in [writer, user, scraper] {
            actor.join().unwrap();
        }
        assert_eq!(map.scrape(), [("b".to_owned(), 1)]);
    });
}
