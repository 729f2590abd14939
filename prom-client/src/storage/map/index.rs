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
//! When a table fills up, the writer makes a larger one current, or a spare of the same size to be rid of
//! dead entries, and moves a few entries over at each insertion: nobody who creates a series stops to
//! move 100,000. The larger table is made before it is needed, a part at each insertion too. As long as the
//! moving goes on, searches look in the new table and then in the old one, which keeps what it has. Tables
//! are never freed. The two of one size take turns while dead entries are why one fills up, and are emptied
//! a little at a time too. The current word has a version, so a reader that found nothing knows whether it
//! searched tables that were in use all the time.
//!
//! Who searched in vain before it took the writer's lock need not search again, nor look for a place: where the search
//! ended is a [`Vacancy`], if nobody has put an entry there since.
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | `current` store | Release | search, Acquire | the table, and the entries that were moved to it |
//! | entry store | Release | search, Acquire | the block that the record is in |
//! | emptying, fence | Release | `was_current`, fence Acquire | who reads an emptied entry sees that the table is no longer searched |
//!
//! # Progress and cost
//! A search ends after as many steps as the table is long. At most half of the entries are used: a longer
//! search is one that the processor does not foresee.
//!
//! # Verified by
//! `models::index`: searches beside growth, removal, tables used again, and new blocks; each named weakening
//! fails. `models::map`: threads that create one series beside another, also while a table is left. A property test
//! compares with a map.

use super::super::sync::{AtomicU64, OnceLock, Ordering, array, fence};
use super::super::zeroed::{self, Pending};
use super::Address;

const EMPTY: u64 = 0;
/// No tag equals its upper half, since tags have the top bit set.
const DEAD: u64 = 1 << 32;

/// Entries of the smallest table: 1 << this.
const SMALLEST: u32 = if cfg!(loom) { 1 } else { 4 };
/// Sizes of tables.
const SIZES: usize = if cfg!(loom) { 4 } else { 24 };

/// So many of the sizes are small: the table after one of these is four times as long. Moving entries half as often
/// takes 5 of 70 ns off a creation, and the tables that were left are a third of the memory, not as much again.
const SMALL_SIZES: usize = if cfg!(loom) { 0 } else { 10 };

/// Two tables of each size, in an array whose index needs no check when it is masked.
const TABLES: usize = if cfg!(loom) { 8 } else { 64 };
const _: () = assert!(2 * SIZES <= TABLES && TABLES.is_power_of_two());

/// No table, where the current word names one that is being left.
const NONE: usize = 0xff;

/// How many entries are moved or emptied at each insertion and removal.
const STEP: usize = if cfg!(loom) { 1 } else { 64 };

/// A table of which at least so many entries are used is not made at once, by whoever happens to need it, but before.
const LONG: usize = 1 << 11;
/// The next table is made while the last part of so many is used up.
const EARLY: usize = 16;

/// See the module.
#[derive(Debug)]
pub(crate) struct Index {
    /// Two of each size.
    tables: [OnceLock<Box<[AtomicU64]>>; TABLES],
    /// `version << 16 | number of the table being left, or NONE << 8 | number of the table`.
    current: AtomicU64,
}

/// What the writer knows of the index.
#[derive(Debug, Default)]
pub(crate) struct Load {
    live: usize,
    /// Dead entries of the current table.
    dead: usize,
    /// The next entry of the table being left, if there is one.
    moving: Option<usize>,
    /// A table that was left, and its next entry that is not emptied yet.
    emptying: Option<(usize, usize)>,
    /// A table that will be needed soon, by number.
    pending: Option<(usize, Pending<AtomicU64>)>,
}

impl Load {
    /// How many records there are.
    #[cfg(test)]
    pub(super) fn live(&self) -> usize {
        self.live
    }
}

/// Which tables a search looked at, and where it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Searched {
    /// The current word.
    current: u64,
    /// The entry at which it ended, if it looked at one table only.
    end: usize,
}

impl Searched {
    /// Nothing that can be relied on.
    pub(crate) const NOTHING: Self = Self { current: u64::MAX, end: 0 };
}

/// An entry that is empty, where a record can go that was searched for in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Vacancy(usize);

impl Index {
    pub(crate) fn new() -> Self {
        let index = Self {
            tables: array![OnceLock::new(); TABLES],
            current: AtomicU64::new(word(0, NONE, 0)),
        };
        index.table(0);
        index
    }

    /// The table of this number, made if need be.
    fn table(&self, number: usize) -> &[AtomicU64] {
        // Zeros are empty entries.
        self.tables[number].get_or_init(|| zeroed::slice(1 << (SMALLEST as usize + number / 2)))
    }

