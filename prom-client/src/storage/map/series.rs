//! The series of a family: the parts put together.

use std::fmt;

use super::super::area::Handle;
use super::super::areas::{Areas, Recycler};
use super::super::class::{Class, Start};
use super::super::sync::{AtomicU32, AtomicU64, AtomicUsize, Mutex, MutexGuard, Ordering};
use super::growing::{self, Address, End, Growing};
use super::index::{self, Index, Load, Searched};
use super::interner::Interner;
use super::order::{self, Order};
use super::record::{self, Record, is_alive};
use super::rendered::Values;
use super::text::{self, LabelHasher, Seed};
use crate::label::{LabelValues, LabelVisitor};

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
    seed: Seed,
    /// Number of labels.
    pub(super) labels: usize,
    index: Index,
    records: Growing<AtomicU32>,
    values: Growing<AtomicU64>,
    live: AtomicUsize,
    writer: Mutex<Writer>,
    pub(super) order: Order,
}

/// What only the holder of the lock reads and writes.
pub(super) struct Writer {
    areas: Areas,
    load: Load,
    records_end: End,
    /// How many records there are.
    records: usize,
    recycler: Recycler,
    interner: Interner,
    /// The newest record that the order has not seen, as a link; see `order`.
    pub(super) queue: u32,
    /// How often a series was removed.
    pub(super) removals: u64,
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
        let words = self.record.value(self.value).map_or(&[][..], |at| self.map.values.from(at));
        self.same = self.same
            && text::head_equals(words, self.hash.header(self.value, value))
            && text::tail_equals(words, value);
        self.value += 1;
    }
}

impl SeriesMap {
    pub(crate) fn new(labels: usize, class: Class) -> Self {
        Self {
            // A model makes the same schedules again and again.
            seed: if cfg!(loom) { Seed(1, 1) } else { Seed::random() },
            labels,
            index: Index::new(),
            records: Growing::new(),
            values: Growing::new(),
            live: AtomicUsize::new(0),
            writer: Mutex::new(Writer {
                areas: Areas::new(class),
                load: Load::default(),
                records_end: End::default(),
                records: 0,
                recycler: Recycler::default(),
                interner: Interner::default(),
                queue: order::END,
                removals: 0,
            }),
            order: Order::default(),
        }
    }

    /// How many series are alive.
    pub(crate) fn len(&self) -> usize {
        // Ordering: Relaxed - `miss`, which relies on what `create` did before, makes a fence behind this.
        self.live.load(Ordering::Relaxed)
    }

    #[inline(always)]
    fn hash(&self, key: impl Key) -> LabelHasher {
        let mut hasher = LabelHasher::new(self.seed);
        key.visit(&mut hasher);
        hasher
    }

