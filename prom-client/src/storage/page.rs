//! Many numbers of one series, of which most are never used: the cells of a sketch.
//!
//! # Problem
//! A summary counts in thousands of cells, and one series touches a few dozen of them. A count must cost what
//! one of a counter costs, and cells that are not touched nothing; and when the series is removed,
//! nothing of it may be left over, nor land in the series that takes its place.
//!
//! # Protocol
//! A *page* is an area `[control, 63 counts]` in the shared slab, `[tag, 63 counts]` in a thread's. It is a
//! cell in the sense of [`cell`](super::cell) with many numbers in place of one: hot threads count in
//! pages of their own, others add to the shared one under a hazard.
//!
//! A *root* says which pages a series has. It is such an area too, `[control, 54 entries, 8 notes, link]`; an
//! entry is `page << 49 | unit of the slot << 32 | generation`, found by open addressing from the
//! page's number; the link is the entry of another root for when this one is full. A note is what an observer
//! leaves for whoever holds the lock of the [`window`](super::window): put there and taken under a
//! hazard, so that it is of the same life.
//!
//! * **Find**: entries, then a fence and the root's generation: an entry of the next life is not believed.
//! * **Insert**: under a hazard on the root, one compare-and-swap from 0. Then a fence, and the generation
//!   once more: if the life is over, the entry is taken back, unless whoever ended it took it.
//! * **End** writes the next generation, then a fence, then takes all entries: each is taken by exactly
//!   one of the two, and whoever takes it ends the page.
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | insert, CAS on the entry | Release | find, fence Acquire | the beginning of the page's life, and of the root's: who reads an entry of the next life sees that the last one is over |
//! | insert, fence SeqCst | - | end, fence SeqCst | of "entry, then generation?" and "generation, then entries" one sees the other |
//! | end, swap | Acquire | insert, CAS Release | the page's life, which is to be ended |
//!
//! # Progress and cost
//! A look-up is two loads for a series with a few dozen pages. An insertion takes a page from a pool, under a lock.
//!
//! # Verified by
//! `models::page`: inserts beside the end of a life, and finds beside reuse; each named weakening fails.

use super::area::{Area, CHUNK_WORDS, Handle};
use super::cell::{self, Cold};
use super::sync::{AtomicU64, Ordering, fence};

/// Words of a page and of a root.
pub(crate) const WORDS: usize = if cfg!(loom) { CHUNK_WORDS } else { 64 };
/// Counts of a page.
pub(crate) const CELLS: usize = WORDS - 1;
/// Word of the first count, or of the first entry.
pub(crate) const FIRST: usize = 1;
/// Word of the link.
const LINK: usize = WORDS - 1;
/// Notes of a root, before the link.
const NOTES: usize = if cfg!(loom) { 1 } else { 8 };
/// Entries of a root.
const ENTRIES: usize = LINK - NOTES - FIRST;

const PAGE_SHIFT: u32 = 49;
const UNIT_SHIFT: u32 = 32;
/// More than there are pages; see [`sketch`](super::sketch).
#[cfg(test)]
pub(super) const PAGES: u32 = LINK_NUMBER;
/// What a link has for a page.
const LINK_NUMBER: u32 = (1 << (64 - PAGE_SHIFT)) - 1;

/// A page of a root: its number and what area it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry(u64);

impl Entry {
    pub(crate) fn new(page: u32, area: Handle) -> Self {
        let unit = u64::from(area.slot) / WORDS as u64;
        Self(u64::from(page) << PAGE_SHIFT | unit << UNIT_SHIFT | u64::from(area.generation))
    }

    pub(crate) fn link(area: Handle) -> Self {
        Self::new(LINK_NUMBER, area)
    }

    #[inline(always)]
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    #[inline(always)]
    pub(crate) const fn to_bits(self) -> u64 {
        self.0
    }

    /// The page's number. Of an empty entry it means nothing.
    #[inline(always)]
    pub(crate) const fn page(self) -> u32 {
        (self.0 >> PAGE_SHIFT) as u32
    }

