//! Words per thread.
//!
//! # Problem
//! A thread needs words that only it writes, at once, also on its first update and on its last, in a
//! destructor of a thread-local; and what it counted must stay counted when it is gone.
//!
//! # Protocol
//! Slabs hang in a list that only grows. A thread claims a free one, or appends one, and gives it back
//! when it ends, with all tags and totals in it; the next thread goes on counting there. So there are
//! as many slabs as there ever were threads at once. In a thread-local destructor that runs after the
//! slab was given back, a slab is claimed for the one update.
//!
//! A reader does not walk the list: for each chunk there is a word with a bit for the slabs that may have
//! it. The bit is set before the chunk is used and never cleared, so a later reading never sees fewer
//! slabs than an earlier one, and a reading that misses a slab misses the end of its counting, no more.
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | give back, `owned` | Release | claim, CAS Acquire | the words of the owner before: one writer at a time |
//! | append, `OnceBox` | AcqRel inside | walk, Acquire inside | the slab |
//! | append, `OnceLock` | Release inside | `areas`, Acquire inside | the slab |
//! | give back, hazard | Release | scan, Acquire | the write is done before the area is reused |
//! | `OWNERS`, `COUNT` | Relaxed | - | they only grow: who must see a count, having seen it or been told, sees the bit and the number that came before it |
//!
//! The scan of hazard words (see [`cell`](super::cell)) must not miss a slab: a slab is appended before
//! its owner announces anything, and an announcement is ordered before the scan by the control word or
//! by SeqCst, so the slab is in the list by then.
//!
//! # Progress and cost
//! `own` is a thread-local load and two more. Claiming walks the list: once per thread.
//!
//! # Verified by
//! `models::slab`: threads that come and go, take over each other's slabs, and set what is being removed, beside
//! readers; each named weakening fails.

use std::cell::Cell;

use super::area::Area;
use super::block::Reply;
use super::directory::{CHUNKS, Directory, chunk_of};
use super::sync::{
    AtomicBool, AtomicU32, AtomicU64, AtomicUsize, OnceBox, OnceLock, Ordering, array, global,
    local,
};
use super::{space, zeroed};

/// After so many updates of the shared words of one chunk between two scrapes, a thread gets a chunk of its
/// own, though none of the metrics in it is hot: for 100,000 counters that are each counted a few times a
/// second, an update is then 1.7 ns instead of 8, and with two threads instead of 16. On average two
/// updates of each counter, 16 of each histogram: 64 threads that touch every series once stay in the
/// shared words.
const WARM: u32 = if cfg!(loom) { 1 } else { 512 };

/// For each chunk of the slot space, in which season it was counted last and how often.
#[derive(Debug)]
#[cfg_attr(loom, derive(Default))]
#[repr(transparent)]
pub(super) struct Warmth([AtomicU32; CHUNKS]);

global! {
    /// Changes with every scrape; what was warm is counted anew then.
    static SEASON: AtomicU32 = AtomicU32::new(0);
}

/// A scrape begins.
pub(super) fn next_season() {
    // Ordering: Relaxed - a hint.
    SEASON.fetch_add(1, Ordering::Relaxed);
}

/// How many chunks a thread may have for its own in any case: 2 MiB, 131,072 counters or 16,384 histograms of 12
/// buckets. What is hot beyond what it [may have](may_grow) stays shared, but for native histograms, whose further
/// stages have no shared counts; at 8 ns an update instead of 3.
const CHUNKS_PER_THREAD: u32 = if cfg!(loom) { 2 } else { 512 };

/// A thread may have more for as long as all threads together have less than so many: 64 MiB.
const CHUNKS_OF_ALL: u32 = if cfg!(loom) { 0 } else { 32 * CHUNKS_PER_THREAD };

/// Whether a thread that has so many chunks may have another one, where all threads have so many.
fn may_grow(own: u32, all: u32) -> bool {
    own < CHUNKS_PER_THREAD || all < CHUNKS_OF_ALL
}

global! {
    /// How many chunks all slabs have.
    static MADE: AtomicU32 = AtomicU32::new(0);
}

/// The words of one thread at a time. Never freed.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Slab {
    directory: &'static Directory,
    /// For areas that are sampled for exemplars, which have no words in the other: [`own`] does not look
    /// here. Made when needed.
    sampled: OnceBox<Directory>,
    /// The slot that the owner is writing to in the shared slab; see `cell`. 0 is none.
    pub(super) hazard: AtomicU64,
    /// Where the owner answers readers; see `block`.
    pub(super) reply: Reply,
    /// Its place in the list.
    number: usize,
    /// A thread has it.
    owned: AtomicBool,
    /// How many chunks it has. Written by the owner only.
    chunks: AtomicU32,
    /// How often the owner updated shared words that it has no chunk for. Written by the owner only.
    warmth: Box<Warmth>,
    next: OnceBox<Self>,
}