    /// The records whose tag is that of this hash.
    #[inline(always)]
    pub(crate) fn candidates(&self, hash: u64) -> Candidates<'_> {
        let current = self.current.load(Ordering::Acquire);
        let entries = self.entries(number(current));
        let tag = tag(hash);
        Candidates {
            index: self,
            current,
            left: left(current),
            tag,
            entries,
            at: tag as usize,
            steps: entries.len(),
        }
    }

    /// The entries of a table that exists.
    #[inline(always)]
    fn entries(&self, number: usize) -> &[AtomicU64] {
        self.tables[number % TABLES].get().map_or(&[], |table| table)
    }

    /// Whether those tables were the current ones all the time: then a record that was there throughout
    /// would have been found.
    pub(crate) fn was_current(&self, searched: Searched) -> bool {
        // Ordering: Acquire fence - the entries, which are read with Acquire anyway, and the number of series, which
        // is not, were read before this.
        fence(Ordering::Acquire);
        self.current.load(Ordering::Relaxed) == searched.current
    }

    /// Writer: where a record goes for which a search found no candidate at all, if none was added since that the search
    /// would have found. Whoever added one put it where the search ended, so that entry would not be empty; unless a dead
    /// one was on the way there, so this is to be asked only of an index from which nothing was ever removed.
    pub(crate) fn vacancy(&self, searched: Searched) -> Option<Vacancy> {
        let current = self.current.load(Ordering::Relaxed);
        let entries = self.entries(number(current));
        let is_alone = current == searched.current && left(current) == NONE;
        let end = searched.end & entries.len().wrapping_sub(1);
        let entry = entries.get(end).filter(|_| is_alone)?;
        (entry.load(Ordering::Relaxed) == EMPTY).then_some(Vacancy(end))
    }

    /// Writer: adds a record, where there is a vacancy if that is known. `None` if no larger table can be had.
    pub(crate) fn insert(
        &self,
        load: &mut Load,
        hash: u64,
        at: Address,
        vacancy: Option<Vacancy>,
    ) -> Option<()> {
        if load.moving.is_some() || load.emptying.is_some() {
            self.advance(load);
        }
        let current = number(self.current.load(Ordering::Relaxed));
        let mut entries = self.entries(current);
        let mut vacant = vacancy.and_then(|Vacancy(end)| entries.get(end));
        let (used, most) = (load.live + load.dead, entries.len() / 2);
        if used >= most {
            (entries, vacant) = (self.leave(load)?, None);
        } else if most >= LONG && used >= most - most / EARLY {
            self.prepare(load, current);
        }
        let entry = tag(hash) << 32 | u64::from(at);
        match vacant {
            // Ordering: Release - as in `place`.
            Some(vacant) => vacant.store(entry, Ordering::Release),
            None => load.dead -= usize::from(place(entries, entry)),
        }
        load.live += 1;
        Some(())
    }

    /// Writer: takes a record out. Under another hash than it went in by it is not found, and its entry stays, and
    /// counts: otherwise such entries would fill the table.
    pub(crate) fn remove(&self, load: &mut Load, hash: u64, at: Address) {
        // Ordering: Relaxed throughout - a search for another record goes the same way with or without these.
        let tag = tag(hash);
        self.advance(load);
        let current = self.current.load(Ordering::Relaxed);
        let mut was_left = false;
        if left(current) != NONE {
            let entries = self.table(left(current));
            if let Some(place) = find(entries, tag, at) {
                entries[place].store(DEAD, Ordering::Relaxed);
                was_left = true;
            }
        }
        let entries = self.table(number(current));
        let found = find(entries, tag, at);
        load.live -= usize::from(was_left || found.is_some());
        let Some(mut place) = found else { return };
        let mask = entries.len() - 1;
        if entries[(place + 1) & mask].load(Ordering::Relaxed) != EMPTY {
            entries[place].store(DEAD, Ordering::Relaxed);
            load.dead += 1;
            return;
        }
        // No search goes on behind here, so neither this entry nor dead ones before it are needed.
        entries[place].store(EMPTY, Ordering::Relaxed);
        loop {
            place = place.wrapping_sub(1) & mask;
            if entries[place].load(Ordering::Relaxed) != DEAD {
                return;
            }
            entries[place].store(EMPTY, Ordering::Relaxed);
            load.dead -= 1;
        }
    }

    /// Begins to move to a larger table, or to one of the same size to be rid of dead entries.
    fn leave(&self, load: &mut Load) -> Option<&[AtomicU64]> {
        // There is more room in a table than steps are needed to fill it, so this is done already.
        while load.moving.is_some() {
            self.advance(load);
        }
        let current = self.current.load(Ordering::Relaxed);
        let old = number(current);
        let next = self.next(load, old);
        if next >= 2 * SIZES {
            return None;
        }
        while load.emptying.is_some_and(|(table, _)| table == next) {
            self.advance(load);
        }
        if let Some((_, pending)) = load.pending.take().filter(|(table, _)| *table == next) {
            self.tables[next].get_or_init(|| pending.finish());
        }
        let new = self.table(next);
        load.dead = 0;
        load.moving = Some(0);
        self.current.store(word(version(current) + 1, old, next), Ordering::Release);
        Some(new)
    }

    /// The table that comes after this one: a larger one, or, if many entries are dead, another of its size.
    fn next(&self, load: &Load, old: usize) -> usize {
        let grows = load.live * 3 >= self.table(old).len();
        let sizes = if old < 2 * SMALL_SIZES { 2 } else { 1 };
        if grows { (old & !1) + 2 * sizes } else { old ^ 1 }
    }

    /// Goes on making the table that comes after this one, which will soon be full.
    #[cold]
    fn prepare(&self, load: &mut Load, current: usize) {
        let next = self.next(load, current);
        if next >= 2 * SIZES || self.tables[next].get().is_some() {
            return;
        }
        let pending = load.pending.take().filter(|(table, _)| *table == next);
        let len = 1 << (SMALLEST as usize + next / 2);
        let (_, pending) =
            load.pending.insert(pending.unwrap_or_else(|| (next, Pending::new(len))));
        // All of it by the time that half of the entries of this one are used.
        pending.advance(2 * EARLY * len / self.table(current).len());
    }

    /// Moves some entries to the current table, or empties some of one that was left.
    fn advance(&self, load: &mut Load) {
        let current = self.current.load(Ordering::Relaxed);
        if let Some(next) = load.moving {
            let (old, new) = (self.table(left(current)), self.table(number(current)));
            let end = (next + STEP).min(old.len());
            // Picked out first, without a branch for each: nobody foresees which entries are live.
            let (mut live, mut count) = ([0; STEP], 0);
            for entry in &old[next..end] {
                let entry = entry.load(Ordering::Relaxed);
                live[count] = entry;
                count += usize::from(is_live(entry));
            }
            for entry in &live[..count] {
                load.dead -= usize::from(place(new, *entry));
            }
            load.moving = Some(end).filter(|end| *end < old.len());
            if load.moving.is_none() {
                let (left, number) = (left(current), number(current));
                // A smaller one is never current again.
                load.emptying = Some((left, 0)).filter(|_| left == number ^ 1);
                self.current.store(word(version(current) + 1, NONE, number), Ordering::Release);
            }
        } else if let Some((table, next)) = load.emptying {
            let entries = self.table(table);
            let end = (next + 4 * STEP).min(entries.len());
            // Ordering: Release fence - who reads one of these zeros sees that the table is no longer searched.
            fence(Ordering::Release);
            entries[next..end].iter().for_each(|entry| entry.store(EMPTY, Ordering::Relaxed));
            load.emptying = Some((table, end)).filter(|_| end < entries.len());
        }
    }
}

