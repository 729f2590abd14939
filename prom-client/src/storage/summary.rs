//! Summaries with quantiles, by handle: a [`block`] for sum and count, and [`page`]s for the sketch.
//!
//! ```text
//!  shared  [control, head, sum, sum, count, root, ..]      root ──► pages
//!  own     [tag,     head, sum, sum, count, 8 pages.., until, step, last]
//! ```
//!
//! `root` is the area that says which pages there are. A thread remembers pages that it used. It looks at
//! the clock when `until` is 0, to turn the [`window`] if it is time: after as many observations as
//! take it a small part of a slice, at most 64, at every one when they come slowly, and at the first
//! one after any reading or turn, which calls for it by a bit of the tag.

use super::area::{Area, Handle};
use super::block;
use super::cell;
use super::class::Class;
use super::distribution;
use super::page::{self, CELLS, Entry, Found, Inserted};
use super::profile::Sliding;
use super::single::Pool;
use super::sketch::Place;
use super::slab::{self, Slab};
use super::space::{self, UNIT_WORDS};
use super::sync::{AtomicU64, Mutex, Ordering, global};
use super::window::{self, Turn};
use crate::clock::{Clock, nanos};

/// Words of an area.
pub(super) const WORDS: usize = UNIT_WORDS;
/// Those behind the header of a block, which are all set to 0 when a life begins.
const BEHIND: usize = WORDS.saturating_sub(COUNT);

/// The one bucket.
const COUNT: usize = 4;
/// In the shared slab: the root, as an entry.
const ROOT: usize = 5;
/// In a thread's slab: pages that it used, by the last bits of their number.
const PAGES: usize = 5;
const REMEMBERED: usize = 8;
/// In a thread's slab: how many observations until the next look at the clock.
const UNTIL: usize = 13;
/// How many there were after the last look.
const STEP: usize = 14;
/// When that was.
const LAST: usize = 15;
// The chunks of models are too small for summaries, which are made of protocols that have models.
const _: () = assert!(cfg!(loom) || LAST < WORDS && PAGES + REMEMBERED <= UNTIL);

/// A slice has so many looks at the clock at least, unless its observations are fewer.
const LOOKS: u64 = 64;
/// Observations between two looks at the clock at most.
const MOST_UNTIL: u64 = 63;

global! {
    /// Areas of pages and roots, of all summaries.
    static POOL: Mutex<Pool> = Mutex::new(Pool::new(Class::page()));
}

/// As for the pools of [`single`](super::single).
#[cfg(all(loom, test))]
pub(super) fn forget() {
    *POOL.lock() = Pool::new(Class::page());
}

/// Counts one value.
#[inline(always)]
pub(crate) fn observe(handle: Handle, sliding: &Sliding, clock: &Clock, value: f64) {
    if let Some(own) = slab::own(handle.slot) {
        let own = own.aligned::<WORDS>();
        // Ordering: Relaxed - only this thread writes its words; a reader's request is only a hint.
        let tag = own.word(block::TAG).load(Ordering::Relaxed);
        let until = own.word(UNTIL).load(Ordering::Relaxed);
        if tag == u64::from(handle.generation) && until > 0 && !value.is_nan() {
            own.word(UNTIL).store(until - 1, Ordering::Relaxed);
            block::observe(own, 0, value);
            let place = Place::of(value);
            let known = remembered(own, place.page);
            if known.page() == place.page {
                let page = known.area();
                if let Some(counts) = slab::own(page.slot) {
                    let counts = counts.aligned::<{ page::WORDS }>();
                    let tag = counts.word(cell::TAG).load(Ordering::Relaxed);
                    if tag == u64::from(page.generation) {
                        return page::count_own(counts, place.cell);
                    }
                }
            }
            return count_cold(handle, place);
        }
    }
    observe_cold(handle, sliding, clock, value);
}

/// What the thread remembers of a page.
#[inline(always)]
fn remembered(own: Area<'_>, page: u32) -> Entry {
    Entry::from_bits(place_of(own, page).load(Ordering::Relaxed))
}