global! {
    static FIRST: OnceBox<Slab> = OnceBox::new();
}

/// How many slabs a reader finds by number. Those beyond are found through the list.
const NUMBERED: usize = if cfg!(loom) { 1 } else { 1024 };

global! {
    /// The first slabs, by number.
    static NUMBERED_SLABS: [OnceLock<&'static Slab>; NUMBERED] = array![OnceLock::new(); NUMBERED];
}

global! {
    /// How many slabs there are at most, that have counted anything.
    static COUNT: AtomicUsize = AtomicUsize::new(0);
}

global! {
    /// For each chunk of the slot space, which slabs may have one: bit `n` stands for the slabs with the
    /// numbers n, n + 64, and so on. So a reader of a metric that one of 64 threads counts looks at one slab.
    static OWNERS: [AtomicU64; CHUNKS] = array![AtomicU64::new(0); CHUNKS];
}

global! {
    /// What a thread has before it has a slab.
    static EMPTY: Directory = Directory::new();
}

// Without destructors.
local! {
    static DIRECTORY: Cell<&'static Directory> = Cell::new(&EMPTY);
}
local! {
    static SLAB: Cell<Option<&'static Slab>> = Cell::new(None);
}
local! {
    static LEASE: Lease = Lease;
}

/// Gives the thread's slab back when the thread ends.
struct Lease;

impl Drop for Lease {
    fn drop(&mut self) {
        leave();
    }
}

/// Gives the slab of this thread back, if it has one. Other destructors may come after this.
pub(super) fn leave() {
    let _ = DIRECTORY.try_with(|directory| directory.set(&EMPTY));
    if let Ok(Some(slab)) = SLAB.try_with(Cell::take) {
        slab.give_back();
    }
}

/// This thread's words of `slot`, if it has any; never those of one that is sampled for exemplars.
#[inline(always)]
pub(super) fn own(slot: u32) -> Option<Area<'static>> {
    DIRECTORY.with(Cell::get).area(slot)
}

/// Calls `f` with this thread's slab, which it gets now if it has none.
#[inline(always)]
pub(super) fn with<R>(f: impl FnOnce(&'static Slab) -> R) -> R {
    let (slab, lent) = match SLAB.with(Cell::get) {
        Some(slab) => (slab, false),
        None => lease(),
    };
    let result = f(slab);
    if lent {
        slab.give_back();
    }
    result
}

/// A slab for a thread that has none: for good, or for one update if the thread is about to end.
#[cold]
#[inline(never)]
fn lease() -> (&'static Slab, bool) {
    let slab = Slab::claim();
    let stays = LEASE.try_with(|_| ()).is_ok();
    if stays {
        SLAB.with(|own| own.set(Some(slab)));
        DIRECTORY.with(|own| own.set(slab.directory));
    }
    (slab, !stays)
}

/// Makes the statics before a model's threads begin; see `modelled::sync`.
#[cfg(all(loom, test))]
pub(super) fn prepare() {
    let _ = (&*SEASON, &*FIRST, &*NUMBERED_SLABS, &*COUNT, &*OWNERS, &*EMPTY, &*MADE);
}

/// All slabs there are, those without a thread too.
pub(super) fn all() -> impl Iterator<Item = &'static Slab> {
    std::iter::successors(FIRST.get(), |slab| slab.next.get())
}

/// The words of `slot` in all slabs that have any, those without a thread too.
pub(super) fn areas(slot: u32) -> impl Iterator<Item = (&'static Slab, Area<'static>)> {
    // Ordering: Relaxed - whoever must see what a thread counted sees its bit and its number too, since neither
    // word ever takes a bit or a number back.
    let owners = OWNERS[chunk_of(slot)].load(Ordering::Relaxed);
    let count = COUNT.load(Ordering::Relaxed);
    // From one bit that is set to the next: mostly there are few.
    let rest = std::iter::successors(Some(owners), |rest| Some(rest & rest.wrapping_sub(1)));
    let bits = rest.take_while(|rest| *rest != 0).map(|rest| rest.trailing_zeros() as usize);
    let numbered = bits.flat_map(move |bit| {
        // A slab that is not in its place yet has counted nothing.
        (bit..count.min(NUMBERED))
            .step_by(64)
            .filter_map(|number| NUMBERED_SLABS[number].get().copied())
    });
    // Only a program with more threads than are numbered walks the list.
    let rest = (count > NUMBERED).then(|| all().skip(NUMBERED)).into_iter().flatten();
    numbered.chain(rest).filter_map(move |slab| Some((slab, slab.area(slot)?)))
}

