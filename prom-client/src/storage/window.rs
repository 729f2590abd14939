//! What was observed lately: a window over counts that only grow.
//!
//! # Problem
//! A summary shows the quantiles of the last minutes. Observers must not look at the clock each time, and
//! nothing may be lost, nor counted twice, when the window moves on.
//!
//! # Protocol
//! Counts are never set back, so nothing can be lost. Whoever finds that a slice of time is over *turns* the
//! window: reads all counts, keeps what came since the last turn as a slice, and forgets slices that
//! are too old. A reading is the last slices, and what came since the last turn. So it makes no difference
//! how many scrapers there are, nor whether there is one: a turn at a scrape splits nothing, since
//! slices are numbered by the clock.
//!
//! Observers turn the window too, before they count, so that without scrapes a slice holds a slice's worth.
//! They only try the lock. If another thread has it, it is not known on which side of the turn a count would
//! fall, and so the observer leaves a note instead, value and slice, in the series' root: whoever has
//! the lock next puts it where it belongs. Only when all notes are taken, with nine observations
//! while one holder of the lock is stopped, may a count fall into the slice before.
//!
//! # Progress and cost
//! A turn reads all counts of the series, some microseconds, once per slice. Kept are two to four bytes per
//! slice for each cell that was counted in it. No observer waits.

use std::collections::VecDeque;

use super::area::{CHUNK_WORDS, Handle};
use super::directory::CHUNKS;
use super::page;
use super::profile::Sliding;
use super::sketch::{self, Place};
use super::slab::{self, Slab};
use super::space;
use super::summary;
use super::sync::{AtomicU64, Mutex, OnceBox, Ordering, array, global};
use super::tally::{self, Tally};

/// What a series observed, by slices of time.
#[derive(Debug, Default)]
struct Window {
    /// Whose; a window goes from life to life with the root.
    life: Option<Handle>,
    /// The number of the slice that is being counted.
    slice: u64,
    /// All counts up to the last turn.
    before: Tally,
    /// Slices with their numbers: those before, and what came by notes.
    slices: VecDeque<(u64, Tally)>,
}

/// A window, and a hint whether it is to be turned.
#[derive(Debug, Default)]
struct Turning {
    /// A few bits of the life, and the number of the slice that is being counted.
    current: AtomicU64,
    window: Mutex<Window>,
}

/// Areas that a root may be.
const ROOTS: usize = CHUNKS * CHUNK_WORDS / page::WORDS;

global! {
    /// Windows by the area of their series' root. Never freed, but emptied and used again.
    static WINDOWS: [OnceBox<Turning>; ROOTS] = array![OnceBox::new(); ROOTS];
}

fn turning(root: Handle) -> &'static Turning {
    WINDOWS[place(root)].get_or_init(Box::default)
}

fn place(root: Handle) -> usize {
    root.slot as usize / page::WORDS % ROOTS
}

/// What [`Turning::current`] is in this slice of this life.
const fn current(root: Handle, slice: u64) -> u64 {
    (root.generation as u64) << 40 | slice & ((1 << 40) - 1)
}

/// What an observer finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// What is counted now is counted in this slice.
    Done,
    /// Another thread has the window, so that nobody knows.
    Unknown,
}

/// Observer: turns the window if a slice is over.
pub(super) fn turn_if_due(slab: &Slab, handle: Handle, sliding: &Sliding, now: u64) -> Turn {
    let Some(root) = summary::root(handle) else { return Turn::Done };
    let turning = turning(root);
    // Ordering: Relaxed - a hint; counts are ordered by the lock, or need no order.
    if turning.current.load(Ordering::Relaxed) == current(root, now / sliding.slice) {
        return Turn::Done;
    }
    let Some(mut window) = turning.window.try_lock() else { return Turn::Unknown };
    // Again, now that nobody else has it: the root may be another series' by now.
    if summary::root(handle) != Some(root) {
        return Turn::Done;
    }
    window.of(handle, now / sliding.slice);
    window.take_notes(slab, root);
    if window.is_due(sliding, now) {
        if let Some(counts) = summary::tally(handle) {
            window.turn(sliding, now, counts);
            summary::call(handle);
        }
    }
    turning.current.store(current(root, window.slice), Ordering::Relaxed);
    Turn::Done
}

/// Observer: leaves a value for whoever has the window next. `false` if there is no room.
pub(super) fn note(slab: &Slab, handle: Handle, sliding: &Sliding, now: u64, place: Place) -> bool {
    let Some(root) = summary::root(handle) else { return true };
    let note = (now / sliding.slice) << NOTE_BITS | (u64::from(place.number()) + 1);
    page::leave_note(&slab.hazard, space::shared(root.slot), root, note)
}

