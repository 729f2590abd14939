//! From a hash to records: open addressing, read without a lock.
//!
//! # Problem
//! A look-up must find a record in two loads, while records come and go and the table grows.
//!
//! # Protocol
//! An entry is `tag << 32 | address of the record`; the tag is the upper half of the hash with its top
//! bit set, and its lower bits say where to look first, so that a table can be filled from another
//! one alone, without a look at the records. 0 is empty, ending a search; [`DEAD`] is a removed entry, going on. Entries are hints: the
//! reader checks the record itself, so whatever stale entry or table it reads, it accepts only a
//! record that is alive and has the right labels.
//!
//! When a table fills up, the writer fills a spare one of the right size and makes it current. Tables
//! are never freed but used again, two per size. The current word has a version, so a reader that
//! found nothing knows whether it searched a table that was in use all the time.
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | `current` store | Release | search, Acquire | the table's entries |
//! | entry store | Release | search, Acquire | the block that the record is in |
//!
//! # Progress and cost
//! A search ends after as many steps as the table is long. At most 3 of 4 entries are used.

use std::sync::OnceLock;

use super::super::sync::{AtomicU64, Ordering};
use super::super::zeroed;
use super::growing::Address;

const EMPTY: u64 = 0;
/// No tag equals its upper half, since tags have the top bit set.
const DEAD: u64 = 1 << 32;

/// Entries of the smallest table: 1 << this.
const SMALLEST: u32 = 4;
/// Sizes of tables.
const SIZES: usize = 24;

/// Two tables of each size, in an array whose index needs no check when it is masked.
const TABLES: usize = 64;
const _: () = assert!(2 * SIZES <= TABLES && TABLES.is_power_of_two());

/// See the module.
#[derive(Debug)]
pub(super) struct Index {
    /// Two of each size.
    tables: [OnceLock<Box<[AtomicU64]>>; TABLES],
    /// `version << 8 | number of the table`.
    current: AtomicU64,
}

/// What the writer knows of the index.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Load {
    live: usize,
    dead: usize,
}

/// Which table a search looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Searched(u64);

impl Index {
    pub(super) fn new() -> Self {
        let index =
            Self { tables: [const { OnceLock::new() }; TABLES], current: AtomicU64::new(0) };
        index.table(0);
        index
    }

    /// The table of this number, made if need be.
    fn table(&self, number: usize) -> &[AtomicU64] {
        // Zeros are empty entries.
        self.tables[number].get_or_init(|| zeroed::slice(1 << (SMALLEST as usize + number / 2)))
    }

    /// Offers every record whose tag fits to `accept`, until it takes one.
    #[inline(always)]
    pub(super) fn search<T>(
        &self,
        hash: u64,
        mut accept: impl FnMut(Address) -> Option<T>,
    ) -> Result<T, Searched> {
        let current = self.current.load(Ordering::Acquire);
        let table = self.tables[number(current)].get();
        let entries: &[AtomicU64] = table.map_or(&[], |table| table);
        let mask = entries.len().wrapping_sub(1);
        let tag = tag(hash);
        let mut at = tag as usize & mask;
        for _ in 0..entries.len() {
            let entry = entries[at & mask].load(Ordering::Acquire);
            if entry == EMPTY {
                break;
            }
            if entry >> 32 == tag {
                if let Some(found) = accept(entry as Address) {
                    return Ok(found);
                }
            }
            at = (at + 1) & mask;
        }
        Err(Searched(current))
    }

    /// Whether that table was the current one all the time: then a record that was there throughout
    /// would have been found.
    pub(super) fn was_current(&self, searched: Searched) -> bool {
        // Ordering: Acquire fence - the entries were read before this.
        super::super::sync::fence(Ordering::Acquire);
        self.current.load(Ordering::Relaxed) == searched.0
    }

    /// Writer: adds a record. `None` if no larger table can be had.
    pub(super) fn insert(&self, load: &mut Load, hash: u64, at: Address) -> Option<()> {
        let mut entries = self.writers();
        if (load.live + load.dead + 1) * 4 > entries.len() * 3 {
            entries = self.rebuild(load)?;
        }
        let mask = entries.len() - 1;
        let tag = tag(hash);
        let mut place = tag as usize & mask;
        loop {
            let entry = entries[place].load(Ordering::Relaxed);
            if entry == DEAD {
                load.dead -= 1;
            }
            if entry == EMPTY || entry == DEAD {
                break;
            }
            place = (place + 1) & mask;
        }
        entries[place].store(tag << 32 | u64::from(at), Ordering::Release);
        load.live += 1;
        Some(())
    }