/// Whether a thread has, or had, words for the neighbours of `slot`, and so for it.
pub(super) fn has_areas(slot: u32) -> bool {
    // Ordering: Relaxed - a hint.
    OWNERS[chunk_of(slot)].load(Ordering::Relaxed) != 0
}

impl Slab {
    fn new() -> Box<Self> {
        Box::new(Self {
            number: 0,
            directory: Box::leak(zeroed::boxed()),
            sampled: OnceBox::new(),
            hazard: AtomicU64::new(0),
            reply: Reply::new(),
            owned: AtomicBool::new(true),
            chunks: AtomicU32::new(0),
            warmth: zeroed::boxed(),
            next: OnceBox::new(),
        })
    }

    fn claim() -> &'static Self {
        let free = |slab: &&Self| {
            // Ordering: Acquire - takes over the words from the owner before.
            !slab.owned.load(Ordering::Relaxed)
                && slab
                    .owned
                    .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
                    .is_ok()
        };
        all().find(free).unwrap_or_else(Self::append)
    }

    #[cold]
    fn append() -> &'static Self {
        let mut new = Self::new();
        let mut end: &OnceBox<Self> = &FIRST;
        loop {
            match end.set(new) {
                Ok(()) => break,
                Err(taken) => new = taken,
            }
            end = &end.get().expect("it is taken").next;
            new.number += 1;
        }
        let slab = end.get().expect("it was just set");
        if let Some(place) = NUMBERED_SLABS.get(slab.number) {
            // Nobody else appended the slab of this number.
            let _ = place.set(slab);
        }
        // Ordering: Relaxed - as in `areas`.
        COUNT.fetch_max(slab.number + 1, Ordering::Relaxed);
        slab
    }

    fn give_back(&self) {
        // Ordering: Release - what was written under an announcement is done.
        self.hazard.store(0, Ordering::Release);
        // Ordering: Release - hands the words over to the next owner.
        self.owned.store(false, Ordering::Release);
    }

    /// The words of `slot`, if they exist.
    #[inline]
    pub(super) fn area(&self, slot: u32) -> Option<Area<'static>> {
        self.directory.area(slot).or_else(|| self.sampled.get()?.area(slot))
    }

    /// Owner: the words of `slot` for a metric that is not hot, if there is a chunk for them, or if there
    /// is one from now on because the thread keeps coming by.
    #[inline]
    pub(super) fn warm(&self, slot: u32) -> Option<Area<'static>> {
        if let Some(area) = self.area(slot) {
            return Some(area);
        }
        let warmth = &self.warmth.0[chunk_of(slot)];
        let season = SEASON.load(Ordering::Relaxed) << 16;
        let seen = warmth.load(Ordering::Relaxed);
        let updates = if seen & !0xffff == season { seen & 0xffff } else { 0 };
        if updates < WARM {
            warmth.store(season | (updates + 1), Ordering::Relaxed);
            return None;
        }
        self.make(slot, false)
    }

    /// Owner: the words of `slot`, made if the slab may grow, or if it must because the caller could
    /// otherwise only wait.
    pub(super) fn make(&self, slot: u32, must: bool) -> Option<Area<'static>> {
        if let Some(area) = self.area(slot) {
            return Some(area);
        }
        let chunks = self.chunks.load(Ordering::Relaxed);
        // Ordering: Relaxed - that many threads make one at the same time does no harm.
        if !must && !may_grow(chunks, MADE.load(Ordering::Relaxed)) {
            return None;
        }
        MADE.fetch_add(1, Ordering::Relaxed);
        self.chunks.store(chunks + 1, Ordering::Relaxed);
        // Ordering: Relaxed - before anything is counted there; see `areas`.
        OWNERS[chunk_of(slot)].fetch_or(1 << (self.number % 64), Ordering::Relaxed);
        let directory = if space::is_sampled(slot) {
            self.sampled.get_or_init(zeroed::boxed)
        } else {
            self.directory
        };
        Some(directory.make(slot).0)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::area::CHUNK_WORDS;
    use super::*;

    #[test]
    fn a_thread_has_2_mib_in_any_case_and_more_while_all_have_less_than_64() {
        let chunks = |mib: usize| (mib << 20) as u32 / (CHUNK_WORDS * size_of::<u64>()) as u32;
        for (own, all, expected) in [
            (0, chunks(1_000), true),
            (chunks(2) - 1, chunks(1_000), true),
            (chunks(2), chunks(1_000), false),
            (chunks(2), chunks(64), false),
            (chunks(2), chunks(64) - 1, true),
            (chunks(63), chunks(63), true),
        ] {
            assert_eq!(may_grow(own, all), expected, "{own} of {all}");
        }
    }
}