/// Bits of a place, plus one, in a note. The number of a slice is cut to the rest.
const NOTE_BITS: u32 = 20;

/// Scraper: the quantiles of the window that ends now, NaN where nothing was observed. `None` when the
/// life is over.
pub(crate) fn read(
    handle: Handle,
    sliding: &Sliding,
    now: u64,
    quantiles: &mut Vec<f64>,
) -> Option<()> {
    read_of_root(summary::root(handle)?, handle, sliding, now, quantiles)
}

/// As [`read`], by a reader that found this root, some time ago.
fn read_of_root(
    root: Handle,
    handle: Handle,
    sliding: &Sliding,
    now: u64,
    quantiles: &mut Vec<f64>,
) -> Option<()> {
    let turning = turning(root);
    let mut window = turning.window.lock();
    // Again, now that nobody else has it: the root may be another series' by now.
    if summary::root(handle) != Some(root) {
        return None;
    }
    window.of(handle, now / sliding.slice);
    slab::with(|slab| window.take_notes(slab, root));
    let mut counts = summary::tally(handle)?;
    if window.is_due(sliding, now) {
        window.turn(sliding, now, counts.clone());
        turning.current.store(current(root, window.slice), Ordering::Relaxed);
    }
    window.lately(&mut counts);
    drop(window);
    summary::call(handle);
    let total = counts.iter().fold(0_u64, |sum, (_, n)| sum.saturating_add(*n));
    quantiles.clear();
    quantiles.extend(
        sliding.quantiles.iter().map(|q| sketch::quantile(*q, total, counts.iter().copied())),
    );
    Some(())
}

/// The life of a root is about to end. If it is being read just now, the next life empties the window.
pub(super) fn forget(root: Handle) {
    if let Some(mut window) = WINDOWS[place(root)].get().and_then(|place| place.window.try_lock()) {
        *window = Window::default();
    }
}

impl Window {
    /// Begins anew if this was another life's: all that was counted in this one came just now.
    fn of(&mut self, handle: Handle, slice: u64) {
        if self.life != Some(handle) {
            *self = Self { life: Some(handle), slice, ..Self::default() };
        }
    }

    /// Whether another slice began, also when the clock went back. Not when another thread read the clock just
    /// before the last turn.
    fn is_due(&self, sliding: &Sliding, now: u64) -> bool {
        let slice = now / sliding.slice;
        slice > self.slice || slice + 1 < self.slice
    }

    /// Puts what observers left into its slice.
    fn take_notes(&mut self, slab: &Slab, root: Handle) {
        page::take_notes(&slab.hazard, space::shared(root.slot), root, |note| {
            let number = (note & ((1 << NOTE_BITS) - 1)) - 1;
            let place = Place::of_number(number as u32);
            self.slices.push_back((note >> NOTE_BITS, Tally::new([(place, 1)].into_iter())));
        });
    }

    /// Goes on to the slice of this moment; `counts` are all up to now.
    fn turn(&mut self, sliding: &Sliding, now: u64, counts: Vec<(Place, u64)>) {
        let slice = now / sliding.slice;
        let all = Tally::new(counts.iter().copied());
        let mut new = counts;
        tally::subtract(&mut new, self.before.iter());
        self.slices.push_back((self.slice, Tally::new(new.into_iter())));
        // What is of the future is as old as this moment.
        self.slices.iter_mut().for_each(|(number, _)| *number = (*number).min(slice));
        let oldest = (slice + 1).saturating_sub(sliding.slices);
        self.slices.retain(|(number, _)| *number >= oldest);
        (self.slice, self.before) = (slice, all);
    }