#[inline(always)]
fn place_of(own: Area<'_>, page: u32) -> &AtomicU64 {
    own.word(PAGES + page as usize % REMEMBERED)
}

#[cold]
#[inline(never)]
fn observe_cold(handle: Handle, sliding: &Sliding, clock: &Clock, value: f64) {
    // Before the value is counted, so that it is in the slice of this moment.
    let now = nanos(clock.now());
    slab::with(|slab| {
        let turn = window::turn_if_due(slab, handle, sliding, now);
        let own = distribution::count(slab, handle, BEHIND, 0, value);
        if let Some(own) = own {
            wait_for_clock(own, sliding, now, turn == Turn::Done && !sliding.cheap_clock);
        }
        if value.is_nan() {
            return;
        }
        let place = Place::of(value);
        if turn == Turn::Done || !window::note(slab, handle, sliding, now, place) {
            count(slab, handle, own, place);
        }
    });
}

/// Decides how many observations go by until the next look at the clock.
fn wait_for_clock(own: Area<'_>, sliding: &Sliding, now: u64, wait: bool) {
    let last = own.word(LAST).load(Ordering::Relaxed);
    let often = now.wrapping_sub(last) < sliding.slice / LOOKS;
    let step = own.word(STEP).load(Ordering::Relaxed);
    let step = if wait && often { (2 * step + 1).min(MOST_UNTIL) } else { 0 };
    own.word(STEP).store(step, Ordering::Relaxed);
    own.word(UNTIL).store(step, Ordering::Relaxed);
    own.word(LAST).store(now, Ordering::Relaxed);
}

/// For an observation that is in sum and count already, of a thread that has a block.
#[cold]
#[inline(never)]
fn count_cold(handle: Handle, place: Place) {
    slab::with(|slab| {
        count(slab, handle, slab.area(handle.slot).map(Area::aligned::<WORDS>), place);
    });
}

/// Counts in the sketch. `own` is the thread's block, if it has one for this life.
fn count(slab: &Slab, handle: Handle, own: Option<Area<'_>>, place: Place) {
    let known = own.map(|own| remembered(own, place.page));
    let known = known.filter(|entry| entry.page() == place.page && entry.to_bits() != 0);
    let Some(page) = known.map(Entry::area).or_else(|| find_page(slab, handle, place.page)) else {
        return;
    };
    if let Some(own) = own {
        let entry = Entry::new(place.page, page);
        place_of(own, place.page).store(entry.to_bits(), Ordering::Relaxed);
    }
    let shared = space::shared(page.slot);
    let hot = || cell::is_hot(shared).then(|| slab.make(page.slot, false)).flatten();
    if let Some(own) = slab.warm(page.slot).or_else(hot) {
        if page::begin(shared, own, page.generation) {
            page::count_own(own, place.cell);
        }
    } else {
        page::count_shared(&slab.hazard, shared, page, place.cell);
    }
}

/// The page of this number, made if there is none. `None` when the series was removed, or the process has
/// no room.
fn find_page(slab: &Slab, handle: Handle, page: u32) -> Option<Handle> {
    let mut root = root(handle)?;
    let mut made = None;
    let found = loop {
        let shared = space::shared(root.slot);
        let found = page::find(shared, page);
        if !cell::is_still(shared, root.generation) {
            break None;
        }
        let entry = match found {
            Found::Page(area) => break Some(area),
            Found::Full(Some(next)) => {
                root = next;
                continue;
            }
            Found::None | Found::Full(None) => {
                let Some(area) = made.take().or_else(|| POOL.lock().begin(false)) else {
                    UNRANKED.fetch_add(1, Ordering::Relaxed);
                    return None;
                };
                if found == Found::None { Entry::new(page, area) } else { Entry::link(area) }
            }
        };
        match page::insert(&slab.hazard, shared, root, entry) {
            Inserted::Done if found == Found::None => break Some(entry.area()),
            Inserted::Done => {}
            // Another thread was faster, or filled the root.
            Inserted::Other(_) => made = Some(entry.area()),
            Inserted::Gone => {
                made = Some(entry.area());
                break None;
            }
        }
    };
    if let Some(unused) = made {
        POOL.lock().end(unused);
    }
    found
}