    /// Writer: takes a record out.
    pub(super) fn remove(&self, load: &mut Load, tag: u32, at: Address) {
        let entries = self.writers();
        let mask = entries.len() - 1;
        let is_it = |entry: u64| entry as Address == at && entry >> 63 == 1;
        let mut place = tag as usize & mask;
        while !is_it(entries[place].load(Ordering::Relaxed)) {
            place = (place + 1) & mask;
        }
        load.live -= 1;
        if entries[(place + 1) & mask].load(Ordering::Relaxed) != EMPTY {
            entries[place].store(DEAD, Ordering::Release);
            load.dead += 1;
            return;
        }
        // No search goes on behind here, so neither this entry nor dead ones before it are needed.
        entries[place].store(EMPTY, Ordering::Release);
        loop {
            place = place.wrapping_sub(1) & mask;
            if entries[place].load(Ordering::Relaxed) != DEAD {
                return;
            }
            entries[place].store(EMPTY, Ordering::Release);
            load.dead -= 1;
        }
    }

    fn writers(&self) -> &[AtomicU64] {
        self.table(number(self.current.load(Ordering::Relaxed)))
    }

    /// Fills a spare table: a larger one, or one of the same size to be rid of dead entries.
    fn rebuild(&self, load: &mut Load) -> Option<&[AtomicU64]> {
        let current = self.current.load(Ordering::Relaxed);
        let number = number(current);
        let old = self.table(number);
        let grows = load.live * 2 >= old.len();
        let next = if grows { (number & !1) + 2 } else { number ^ 1 };
        if next >= 2 * SIZES {
            return None;
        }
        let new = self.table(next);
        let mask = new.len() - 1;
        new.iter().for_each(|entry| entry.store(EMPTY, Ordering::Relaxed));
        for entry in old.iter().map(|entry| entry.load(Ordering::Relaxed)).filter(|e| e >> 63 == 1)
        {
            let mut place = (entry >> 32) as usize & mask;
            while new[place].load(Ordering::Relaxed) != EMPTY {
                place = (place + 1) & mask;
            }
            // Ordering: Release - a reader that is still in this table, from the last time it was
            // current, may follow the entry.
            new[place].store(entry, Ordering::Release);
        }
        load.dead = 0;
        let version = (current >> 8) + 1;
        self.current.store(version << 8 | next as u64, Ordering::Release);
        Some(new)
    }
}

/// The number of the table that the current word names.
#[inline(always)]
const fn number(current: u64) -> usize {
    current as usize & (TABLES - 1)
}

/// The tag of a hash, in the lower half of a word.
#[inline(always)]
pub(super) const fn tag(hash: u64) -> u64 {
    hash >> 32 | 1 << 31
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_index_agrees_with_a_map(steps in proptest::collection::vec((any::<bool>(), 0_u32..200), 1..2_000)) {
            // Few different low bits, so that searches are long.
            let hash_of = |key: u32| u64::from(key % 7) << 32 | u64::from(key) << 40;
            let (index, mut load) = (Index::new(), Load::default());
            let mut model: HashMap<u32, ()> = HashMap::new();
            for (insert, key) in steps {
                let found = index.search(hash_of(key), |at| (at == key).then_some(()));
                prop_assert_eq!(found.is_ok(), model.contains_key(&key));
                if insert && model.insert(key, ()).is_none() {
                    index.insert(&mut load, hash_of(key), key).unwrap();
                } else if !insert && model.remove(&key).is_some() {
                    index.remove(&mut load, tag(hash_of(key)) as u32, key);
                }
                prop_assert_eq!(load.live, model.len());
            }
            for key in 0..200 {
                let found = index.search(hash_of(key), |at| (at == key).then_some(()));
                prop_assert_eq!(found.is_ok(), model.contains_key(&key));
            }
        }
    }
}