/// A search, from one candidate to the next.
///
/// An iterator rather than a function that is given a closure: the caller's check is then in one place,
/// where the compiler puts it into the loop.
#[derive(Debug)]
pub(crate) struct Candidates<'a> {
    index: &'a Index,
    current: u64,
    /// The table to search next, or [`NONE`].
    left: usize,
    tag: u64,
    entries: &'a [AtomicU64],
    at: usize,
    /// A search ends after as many steps as the table is long.
    steps: usize,
}

impl Candidates<'_> {
    /// What was searched, if nothing was found.
    #[inline(always)]
    pub(crate) fn searched(&self) -> Searched {
        // One step behind the last.
        Searched { current: self.current, end: self.at.wrapping_sub(1) }
    }

    /// Goes on in the table that is being left, if there is one.
    #[cold]
    fn turn(&mut self) -> bool {
        let left = std::mem::replace(&mut self.left, NONE);
        if left == NONE {
            return false;
        }
        self.entries = self.index.entries(left);
        self.at = self.tag as usize;
        self.steps = self.entries.len();
        true
    }
}

impl Iterator for Candidates<'_> {
    type Item = Address;

    #[inline(always)]
    fn next(&mut self) -> Option<Address> {
        loop {
            let mask = self.entries.len().wrapping_sub(1);
            while self.steps > 0 {
                let entry = self.entries[self.at & mask].load(Ordering::Acquire);
                self.at = self.at.wrapping_add(1);
                self.steps -= 1;
                if entry == EMPTY {
                    break;
                }
                if entry >> 32 == self.tag {
                    return Some(entry as Address);
                }
            }
            if !self.turn() {
                return None;
            }
        }
    }
}