    #[inline(always)]
    pub(super) fn record(&self, at: Address) -> Option<Record<'_>> {
        Record::new(self.records.from(at))
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
        let (hash, values) = (self.hash(key).finish(), Values::of(key));
        let writer = self.writer.lock();
        let found = self.search(hash, &values);
        drop(writer);
        values.give_back();
        found.map(|(_, handle)| handle)
    }

    /// The record at `at`, if it is alive and has these labels, whose hash is `hash`.
    #[inline(always)]
    fn accept(&self, at: Address, hash: &LabelHasher, key: impl Key) -> Option<Handle> {
        let record = self.record(at)?;
        let generation = record.generation();
        let mut compared = Comparison { map: self, record, hash, value: 0, same: true };
        key.visit(&mut compared);
        let handle = record.handle(generation);
        (compared.same && is_alive(generation) && record.is_still(generation)).then_some(handle)
    }

    /// The series of this label set, which begins at `now` if there is none and fewer than `most` are
    /// alive.
    #[inline(always)]
    pub(crate) fn find_or_insert(
        &self,
        key: impl Key,
        most: impl Fn() -> usize,
        now: impl FnOnce() -> u64,
    ) -> Entry {
        let hash = self.hash(key);
        let mut candidates = self.index.candidates(hash.finish());
        for at in candidates.by_ref() {
            if let Some(handle) = self.accept(at, &hash, key) {
                return Entry::Series(handle);
            }
        }
        // Nothing by reference: that would keep it in memory on the way of every hit.
        self.miss(candidates.searched(), hash.finish(), key, most, now)
    }

    #[cold]
    #[inline(never)]
    fn miss(
        &self,
        searched: Searched,
        hash: u64,
        key: impl Key,
        most: impl Fn() -> usize,
        now: impl FnOnce() -> u64,
    ) -> Entry {
        // A family that is full is not locked for each label set that it refuses. Whoever filled it may
        // have created this very series since the search; then the search has to be made again.
        let full = self.len() >= most();
        if full && self.index.was_current(searched) && self.find(key).is_none() {
            return Entry::Refused;
        }
        // The values are shown by code of the user's, so not under the lock.
        let values = Values::of(key);
        let now = now();
        let mut writer = self.writer.lock();
        let entry = match self.search(hash, &values) {
            Some((_, handle)) => Entry::Series(handle),
            // A label set of the user's own making may show more or fewer values than it has names.
            None if self.len() >= most() || values.count() != self.labels => Entry::Refused,
            None => {
                Record::open();
                let created = self.create(&mut writer, hash, &values, now);
                created.map_or(Entry::Refused, Entry::Series)
            }
        };
        drop(writer);
        values.give_back();
        entry
    }

    /// As the look-ups, for the holder of the lock.
    fn search(&self, hash: u64, values: &Values) -> Option<(Address, Handle)> {
        self.index.candidates(hash).find_map(|at| {
            let record = self.record(at)?;
            let generation = record.generation();
            let same = values.iter().enumerate().all(|(i, value)| {
                let words = record.value(i).map_or(&[][..], |at| self.values.from(at));
                text::equals(words, value)
            });
            (same && is_alive(generation)).then(|| (at, record.handle(generation)))
        })
    }

    /// `None` when memory for one of the parts is used up, or a value is too long.
    fn create(&self, writer: &mut Writer, hash: u64, values: &Values, now: u64) -> Option<Handle> {
        let (at, handle) = self.begin(writer)?;
        let record = self.record(at)?;
        let mut interned = 0;
        for (i, value) in values.iter().enumerate() {
            let Some(address) = writer.interner.intern(&self.values, self.seed, value) else {
                break;
            };
            record.set_value(i, address);
            interned += 1;
        }
        let whole = interned == self.labels;
        if !whole || self.index.insert(&mut writer.load, hash, at).is_none() {
            self.release_all(writer, record, interned);
            writer.areas.class().end(handle);
            // Retired too, so that whoever uses the record again begins from its area's generation.
            record.retire(handle.generation);
            writer.recycler.push(at);
            return None;
        }
        record.write(index::tag(hash) as u32, now);
        order::queue(record, at, &mut writer.queue);
        record.publish(handle.generation);
        // Ordering: Release - who sees that the family is full finds the series that filled it. Only the
        // holder of the lock writes it.
        self.live.store(self.len() + 1, Ordering::Release);
        Some(handle)
    }

    /// The first so many values of a record have one series less.
    fn release_all(&self, writer: &mut Writer, record: Record<'_>, count: usize) {
        for value in (0..count).filter_map(|i| record.value(i)) {
            writer.interner.release(&self.values, self.seed, value);
        }
    }

    /// A record with an area whose life has just begun.
    fn begin(&self, writer: &mut Writer) -> Option<(Address, Handle)> {
        let class = writer.areas.class();
        let slot_of = |at| self.record(at).map_or(0, Record::slot);
        let mut busy = Vec::new();
        let begun = loop {
            let at = match writer.recycler.pop(writer.records, slot_of) {
                Some(at) => at,
                None => match self.append(writer) {
                    Some(at) => at,
                    None => break None,
                },
            };
            match class.start(slot_of(at), false) {
                Start::Live(handle) => break Some((at, handle)),
                // Not now, and not again in this call: its writer may have been stopped for good.
                Start::Busy => busy.push(at),
                Start::WornOut => {}
            }
        };
        busy.into_iter().for_each(|at| writer.recycler.push(at));
        begun
    }

    /// A record that was never used, with an area of its own.
    fn append(&self, writer: &mut Writer) -> Option<Address> {
        let at = self.records.push(&mut writer.records_end, record::words(self.labels))?;
        self.record(at)?.bind(writer.areas.take()?);
        writer.records += 1;
        Some(at)
    }

    /// Removes the series of this label set and returns what it was.
    pub(crate) fn remove(&self, key: impl Key) -> Option<Handle> {
        let hash = self.hash(key).finish();
        let values = Values::of(key);
        let mut writer = self.writer.lock();
        let found = self.search(hash, &values);
        if let Some((at, handle)) = found {
            self.end(&mut writer, at, handle);
        }
        drop(writer);
        values.give_back();
        found.map(|(_, handle)| handle)
    }

    /// Ends the life of a record that is alive.
    fn end(&self, writer: &mut Writer, at: Address, handle: Handle) {
        let Some(record) = self.record(at) else { return };
        record.retire(handle.generation);
        writer.areas.class().end(handle);
        self.index.remove(&mut writer.load, record.tag(), at);
        self.release_all(writer, record, self.labels);
        writer.recycler.push(at);
        writer.removals += 1;
        self.live.store(self.len() - 1, Ordering::Relaxed);
    }

    /// Removes every series that `keep` does not want to keep. `keep` is called without the lock and
    /// may use the map; series that come meanwhile may be left out.
    pub(crate) fn retain(&self, mut keep: impl FnMut(&LabelValues, Handle) -> bool) {
        let end = self.writer.lock().records_end;
        let mut values = LabelValues::new();
        let mut doomed = Vec::with_capacity(REMOVE_AT_ONCE);
        for at in growing::addresses(end, record::words(self.labels)) {
            if let Some((handle, _)) = self.read(at, None, &mut values) {
                if !keep(&values, handle) {
                    doomed.push((at, handle));
                }
            }
            if doomed.len() == REMOVE_AT_ONCE {
                self.remove_all(&mut doomed);
            }
        }
        self.remove_all(&mut doomed);
    }

    fn remove_all(&self, doomed: &mut Vec<(Address, Handle)>) {
        let mut writer = self.writer.lock();
        for (at, handle) in doomed.drain(..) {
            if self.record(at).is_some_and(|record| record.generation() == handle.generation) {
                self.end(&mut writer, at, handle);
            }
        }
        // Whoever waits gets the lock before the next batch.
        MutexGuard::unlock_fair(writer);
    }

    /// Reads the labels of a record that is alive, and in this generation if one is given. Returns what
    /// it is and when it began.
    pub(super) fn read(
        &self,
        at: Address,
        generation: Option<u32>,
        values: &mut LabelValues,
    ) -> Option<(Handle, u64)> {
        let record = self.record(at)?;
        let seen = record.generation();
        if !is_alive(seen) || generation.is_some_and(|wanted| wanted != seen) {
            return None;
        }
        values.clear();
        for i in 0..self.labels {
            let words = self.values.from(record.value(i)?);
            values.push_with(|out| text::copy(words, out));
        }
        let (handle, start) = (record.handle(seen), record.start());
        record.is_still(seen).then_some((handle, start))
    }

    /// As [`read`](Self::read), for many series one after the other: `addresses` are those of the values
    /// of the last one, of which the first are kept as long as they are the same.
    ///
    /// All of them must have been alive in their generation since before the first was read. Then an
    /// address that two of them share has had the same value all the time.
    #[inline]
    pub(super) fn read_next(
        &self,
        record: Record<'_>,
        generation: u32,
        addresses: &mut [Address],
        values: &mut LabelValues,
    ) -> Option<u64> {
        let same = |(i, address): (usize, &Address)| record.value(i) == Some(*address);
        let same = addresses.iter().enumerate().take(values.len()).take_while(|x| same(*x)).count();
        values.keep(same);
        for (i, place) in addresses.iter_mut().enumerate().skip(same) {
            *place = record.value(i)?;
            let words = self.values.from(*place);
            values.push_with(|out| text::copy(words, out));
        }
        let start = record.start();
        if record.is_still(generation) {
            return Some(start);
        }
        values.clear();
        None
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock()
    }
}