    /// Its area. Of an empty entry it is one that was never alive.
    #[inline(always)]
    pub(crate) const fn area(self) -> Handle {
        let unit = (self.0 >> UNIT_SHIFT) as u32 & ((1 << (PAGE_SHIFT - UNIT_SHIFT)) - 1);
        Handle { slot: unit * WORDS as u32, generation: self.0 as u32 }
    }
}

/// Begins a life of an area; the caller is the only one who may, and has seen no hazard on it.
pub(crate) fn start(shared: Area<'_>) -> Option<u32> {
    cell::start_page(shared, WORDS)
}

/// Makes the thread's own page one of this generation; `false` when it is over.
pub(crate) fn begin(shared: Area<'_>, own: Area<'_>, generation: u32) -> bool {
    cell::begin_words(shared, own, WORDS, generation)
}

/// Counts in a thread's own page.
#[inline(always)]
pub(crate) fn count_own(own: Area<'_>, cell: u32) {
    let count = own.word(FIRST + cell as usize);
    // Ordering: Relaxed - a count publishes nothing else.
    count.store(count.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
}

/// Counts in the shared page.
pub(crate) fn count_shared(hazard: &AtomicU64, shared: Area<'_>, page: Handle, cell: u32) -> Cold {
    cell::with_words(hazard, page.slot, shared, page.generation, || {
        shared.word(FIRST + cell as usize).fetch_add(1, Ordering::Relaxed);
    })
}

/// What a root says of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is this area.
    Page(Handle),
    /// It has none, and room for one.
    None,
    /// It has none and no room; the next root, if there is one.
    Full(Option<Handle>),
}

/// Looks for a page. Stands only if the root's life goes on behind it.
pub(crate) fn find(root: Area<'_>, page: u32) -> Found {
    for i in places(page) {
        // Ordering: Relaxed - the caller's fence, which has to be there, is behind this.
        let entry = Entry(root.word(i).load(Ordering::Relaxed));
        if entry.0 == 0 {
            return Found::None;
        }
        if entry.page() == page {
            return Found::Page(entry.area());
        }
    }
    let link = root.word(LINK).load(Ordering::Relaxed);
    Found::Full((link != 0).then(|| Entry(link).area()))
}