    /// Leaves of all counts those of the window.
    fn lately(&self, counts: &mut Vec<(Place, u64)>) {
        tally::subtract(counts, self.before.iter());
        for (_, slice) in &self.slices {
            tally::add(counts, slice.iter());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::buckets::Search;
    use super::super::class::Class;
    use super::super::map::{Entry, Key, SeriesMap};
    use super::super::profile::Profile;
    use super::super::{block, number, single};
    use super::*;
    use crate::clock::{Clock, ManualClock, nanos};
    use crate::label::LabelVisitor;

    const SECOND: Duration = Duration::from_secs(1);

    /// A summary of five slices of a second, whose observers look at the clock as seldom as at the system's.
    struct Sparing {
        handle: Handle,
        class: Class,
        sliding: Sliding,
        clock: Clock,
        hand: ManualClock,
    }

    impl Sparing {
        fn new() -> Self {
            let (clock, hand) = Clock::manual(1_000 * SECOND);
            let quantiles = vec![0.0, 1.0].into();
            let sliding =
                Sliding { quantiles, slice: nanos(SECOND), slices: 5, cheap_clock: false };
            let (search, clone) = (None, Some(sliding.clone()));
            let class =
                Class::new(Profile { search, sliding: clone, ..Profile::plain(clock.clone()) })
                    .unwrap();
            let handle = single::begin(class).unwrap();
            Self { handle, class, sliding, clock, hand }
        }

        fn observe(&self, value: f64) {
            summary::observe(self.handle, &self.sliding, &self.clock, value);
        }

        /// The least and the greatest.
        fn read(&self) -> [f64; 2] {
            let mut values = Vec::new();
            read(self.handle, &self.sliding, nanos(self.clock.now()), &mut values).unwrap();
            [values[0].round(), values[1].round()]
        }
    }

    impl Drop for Sparing {
        fn drop(&mut self) {
            single::end(self.class, self.handle);
        }
    }

    #[test]
    fn a_burst_after_a_reading_is_shown_whole_however_seldom_threads_look_at_the_clock() {
        let summary = Sparing::new();
        for round in 1..20 {
            let base = f64::from(round) * 20.0;
            (0..10_000).for_each(|_| summary.observe(base));
            assert!((summary.read()[1] / base - 1.0).abs() < 0.03, "round {round}");
            summary.hand.advance(20 * SECOND);
            // Fewer than go by between two looks.
            (0..30).for_each(|_| summary.observe(base + 10.0));
            let [least, most] = summary.read();
            assert!((least / (base + 10.0) - 1.0).abs() < 0.03 && least == most, "{least} {most}");
            summary.hand.advance(20 * SECOND);
            assert!(summary.read()[1].is_nan(), "round {round}");
        }
    }

    #[test]
    fn busy_threads_turn_the_window_without_a_reading() {
        let summary = Sparing::new();
        for round in 1..20 {
            // Values of more than a window ago are gone, but for those between two looks.
            let value = f64::from(round);
            for _ in 0..10 {
                (0..1_000).for_each(|_| summary.observe(value));
                summary.hand.advance(SECOND);
            }
        }
        (0..1_000).for_each(|_| summary.observe(100.0));
        let [least, most] = summary.read();
        assert!(least >= 19.0 && (most - 100.0).abs() <= 1.0, "{least} {most}");
    }

    /// As a reader that was stopped between its look at the root and the lock of the window.
    #[test]
    fn a_reader_of_an_ended_life_leaves_the_window_of_the_next_alone() {
        let first = Sparing::new();
        let root = summary::root(first.handle).unwrap();
        let stale = first.handle;
        drop(first);
        let others: Vec<Sparing> = (0..1_000).map(|_| Sparing::new()).collect();
        let next = others
            .iter()
            .find(|next| summary::root(next.handle).unwrap().slot == root.slot)
            .expect("the root is used again");
        next.observe(1.0);
        next.hand.advance(3_600 * SECOND);
        next.observe(50.0);
        assert_eq!(next.read(), [50.0, 50.0]);
        let now = nanos(next.clock.now());
        let read = read_of_root(root, stale, &next.sliding, now, &mut Vec::new());
        assert_eq!(read, None);
        assert_eq!(next.read(), [50.0, 50.0]);
    }

    #[derive(Clone, Copy)]
    struct Nameless;

    impl Key for Nameless {
        fn visit(&self, _: &mut impl LabelVisitor) {}
    }

    /// As a writer that was stopped between lock and unlock while its family was dropped.
    #[test]
    fn a_block_that_is_locked_is_no_page_of_a_summary() {
        let clock = Clock::manual(SECOND).0;
        let class = |search, sliding| {
            Class::new(Profile { search, sliding, ..Profile::plain(clock.clone()) }).unwrap()
        };
        // As many words as a page has.
        let bounds: Vec<f64> = (1..=40).map(f64::from).collect();
        let map = SeriesMap::new(0, class(Some(Search::new(&bounds)), None), clock.clone());
        let entry = map.find_or_insert(Nameless, |_| false, || false, || ());
        let Entry::Series(handle) = entry else { panic!("there is room") };
        let locked = super::super::space::shared(handle.slot);
        locked.word(0).fetch_or(1, Ordering::Acquire);
        drop(map);
        let counter = single::begin(class(None, None)).unwrap();
        number::add(counter, 41);
        for _ in 0..100 {
            let summary = Sparing::new();
            assert_ne!(summary::root(summary.handle).unwrap().slot, handle.slot);
            summary.observe(1.0);
        }
        block::observe(locked, 4, 4.0);
        locked.word(0).fetch_sub(1, Ordering::Release);
        number::add(counter, 1);
        assert_eq!(number::total(counter), Some(42));
    }
}
