//! Series that come and go, under the writer's lock.

use super::super::area::Handle;
use super::super::areas::{Areas, Recycler};
use super::super::class::{Class, Start};
use super::super::exemplars;
use super::super::sync::{AtomicU64, MutexGuard};
use super::Address;
use super::growing::{self, End, Room};
use super::hash::LabelHasher;
use super::index::{Load, Vacancy};
use super::interner::Interner;
use super::order::Queue;
use super::record::{self, Record, is_alive};
use super::rendered::Values;
use super::series::{Key, SeriesMap};
use crate::label::LabelValues;

/// What only the holder of the lock reads and writes.
pub(super) struct Writer {
    areas: Areas,
    load: Load,
    pub(super) room: Room<AtomicU64>,
    /// How many records there are.
    records: usize,
    recycler: Recycler,
    interner: Interner,
    /// What the order has not seen.
    pub(super) queue: Queue,
    /// How often a series was removed.
    pub(super) removals: u64,
}

/// A series to be created.
pub(super) struct New<'a> {
    pub(super) hash: u64,
    /// Where it goes in the index, if that is known.
    pub(super) vacancy: Option<Vacancy>,
    pub(super) values: &'a Values,
    /// When it begins.
    pub(super) start: u64,
}

impl Writer {
    pub(super) fn new(class: Class) -> Self {
        Self {
            areas: Areas::new(class),
            load: Load::default(),
            room: Room::default(),
            records: 0,
            recycler: Recycler::new(),
            interner: Interner::default(),
            queue: Queue::default(),
            removals: 0,
        }
    }
}

impl SeriesMap {
    /// `None` when memory for one of the parts is used up. The values fit.
    #[inline]
    pub(super) fn create(&self, writer: &mut Writer, new: &New<'_>) -> Option<Handle> {
        Record::open();
        let (at, record, slot) = self.next(writer)?;
        match writer.areas.class().start(slot, false) {
            Start::Live(generation) => {
                let handle = Handle { slot, generation };
                self.write(writer, new, at, record, handle).then_some(handle)
            }
            start => self.create_elsewhere(writer, new, at, slot, start),
        }
    }

    /// As [`create`](Self::create), where no life began at the first record.
    #[cold]
    #[inline(never)]
    fn create_elsewhere(
        &self,
        writer: &mut Writer,
        new: &New<'_>,
        mut at: Address,
        mut slot: u32,
        mut start: Start,
    ) -> Option<Handle> {
        let mut busy = Vec::new();
        let created = loop {
            match start {
                Start::Live(generation) => {
                    let handle = Handle { slot, generation };
                    let record = self.record(at);
                    let is_written =
                        record.is_some_and(|record| self.write(writer, new, at, record, handle));
                    break is_written.then_some(handle);
                }
                // Not now, and not again in this call: its writer may have been stopped for good.
                Start::Busy => busy.push(at),
                Start::WornOut => {}
                Start::Full => {
                    busy.push(at);
                    break None;
                }
            }
            let Some(next) = self.next(writer) else { break None };
            (at, slot) = (next.0, next.2);
            start = writer.areas.class().start(slot, false);
        };
        busy.into_iter().for_each(|at| writer.recycler.push(at));
        created
    }

    /// Writes a record whose area's life has just begun, and lets it be found; `false` if there is no room. No
    /// handle comes back: it would be written in halves, and whoever reads it whole would wait for that.
    fn write(
        &self,
        writer: &mut Writer,
        new: &New<'_>,
        at: Address,
        record: Record<'_>,
        handle: Handle,
    ) -> bool {
        let mut written = 0;
        for value in new.values.iter() {
            let kept = if value.look.is_short() {
                Some(value.look)
            } else {
                writer.interner.intern(&self.values, value)
            };
            let Some(kept) = kept else { break };
            record.set_value(written, kept);
            written += 1;
        }
        let is_whole = written == self.labels;
        let inserted =
            is_whole.then(|| self.index.insert(&mut writer.load, new.hash, at, new.vacancy));
        if inserted.flatten().is_none() {
            self.release_all(writer, record, written);
            writer.areas.class().end(handle);
            // Retired too, so that whoever uses the record again begins from its area's generation.
            record.retire(handle);
            writer.recycler.push(at);
            return false;
        }
        record.set_start(new.start);
        writer.queue.push(at, record);
        record.publish(handle);
        self.set_len(self.len() + 1);
        true
    }

    /// The first so many values of a record have one series less.
    fn release_all(&self, writer: &mut Writer, record: Record<'_>, count: usize) {
        for value in (0..count).filter_map(|i| record.value(i)) {
            writer.interner.release(&self.values, self.seed, value);
        }
    }

    /// A record that no life is in, and the slot of its area: one to use again, or one that was never used.
    #[inline]
    fn next(&self, writer: &mut Writer) -> Option<(Address, Record<'_>, u32)> {
        let slot_of = |at| self.record(at).map_or(0, |record| record.life().slot);
        if let Some(at) = writer.recycler.pop(writer.records, slot_of) {
            let record = self.record(at)?;
            return Some((at, record, record.life().slot));
        }
        // First, so that a series for which no words are left takes no memory for a record.
        let slot = writer.areas.take()?;
        let Some(at) = self.records.push(&mut writer.room, record::words(self.labels)) else {
            writer.areas.take_back();
            return None;
        };
        let record = self.record(at)?;
        record.bind(slot);
        writer.records += 1;
        Some((at, record, slot))
    }

