//! Look-ups and a scrape beside removal and reuse of a record.

use std::sync::Arc;

use loom::sync::atomic::AtomicU64;
use loom::thread;

use super::{Words, check};
use crate::storage::area::Handle;
use crate::storage::cell;
use crate::storage::map::record::{self, Record, is_alive};
use crate::storage::map::value::Value;

/// Two labels, given by the words of their values: a look-up may see half an old set and half a new.
type Labels = [u64; 2];
const OLD: Labels = [1, 1];
const NEW: Labels = [2, 2];
const MIXED: Labels = [1, 2];

/// A record and the shared word of its area.
#[derive(Clone)]
struct Series {
    words: Arc<Vec<AtomicU64>>,
    shared: Words,
}

impl Series {
    /// A record alive with the old labels.
    fn new() -> Self {
        let words = (0..record::words(2)).map(|_| AtomicU64::new(0)).collect();
        let series = Self { words: Arc::new(words), shared: Words::new() };
        series.insert(OLD);
        series
    }

    fn record(&self) -> Record<'_> {
        Record::new(&self.words).expect("long enough")
    }

    /// As `SeriesMap::accept`: the life of this label set.
    fn find(&self, labels: Labels) -> Option<Handle> {
        let record = self.record();
        let life = record.life();
        let same = (0..2).all(|i| record.value(i) == Some(Value::from_bits(labels[i])));
        (same && is_alive(life.generation) && record.is_still(life)).then_some(life)
    }

    /// As `SeriesMap::create`, under the writer's lock.
    fn insert(&self, labels: Labels) {
        let set_value = |i| self.record().set_value(i, Value::from_bits(labels[i]));
        Record::open();
        // One before the area's life begins and one behind: the fence of that would stand in for the first one of
        // the record where all are behind, and for the order of the last write where all are before.
        self.record().set_start(0);
        set_value(0);
        let generation = cell::start(self.shared.area(), false).expect("not worn out");
        set_value(1);
        self.record().publish(Handle { slot: 0, generation });
    }

    /// As `SeriesMap::end`, under the writer's lock.
    fn remove(&self, life: Handle) {
        self.record().retire(life);
        cell::end(self.shared.area(), life.generation);
    }

    /// As `SeriesMap::scrape`: labels and total of one life.
    fn scrape(&self) -> Option<(Labels, u64)> {
        let record = self.record();
        let life = record.life();
        if !is_alive(life.generation) {
            return None;
        }
        let part = cell::read(self.shared.area(), life.generation)?;
        if !cell::is_still(self.shared.area(), life.generation) {
            return None;
        }
        let labels = [record.value(0)?.to_bits(), record.value(1)?.to_bits()];
        record.is_still(life).then_some((labels, part.small as u64))
    }

    fn add(&self, life: Handle, n: i64) {
        cell::add_small(self.shared.area(), life.generation, n);
    }
}

/// A look-up finds the old set, the new one or none, never half of each, and what is added to one is
/// never shown by the other.
#[test]
fn models_a_reused_record_is_never_a_mixture() {
    check(Some(2), || {
        let series = Series::new();
        let user = {
            let series = series.clone();
            thread::spawn(move || {
                if let Some(old) = series.find(OLD) {
                    series.add(old, 100);
                }
                assert_eq!(series.find(MIXED), None);
                if let Some(new) = series.find(NEW) {
                    series.add(new, 1);
                }
            })
        };
        let writer = {
            let series = series.clone();
            thread::spawn(move || {
                let old = series.find(OLD).expect("only this thread removes");
                series.remove(old);
                series.insert(NEW);
            })
        };
        let scraper = {
            let series = series.clone();
            thread::spawn(move || match series.scrape() {
                Some((OLD, total)) => assert!(total == 0 || total == 100, "old shows {total}"),
                Some((NEW, total)) => assert!(total <= 1, "new shows {total}"),
                Some(other) => panic!("a mixture: {other:?}"),
                None => {}
            })
        };
        for actor in [user, writer, scraper] {
            actor.join().unwrap();
        }
        let (labels, total) = series.scrape().expect("alive");
        assert_eq!(labels, NEW);
        assert!(total <= 1, "new shows {total}");
    });
}
