//! The order of the exposition, kept from scrape to scrape.
//!
//! # Problem
//! Series are exposed sorted by their labels. Sorting 100,000 of them takes 50 ms, so it is done once, and
//! a scrape only sorts in what came since the last one. Whoever creates a series must not wait for that.
//!
//! # Protocol
//! Records that are new are those from where the last scrape came to the end of all; those that are used
//! again go into a queue, under the writer's lock that the insertion holds anyway. A scrape takes
//! records from both, a few per lock hold, sorts them, and merges them into a copy of the list.
//! Scrapes hold the list's own lock for that, and read the list without it.
//!
//! A list entry is a record and a generation. A series that was removed is left in the list until the
//! next merge: its generation tells. A record that is used again while it is in the queue stays where it is.
//!
//! # Progress and cost
//! An insertion writes two words more. A scrape waits for other scrapes of the family, and for the writer's lock
//! once per 64 new series.
//!
//! # Verified by
//! `models::order`: scrapes beside each other and creation, and records used again in the queue and out of it;
//! each named weakening fails.

use std::sync::Arc;

use super::super::area::Handle;
use super::super::slab;
use super::super::sync::{Mutex, MutexGuard};
use super::Address;
use super::growing::End;
use super::record::{self, Record, is_alive};
use super::series::SeriesMap;
use super::value::Value;
use crate::label::LabelValues;

/// Records that began a life since a scrape took them last.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// All from here on are new.
    seen: End,
    /// Those before that are used again, each once.
    again: Vec<Address>,
}

impl Queue {
    /// A record begins a life.
    pub(super) fn push(&mut self, at: Address, record: Record<'_>) {
        if self.seen.is_behind(at) && record.set_queued(true) {
            self.again.push(at);
        }
    }

    /// A record that is new, if there are any: `end` is that of all records, which have `stride` words.
    fn take(&mut self, end: End, stride: usize) -> Option<Address> {
        let again = self.again.pop();
        if self.again.is_empty() {
            self.again = Vec::new();
        }
        again.or_else(|| self.seen.take(end, stride))
    }
}

/// How many records are taken off the queue per lock hold: a few microseconds.
const TAKE_AT_ONCE: usize = 64;

/// How many series are read together, so that their cache misses overlap.
const BATCH: usize = 64;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Order {
    list: Mutex<List>,
}

#[derive(Debug, Default)]
struct List {
    entries: Arc<Vec<Entry>>,
    /// How many removals there had been when dead entries were last dropped.
    removals: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    at: Address,
    generation: u32,
}

/// A series that is new to the list: where its labels are in a buffer.
struct Fresh {
    entry: Entry,
    start: usize,
    end: usize,
}

/// Reads the labels of a series by its place among some, and hands them on with its start.
type LabelsOf<'a> = dyn FnMut(usize, &mut dyn FnMut(&LabelValues, u64)) + 'a;