    /// Removes the series of this label set and returns what it was.
    pub(crate) fn remove(&self, key: impl Key) -> Option<Handle> {
        let hash = self.hash(key).finish();
        let mut values = Values::new(self.seed);
        key.visit(&mut values);
        let mut writer = self.lock();
        let found = self.search(hash, &values);
        if let Some((at, handle)) = found {
            self.end(&mut writer, at, handle);
        }
        drop(writer);
        found.map(|(_, handle)| handle)
    }

    /// Ends the life of a record that is alive.
    fn end(&self, writer: &mut Writer, at: Address, life: Handle) {
        let Some(record) = self.record(at) else { return };
        record.retire(life);
        writer.areas.class().end(life);
        self.index.remove(&mut writer.load, self.hash_of(record), at);
        self.release_all(writer, record, self.labels);
        writer.recycler.push(at);
        writer.removals += 1;
        self.set_len(self.len() - 1);
    }

    /// The hash of a record's values.
    fn hash_of(&self, record: Record<'_>) -> u64 {
        let (mut hasher, mut bytes) = (LabelHasher::new(self.seed), Vec::new());
        for value in (0..self.labels).filter_map(|i| record.value(i)) {
            let length = value.length();
            bytes.resize(length + 8, 0);
            self.copy(value, &mut bytes);
            hasher.add(&bytes[..length]);
        }
        hasher.finish()
    }

    /// Whether some of the series may have exemplars.
    pub(crate) fn has_exemplars(&self) -> bool {
        exemplars::any() && self.lock().areas.runs().any(|run| exemplars::any_near(run.slot))
    }

    /// Where the records end, and of which class their areas are.
    pub(super) fn extent(&self) -> (End, Class) {
        let writer = self.lock();
        (writer.room.end(), writer.areas.class())
    }

    /// Removes every series that `keep` does not want to keep. `keep` is called without the lock and
    /// may use the map; series that come meanwhile may be left out.
    pub(crate) fn retain(&self, mut keep: impl FnMut(&LabelValues, Handle) -> bool) {
        let end = self.lock().room.end();
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

    /// Removes these, but for those whose life is over by now.
    pub(super) fn remove_all(&self, doomed: &mut Vec<(Address, Handle)>) {
        let mut writer = self.lock();
        for (at, handle) in doomed.drain(..) {
            if self.record(at).is_some_and(|record| record.life() == handle) {
                self.end(&mut writer, at, handle);
            }
        }
        // Whoever waits gets the lock before the next batch.
        MutexGuard::unlock_fair(writer);
    }
}

/// How many series are removed per lock hold, so that whoever wants to insert waits microseconds.
pub(super) const REMOVE_AT_ONCE: usize = 64;

impl Drop for SeriesMap {
    /// The areas go back to the process, for whoever comes next, with no life in them.
    fn drop(&mut self) {
        let (end, class) = {
            let writer = self.writer_mut();
            (writer.room.end(), writer.areas.class())
        };
        for at in growing::addresses(end, record::words(self.labels)) {
            let life = self.record(at).map(Record::life);
            if let Some(life) = life.filter(|life| is_alive(life.generation)) {
                class.end(life);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::buckets::Search;
    use super::super::super::profile::Profile;
    use super::super::super::space;
    use super::super::super::sync::Ordering;
    use super::super::series::Entry;
    use super::super::value::MAX_LENGTH;
    use super::*;
    use crate::clock::{Clock, nanos};
    use crate::label::LabelVisitor;

    #[derive(Clone, Copy)]
    struct Name(&'static str);

    impl Key for Name {
        fn visit(&self, visitor: &mut impl LabelVisitor) {
            visitor.value(self.0);
        }
    }

    fn insert(map: &SeriesMap, name: &'static str) -> Handle {
        match map.find_or_insert(Name(name), |_| false, || false, || ()) {
            Entry::Series(handle) => handle,
            Entry::Refused => panic!("there is room"),
        }
    }

    #[test]
    fn an_area_whose_writer_was_stopped_for_good_is_set_aside() {
        let search = Some(Search::new(&[1.0]));
        let class = Class::new(Profile { search, ..Profile::plain(Clock::system()) }).unwrap();
        let map = SeriesMap::new(1, class, Clock::system());
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
    fn a_series_that_comes_back_begins_after_it_went() {
        let class = Class::new(Profile::plain(Clock::system())).unwrap();
        let map = SeriesMap::new(1, class, Clock::system());
        insert(&map, "stays");
        for _ in 0..100 {
            insert(&map, "comes back");
            map.remove(Name("comes back"));
            let went = nanos(Clock::system().now());
            insert(&map, "comes back");
            let mut starts = Vec::new();
            map.scrape(&mut LabelValues::new(), |handles, read| {
                (0..handles.len()).for_each(|i| read(i, &mut |_, start| starts.push(start)));
            });
            assert!(starts[0] >= went, "{starts:?}, {went}");
        }
    }

    #[test]
    fn a_series_that_cannot_be_kept_leaves_nothing_behind() {
        let class = Class::new(Profile::plain(Clock::system())).unwrap();
        let map = SeriesMap::new(2, class, Clock::system());
        #[derive(Clone, Copy)]
        struct Long<'a>(&'a str);
        impl Key for Long<'_> {
            fn visit(&self, visitor: &mut impl LabelVisitor) {
                visitor.value("short");
                visitor.value(self.0);
            }
        }
        let long = "x".repeat(MAX_LENGTH + 1);
        for _ in 0..4 {
            let entry = map.find_or_insert(Long(&long), |_| false, || false, || ());
            assert_eq!(entry, Entry::Refused);
        }
        let writer = map.lock();
        assert_eq!((map.len(), writer.interner.len()), (0, 0));
        // An area is used again as soon as nobody can be writing to it.
        assert!(writer.records <= 2, "{} records", writer.records);
    }
}