/// Puts an entry into the first free place of its search; `true` if that was a dead one.
fn place(entries: &[AtomicU64], entry: u64) -> bool {
    let mask = entries.len() - 1;
    let mut place = (entry >> 32) as usize & mask;
    loop {
        let seen = entries[place].load(Ordering::Relaxed);
        if seen == EMPTY || seen == DEAD {
            // Ordering: Release - a reader that follows the entry finds the record's block.
            entries[place].store(entry, Ordering::Release);
            return seen == DEAD;
        }
        place = (place + 1) & mask;
    }
}

/// Where the entry of a record is, if it is in this table.
fn find(entries: &[AtomicU64], tag: u64, at: Address) -> Option<usize> {
    let mask = entries.len() - 1;
    let wanted = tag << 32 | u64::from(at);
    let mut place = tag as usize & mask;
    loop {
        match entries[place].load(Ordering::Relaxed) {
            EMPTY => return None,
            entry if entry == wanted => return Some(place),
            _ => place = (place + 1) & mask,
        }
    }
}

/// Whether an entry names a record: tags have the top bit set.
const fn is_live(entry: u64) -> bool {
    entry >> 63 == 1
}

const fn word(version: u64, left: usize, number: usize) -> u64 {
    version << 16 | (left as u64) << 8 | number as u64
}

const fn version(current: u64) -> u64 {
    current >> 16
}

/// The number of the table that is being left, or [`NONE`].
#[inline(always)]
const fn left(current: u64) -> usize {
    (current >> 8) as usize & 0xff
}

/// The number of the table that the current word names.
#[inline(always)]
const fn number(current: u64) -> usize {
    current as usize & 0xff
}

/// The tag of a hash, in the lower half of a word.
#[inline(always)]
const fn tag(hash: u64) -> u64 {
    hash >> 32 | 1 << 31
}

#[cfg(test)]
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
                let mut candidates = index.candidates(hash_of(key));
                let found = candidates.by_ref().any(|at| at == key);
                prop_assert_eq!(found, model.contains_key(&key));
                if insert && model.insert(key, ()).is_none() {
                    let vacancy = index.vacancy(candidates.searched());
                    index.insert(&mut load, hash_of(key), key, vacancy).unwrap();
                } else if !insert && model.remove(&key).is_some() {
                    index.remove(&mut load, hash_of(key), key);
                }
                prop_assert_eq!(load.live, model.len());
            }
            for key in 0..200 {
                let found = index.candidates(hash_of(key)).any(|at| at == key);
                prop_assert_eq!(found, model.contains_key(&key));
            }
        }
    }

    /// As a label set makes it that shows other values when it is asked again.
    #[test]
    fn an_entry_that_is_not_found_again_takes_a_place_for_good() {
        let (index, mut load) = (Index::new(), Load::default());
        let (shown, kept) =
            (|key: u32| u64::from(key) << 32, |key: u32| u64::from(key + 500) << 32);
        for key in 1..200 {
            index.insert(&mut load, shown(key), key, None).unwrap();
            index.remove(&mut load, kept(key), key);
            assert!(index.candidates(shown(key)).any(|at| at == key));
            assert!(!index.candidates(kept(key)).any(|at| at == key));
        }
        assert_eq!(load.live, 199);
    }

    #[test]
    fn there_is_a_vacancy_until_a_record_is_added_that_the_search_would_have_found() {
        let (index, mut load) = (Index::new(), Load::default());
        let hash_of = |key: u32| u64::from(key) << 32;
        let search = |key| {
            let mut candidates = index.candidates(hash_of(key));
            assert_eq!(candidates.next(), None);
            candidates.searched()
        };
        let (same, other) = (search(1), search(2));
        index.insert(&mut load, hash_of(1), 1, index.vacancy(same)).unwrap();
        assert_eq!(index.vacancy(same), None);
        assert_eq!(index.vacancy(other), Some(Vacancy(2)));
        assert_eq!(index.vacancy(Searched::NOTHING), None);
        // To a larger table.
        (10..20).for_each(|key| index.insert(&mut load, hash_of(key), key, None).unwrap());
        assert_eq!(index.vacancy(other), None);
        assert!(index.vacancy(search(2)).is_some());
    }
}