/// The entries where a page may be, in order.
fn places(page: u32) -> impl Iterator<Item = usize> {
    let home = page as usize % ENTRIES;
    (home..ENTRIES).chain(0..home).map(|i| FIRST + i)
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inserted {
    /// It is the root's.
    Done,
    /// It was there already, as this area, or there is no room: then no area, but perhaps a link.
    Other(Found),
    /// The root's life is over.
    Gone,
}

/// Adds a page, or a link, to a root.
pub(crate) fn insert(hazard: &AtomicU64, shared: Area<'_>, root: Handle, entry: Entry) -> Inserted {
    let mut inserted = Inserted::Gone;
    cell::with_words(hazard, root.slot, shared, root.generation, || {
        inserted = place(shared, entry);
        if inserted == Inserted::Done {
            // Ordering: SeqCst - pairs with the fence in `end`.
            fence(Ordering::SeqCst);
            if !cell::is_live(shared, root.generation) && take_back(shared, entry) {
                inserted = Inserted::Gone;
            }
        }
    });
    inserted
}

fn place(root: Area<'_>, entry: Entry) -> Inserted {
    let put = |i: usize| {
        // Ordering: Release - the page's life has begun for whoever finds it; Acquire for one that is
        // found here.
        root.word(i)
            .compare_exchange(0, entry.0, Ordering::Release, Ordering::Acquire)
            .map_err(Entry)
    };
    if entry.page() == LINK_NUMBER {
        return match put(LINK) {
            Ok(_) => Inserted::Done,
            Err(other) => Inserted::Other(Found::Full(Some(other.area()))),
        };
    }
    for i in places(entry.page()) {
        match put(i) {
            Ok(_) => return Inserted::Done,
            Err(other) if other.page() == entry.page() => {
                return Inserted::Other(Found::Page(other.area()));
            }
            Err(_) => {}
        }
    }
    Inserted::Other(find(root, entry.page()))
}

fn take_back(root: Area<'_>, entry: Entry) -> bool {
    (FIRST..FIRST + ENTRIES).chain([LINK]).any(|i| {
        root.word(i).compare_exchange(entry.0, 0, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    })
}

/// Leaves a note, which is not 0. `false` if there is no room, or the life is over.
pub(crate) fn leave_note(hazard: &AtomicU64, shared: Area<'_>, root: Handle, note: u64) -> bool {
    let mut left = false;
    cell::with_words(hazard, root.slot, shared, root.generation, || {
        // Ordering: Relaxed - a note publishes nothing else.
        left = (FIRST + ENTRIES..LINK).map(|i| shared.word(i)).any(|word| {
            word.compare_exchange(0, note, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        });
    });
    left
}

/// Takes the notes; each is taken once.
pub(crate) fn take_notes(
    hazard: &AtomicU64,
    shared: Area<'_>,
    root: Handle,
    mut each: impl FnMut(u64),
) {
    cell::with_words(hazard, root.slot, shared, root.generation, || {
        for word in (FIRST + ENTRIES..LINK).map(|i| shared.word(i)) {
            if word.load(Ordering::Relaxed) != 0 {
                match word.swap(0, Ordering::Relaxed) {
                    0 => {}
                    note => each(note),
                }
            }
        }
    });
}

/// Ends the life of a page.
pub(crate) fn end(shared: Area<'_>, generation: u32) {
    cell::end(shared, generation);
}

/// Ends the life of a root and gives out what is in it, pages and further roots: the caller ends those.
pub(crate) fn end_root(shared: Area<'_>, generation: u32) -> Vec<(bool, Handle)> {
    cell::end(shared, generation);
    // Ordering: SeqCst - pairs with the fence in `insert`.
    fence(Ordering::SeqCst);
    (FIRST..FIRST + ENTRIES)
        .chain([LINK])
        // Ordering: Acquire - what is taken is ended next.
        .map(|i| (i == LINK, shared.word(i).swap(0, Ordering::Acquire)))
        .filter(|(_, entry)| *entry != 0)
        .map(|(link, entry)| (link, Entry(entry).area()))
        .collect()
}

/// The pages of a root, and the next root. Stands only if the root's life goes on behind it.
pub(crate) fn entries(root: Area<'_>) -> impl Iterator<Item = (Option<u32>, Handle)> {
    (FIRST..FIRST + ENTRIES).chain([LINK]).filter_map(move |i| {
        // Ordering: Relaxed - as in `find`.
        let entry = Entry(root.word(i).load(Ordering::Relaxed));
        let page = (i != LINK).then(|| entry.page());
        (entry.0 != 0).then(|| (page, entry.area()))
    })
}

/// Adds a page's counts to `counts`, those of one slab; `false` if they are of another life.
pub(crate) fn read_own(own: Area<'_>, generation: u32, counts: &mut [u64; CELLS]) -> bool {
    // Ordering: Acquire - the tag implies counts that were zeroed for it.
    let same = own.word(cell::TAG).load(Ordering::Acquire) == u64::from(generation);
    if same {
        add(own, counts);
    }
    same
}

/// Adds the shared counts, and says whether some thread may have a page of its own; `None` if the life is
/// over. Stands only if it still goes on behind the whole reading.
pub(crate) fn read_shared(
    shared: Area<'_>,
    generation: u32,
    counts: &mut [u64; CELLS],
) -> Option<bool> {
    let private = cell::read(shared, generation)?.private;
    add(shared, counts);
    Some(private)
}

fn add(area: Area<'_>, counts: &mut [u64; CELLS]) {
    for (i, count) in counts.iter_mut().enumerate() {
        *count = count.wrapping_add(area.word(FIRST + i).load(Ordering::Relaxed));
    }
}
