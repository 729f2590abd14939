//! The series of a family: the parts put together, and how they are found.

use std::fmt;

use super::super::area::Handle;
use super::super::class::Class;
use super::super::sync::{AtomicU64, AtomicUsize, Mutex, MutexGuard, Ordering};
use super::super::tick;
use super::Address;
use super::growing::Growing;
use super::hash::{LabelHasher, Seed};
use super::index::{Index, Searched};
use super::order::Order;
use super::record::{Record, is_alive};
use super::rendered::{Rendered, Values};
use super::text;
use super::value::Value;
use super::writer::{New, Writer};
use crate::clock::{Clock, nanos};
use crate::label::LabelVisitor;

/// A label set to look up: it can show its values any number of times, always the same.
pub(crate) trait Key: Copy {
    /// Shows each value.
    fn visit(&self, visitor: &mut impl LabelVisitor);
}

/// What became of a look-up that may create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// The series was there, or is now.
    Series(Handle),
    /// There are as many as there may be, or the values are not as many as the names,
    /// or one is too long to keep.
    Refused,
}

/// The series of one family.
pub(crate) struct SeriesMap {
    pub(super) seed: Seed,
    /// Number of labels.
    pub(super) labels: usize,
    pub(super) index: Index,
    pub(super) records: Growing<AtomicU64>,
    /// Values that are too long for a record.
    pub(super) values: Growing<AtomicU64>,
    live: AtomicUsize,
    clock: Clock,
    writer: Mutex<Writer>,
    pub(super) order: Order,
}

/// Compares a record's values with those it is shown.
struct Comparison<'a> {
    map: &'a SeriesMap,
    record: Record<'a>,
    hash: &'a LabelHasher,
    /// The number of the next value.
    value: usize,
    same: bool,
}

impl LabelVisitor for Comparison<'_> {
    #[inline(always)]
    fn value(&mut self, value: &str) {
        let value = value.as_bytes();
        let look = self.hash.look(self.value, value);
        let kept = self.record.value(self.value).unwrap_or(Value::NONE);
        self.same = self.same && self.map.equals(kept, look, value);
        self.value += 1;
    }
}

impl SeriesMap {
    pub(crate) fn new(labels: usize, class: Class, clock: Clock) -> Self {
        Self {
            seed: Seed::random(),
            labels,
            index: Index::new(),
            records: Growing::new(),
            values: Growing::new(),
            live: AtomicUsize::new(0),
            clock,
            writer: Mutex::new(Writer::new(class)),
            order: Order::default(),
        }
    }

    /// How many series are alive.
    pub(crate) fn len(&self) -> usize {
        // Ordering: Relaxed - `miss`, which relies on what was done before `set_len`, makes a fence behind this.
        self.live.load(Ordering::Relaxed)
    }

    /// Writer: so many are alive now.
    pub(super) fn set_len(&self, len: usize) {
        // Ordering: Release - who sees that the family is full finds the series that filled it.
        self.live.store(len, Ordering::Release);
    }

    #[inline(always)]
    pub(super) fn hash(&self, key: impl Key) -> LabelHasher {
        let mut hasher = LabelHasher::new(self.seed);
        key.visit(&mut hasher);
        hasher
    }