/// How many series are removed per lock hold, so that whoever wants to insert waits microseconds.
const REMOVE_AT_ONCE: usize = 64;

impl Drop for SeriesMap {
    /// The areas go back to the process, for whoever comes next, with no life in them.
    fn drop(&mut self) {
        let (end, class) = {
            let writer = self.writer.get_mut();
            (writer.records_end, writer.areas.class())
        };
        for at in growing::addresses(end, record::words(self.labels)) {
            if let Some(record) = self.record(at) {
                let generation = record.generation();
                if is_alive(generation) {
                    class.end(record.handle(generation));
                }
            }
        }
    }
}

impl fmt::Debug for SeriesMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeriesMap").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::buckets::Search;
    use super::super::super::profile::Profile;
    use super::super::super::space;
    use super::*;
    use crate::clock::Clock;

    #[derive(Clone, Copy)]
    struct Name(&'static str);

    impl Key for Name {
        fn visit(&self, visitor: &mut impl LabelVisitor) {
            visitor.value(self.0);
        }
    }

    fn insert(map: &SeriesMap, name: &'static str) -> Handle {
        match map.find_or_insert(Name(name), || usize::MAX, || 0) {
            Entry::Series(handle) => handle,
            Entry::Refused => panic!("there is room"),
        }
    }

    #[test]
    fn an_area_whose_writer_was_stopped_for_good_is_set_aside() {
        let search = Some(Search::new(&[1.0]));
        let class = Class::new(Profile { clock: Clock::system(), search }).unwrap();
        let map = SeriesMap::new(1, class);
        let first = insert(&map, "first");
        // As a writer leaves it that was stopped between lock and unlock.
        let control = space::shared(first.slot).word(0);
        control.fetch_or(1, Ordering::Relaxed);
        assert_eq!(map.remove(Name("first")), Some(first));
        for name in ["a", "b", "c"] {
            assert_ne!(insert(&map, name).slot, first.slot);
        }
        control.fetch_and(!1, Ordering::Relaxed);
        assert_eq!(insert(&map, "d").slot, first.slot);
    }

    #[test]
    fn a_series_that_cannot_be_kept_leaves_nothing_behind() {
        let class = Class::new(Profile { clock: Clock::system(), search: None }).unwrap();
        let map = SeriesMap::new(2, class);
        #[derive(Clone, Copy)]
        struct Long<'a>(&'a str);
        impl Key for Long<'_> {
            fn visit(&self, visitor: &mut impl LabelVisitor) {
                visitor.value("short");
                visitor.value(self.0);
            }
        }
        let long = "x".repeat(text::MAX_LENGTH + 1);
        for _ in 0..4 {
            let entry = map.find_or_insert(Long(&long), || usize::MAX, || 0);
            assert_eq!(entry, Entry::Refused);
        }
        let writer = map.lock();
        assert_eq!((map.len(), writer.interner.len()), (0, 0));
        // An area is used again as soon as nobody can be writing to it.
        assert!(writer.records <= 2, "{} records", writer.records);
    }
}