/// The root of a series; `None` when it was removed.
pub(super) fn root(handle: Handle) -> Option<Handle> {
    let shared = space::shared(handle.slot);
    // Ordering: Relaxed - validated by the generation, as all words of a block.
    let root = Entry::from_bits(shared.word(ROOT).load(Ordering::Relaxed));
    block::is_still(shared, handle.generation).then(|| root.area())
}

/// A root for a life that is about to begin. `None` when the process has no room.
pub(super) fn take_root() -> Option<Handle> {
    POOL.lock().begin(false)
}

/// Begins a life; see [`Class::start`].
pub(super) fn start(slot: u32, root: Handle, hot: bool) -> Option<u32> {
    let shared = space::shared(slot);
    let Some(generation) = block::start(shared, BEHIND, hot) else {
        POOL.lock().end(root);
        return None;
    };
    // Ordering: Relaxed - whoever has the handle of this life got it behind this.
    shared.word(ROOT).store(Entry::new(0, root).to_bits(), Ordering::Relaxed);
    Some(generation)
}

/// Ends a life, and those of its pages.
pub(super) fn end(handle: Handle) {
    let root = root(handle);
    block::end(space::shared(handle.slot));
    let Some(root) = root else { return };
    window::forget(root);
    let (mut roots, mut areas) = (vec![root], Vec::new());
    while let Some(root) = roots.pop() {
        for (is_root, area) in page::end_root(space::shared(root.slot), root.generation) {
            if is_root {
                roots.push(area);
            } else {
                page::end(space::shared(area.slot), area.generation);
                areas.push(area);
            }
        }
        areas.push(root);
    }
    // The lock is held for as long as it takes to note numbers.
    let mut pool = POOL.lock();
    areas.into_iter().for_each(|area| pool.recycle(area));
}

/// Observations that have no rank, since there was no room for a page.
static UNRANKED: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// How many observations are in count and sum and not in the quantiles, since the process had no room.
pub(crate) fn unranked() -> u64 {
    // Ordering: Relaxed - a count publishes nothing else.
    UNRANKED.load(Ordering::Relaxed)
}

/// Makes every thread look at the clock at its next observation: what it observes then is of a later slice than
/// what is being read.
pub(super) fn call(handle: Handle) {
    if block::is_private(space::shared(handle.slot), handle.generation) == Some(true) {
        slab::areas(handle.slot).for_each(|(_, own)| block::call(own, handle.generation));
    }
}

/// All counts of the sketch since the life began, in order of places. `None` when it is over.
pub(super) fn tally(handle: Handle) -> Option<Vec<(Place, u64)>> {
    let (mut pages, mut next) = (Vec::new(), Some(root(handle)?));
    while let Some(root) = next.take() {
        let shared = space::shared(root.slot);
        for (page, area) in page::entries(shared) {
            match page {
                Some(page) => pages.push((page, area)),
                None => next = Some(area),
            }
        }
        if !cell::is_still(shared, root.generation) {
            return None;
        }
    }
    pages.sort_unstable_by_key(|(page, _)| *page);
    let mut tally = Vec::new();
    for (page, area) in pages {
        let mut counts = [0; CELLS];
        let shared = space::shared(area.slot);
        if page::read_shared(shared, area.generation, &mut counts)? {
            for (_, own) in slab::areas(area.slot) {
                page::read_own(own, area.generation, &mut counts);
            }
        }
        if !cell::is_still(shared, area.generation) {
            return None;
        }
        let counted = counts.into_iter().zip(0..).filter(|(n, _)| *n > 0);
        tally.extend(counted.map(|(n, cell)| (Place { page, cell }, n)));
    }
    Some(tally)
}