    #[inline(always)]
    pub(super) fn record(&self, at: Address) -> Option<Record<'_>> {
        Record::new(self.records.from(at))
    }

    /// Whether a value that is kept is `value`, of which `look` is the look.
    #[inline(always)]
    pub(super) fn equals(&self, kept: Value, look: Value, value: &[u8]) -> bool {
        match kept.place_of(look) {
            Some(Some(at)) => text::equals(self.values.from(at), value),
            Some(None) => true,
            None => false,
        }
    }

    /// As [`equals`](Self::equals), for a value that was made words.
    fn is_kept(&self, kept: Value, value: Rendered<'_>) -> bool {
        match kept.place_of(value.look) {
            Some(Some(at)) => text::begins_with(self.values.from(at), value.words),
            Some(None) => true,
            None => false,
        }
    }

    /// The series of this label set.
    #[inline(always)]
    pub(crate) fn find(&self, key: impl Key) -> Option<Handle> {
        let hash = self.hash(key);
        let mut candidates = self.index.candidates(hash.finish());
        for at in candidates.by_ref() {
            if let Some(handle) = self.accept(at, &hash, key) {
                return Some(handle);
            }
        }
        if self.index.was_current(candidates.searched()) { None } else { self.find_again(key) }
    }

    /// For a look-up whose tables were left while it searched them.
    #[cold]
    #[inline(never)]
    fn find_again(&self, key: impl Key) -> Option<Handle> {
        let (hash, mut values) = (self.hash(key).finish(), Values::new(self.seed));
        key.visit(&mut values);
        let writer = self.writer.lock();
        let found = self.search(hash, &values);
        drop(writer);
        found.map(|(_, handle)| handle)
    }

    /// The record at `at`, if it is alive and has these labels, whose hash is `hash`.
    #[inline(always)]
    fn accept(&self, at: Address, hash: &LabelHasher, key: impl Key) -> Option<Handle> {
        let record = self.record(at)?;
        let life = record.life();
        let mut compared = Comparison { map: self, record, hash, value: 0, same: true };
        key.visit(&mut compared);
        (compared.same && is_alive(life.generation) && record.is_still(life)).then_some(life)
    }

    /// The series of this label set, which begins now if there is none and the map `is_full` neither with as
    /// many as are alive nor after `make_room`, which says whether it removed some. What there is to `tidy`
    /// before one is created is done without the lock.
    #[inline(always)]
    pub(crate) fn find_or_insert(
        &self,
        key: impl Key,
        is_full: impl Fn(usize) -> bool,
        make_room: impl FnOnce() -> bool,
        tidy: impl FnOnce(),
    ) -> Entry {
        let hash = self.hash(key);
        let mut candidates = self.index.candidates(hash.finish());
        // Nothing by reference below: that would keep it in memory on the way of every hit.
        let Some(at) = candidates.next() else {
            return self.miss(candidates.searched(), hash.finish(), key, is_full, make_room, tidy);
        };
        match self.accept(at, &hash, key) {
            Some(handle) => Entry::Series(handle),
            None => self.find_on(hash.finish(), key, is_full, make_room, tidy),
        }
    }

    /// Where there was a candidate that is another series, or one that is not there yet or no longer.
    #[cold]
    #[inline(never)]
    fn find_on(
        &self,
        hash: u64,
        key: impl Key,
        is_full: impl Fn(usize) -> bool,
        make_room: impl FnOnce() -> bool,
        tidy: impl FnOnce(),
    ) -> Entry {
        match self.find(key) {
            Some(handle) => Entry::Series(handle),
            None => self.miss(Searched::NOTHING, hash, key, is_full, make_room, tidy),
        }
    }

    #[cold]
    #[inline(never)]
    fn miss(
        &self,
        searched: Searched,
        hash: u64,
        key: impl Key,
        is_full: impl Fn(usize) -> bool,
        make_room: impl FnOnce() -> bool,
        tidy: impl FnOnce(),
    ) -> Entry {
        // A family that is full is not locked for each label set that it refuses. Whoever filled it may
        // have created this very series since the search; then the search has to be made again.
        let full = is_full(self.len()) && !make_room();
        if full && self.index.was_current(searched) && self.find(key).is_none() {
            return Entry::Refused;
        }
        // The values are shown by code of the user's, so not under the lock.
        let mut values = Values::new(self.seed);
        key.visit(&mut values);
        tidy();
        let mut writer = self.writer.lock();
        let vacancy = self.index.vacancy(searched).filter(|_| writer.removals == 0);
        let found = if vacancy.is_some() { None } else { self.search(hash, &values) };
        let entry = match found {
            Some((_, handle)) => Entry::Series(handle),
            // A label set of the user's own making may show more or fewer values than it has names.
            None if is_full(self.len()) || !values.fit(self.labels) => Entry::Refused,
            None => {
                let start = self.now(&writer);
                let new = New { hash, vacancy, values: &values, start };
                self.create(&mut writer, &new).map_or(Entry::Refused, Entry::Series)
            }
        };
        drop(writer);
        entry
    }

    /// When a series begins that is created now. It may be one that was removed, and then begins after it went;
    /// otherwise the time of the last tick is true enough.
    fn now(&self, writer: &Writer) -> u64 {
        if writer.removals > 0 { nanos(self.clock.now()) } else { tick::last(&self.clock) }
    }

    /// As the look-ups, for the holder of the lock.
    pub(super) fn search(&self, hash: u64, values: &Values) -> Option<(Address, Handle)> {
        self.index.candidates(hash).find_map(|at| {
            let record = self.record(at)?;
            let life = record.life();
            let same = values
                .iter()
                .enumerate()
                .all(|(i, value)| record.value(i).is_some_and(|kept| self.is_kept(kept, value)));
            (same && is_alive(life.generation)).then_some((at, life))
        })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock()
    }

    pub(super) fn writer_mut(&mut self) -> &mut Writer {
        self.writer.get_mut()
    }
}

impl fmt::Debug for SeriesMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeriesMap").field("len", &self.len()).finish_non_exhaustive()
    }
}