impl SeriesMap {
    /// Calls `each` with the series in order, some at a time, and a function that reads the labels of
    /// one of them: what they are and when it began, or nothing if it was removed meanwhile.
    pub(crate) fn scrape(
        &self,
        values: &mut LabelValues,
        mut each: impl FnMut(&[Handle], &mut LabelsOf<'_>),
    ) {
        slab::next_season();
        let entries = self.ordered();
        let (mut handles, mut records) = ([Handle::DEAD; BATCH], [None; BATCH]);
        let mut last = vec![Value::NONE; self.labels];
        values.clear();
        for batch in entries.chunks(BATCH) {
            let mut alive = 0;
            for entry in batch {
                let Some(record) = self.record(entry.at) else { continue };
                let life = record.life();
                // A record that is no longer of this generation is overwritten by the next one.
                handles[alive] = life;
                records[alive] = Some(record);
                alive += usize::from(life.generation == entry.generation);
            }
            each(&handles[..alive], &mut |i, f| {
                let Some(record) = records[i] else { return };
                if let Some(start) = self.read_next(record, handles[i], &mut last, values) {
                    f(values, start);
                }
            });
        }
    }

    /// As [`scrape`](Self::scrape), compiled once and not for each type of family.
    #[cold]
    pub(crate) fn scrape_for_any(
        &self,
        values: &mut LabelValues,
        each: &mut dyn FnMut(&[Handle], &mut LabelsOf<'_>),
    ) {
        self.scrape(values, each);
    }

    /// The list, with all series in it that were there when this was called.
    fn ordered(&self) -> Arc<Vec<Entry>> {
        let mut list = self.order.list.lock();
        let (fresh, removals) = self.take_queue();
        let dead = removals - list.removals;
        if !fresh.is_empty() || dead > list.entries.len() as u64 / 4 {
            let merged = self.merge(&list.entries, fresh, dead > 0);
            *list = List { entries: Arc::new(merged), removals };
        }
        Arc::clone(&list.entries)
    }

    /// The new records with their generations, and how many removals there were before.
    fn take_queue(&self) -> (Vec<Entry>, u64) {
        let mut fresh = Vec::new();
        let removals = self.lock().removals;
        loop {
            let mut writer = self.lock();
            for _ in 0..TAKE_AT_ONCE {
                let end = writer.room.end();
                let Some(at) = writer.queue.take(end, record::words(self.labels)) else {
                    return (fresh, removals);
                };
                let Some(record) = self.record(at) else { continue };
                record.set_queued(false);
                let generation = record.life().generation;
                // A record whose life is over is queued again when it begins another.
                if is_alive(generation) {
                    fresh.push(Entry { at, generation });
                }
            }
            // Whoever waits gets the lock now, not when this loop has an unlucky turn.
            MutexGuard::unlock_fair(writer);
        }
    }

    /// Appends the labels of an entry as one key, in the order of which lists are sorted; `false` if the
    /// series was removed.
    fn key(&self, entry: Entry, values: &mut LabelValues, key: &mut Vec<u8>) -> bool {
        let alive = self.read(entry.at, Some(entry.generation), values).is_some();
        if alive {
            values.join(key);
        }
        alive
    }

    fn merge(&self, old: &[Entry], fresh: Vec<Entry>, some_dead: bool) -> Vec<Entry> {
        let (mut values, mut keys) = (LabelValues::new(), Vec::new());
        let mut new = Vec::with_capacity(fresh.len());
        for entry in fresh {
            let start = keys.len();
            if self.key(entry, &mut values, &mut keys) {
                new.push(Fresh { entry, start, end: keys.len() });
            }
        }
        new.sort_unstable_by(|a, b| keys[a.start..a.end].cmp(&keys[b.start..b.end]));

        let lives = |entry: &&Entry| {
            self.record(entry.at).is_some_and(|record| record.life().generation == entry.generation)
        };
        let kept: Vec<Entry>;
        let mut old = if some_dead {
            kept = old.iter().filter(lives).copied().collect();
            &kept[..]
        } else {
            old
        };
        let mut merged = Vec::with_capacity(old.len() + new.len());
        let mut other = Vec::new();
        for fresh in &new {
            let key = &keys[fresh.start..fresh.end];
            let before = self.count_below(old, key, &mut values, &mut other);
            merged.extend_from_slice(&old[..before]);
            old = &old[before..];
            merged.push(fresh.entry);
        }
        merged.extend_from_slice(old);
        merged
    }

    /// How many of these sorted entries come before `key`. Series that are removed meanwhile have no key
    /// and no say.
    fn count_below(
        &self,
        entries: &[Entry],
        key: &[u8],
        values: &mut LabelValues,
        other: &mut Vec<u8>,
    ) -> usize {
        let (mut low, mut high) = (0, entries.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let mut probe = middle;
            loop {
                if probe == high {
                    high = middle;
                    break;
                }
                other.clear();
                if self.key(entries[probe], values, other) {
                    if other.as_slice() < key {
                        low = probe + 1;
                    } else {
                        high = middle;
                    }
                    break;
                }
                probe += 1;
            }
        }
        low
    }
}
