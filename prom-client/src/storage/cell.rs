//! One number: counters and gauges.
//!
//! # Problem
//! Many threads add to one number. An add must cost about as much as a plain `+= 1`, cold series must
//! stay small, and after the series is removed nothing a stale handle adds may land in the series
//! that takes its place.
//!
//! # Protocol
//! An area has two words. In the shared slab they are `[control, large]`, in a thread's own slab
//! `[tag, value]`:
//!
//! ```text
//!  control   63 ......... 32 | 31      | 30 .... 20 | 19    | 18 ...... 0
//!            generation      | private | heat       | asked | small (0 is in the middle)
//! ```
//!
//! The number is `small + large`, plus `value` of every thread whose `tag` is the generation.
//!
//! * **Hot add** (owner of the cell only): `tag` equals the handle's generation: load, add, store.
//!   Nobody else ever begins a cell or writes its value, so a check followed by a store has no gap.
//! * **Cold add**: one compare-and-swap on `control` adds to `small` and to `heat`. It carries the
//!   generation, so a stale handle fails. Heat counts updates, not amounts: a counter fed 0.001 or
//!   1e6 at a time gets hot after the same number of updates as one fed 1.
//! * **Begin**: when `heat` is full, or when it has words there anyway, a thread goes on in its own cell:
//!   it sets `private`, zeroes `value`, then writes `tag`.
//! * **Large add** (amount that `small` has no room for, floats, and gauges' `set`): write to `large`
//!   under a *hazard*: announce the slot in the own slab's hazard word, then check the generation,
//!   then write. The announcement is cleared, or after a `set` left until the thread makes another.
//! * **End** swaps `control` to the next, even, generation. Cells are not touched: each owner
//!   overwrites its cell when it begins a later generation.
//! * **Start** reuses an area only if no hazard word names it, sets `large` to 0 and `control` to the
//!   next odd generation. Where threads have words for the area already, a number that is never set is
//!   `private` from the start, so that they begin without writing to `control`.
//! * **Read**: `control`, `large`, the tagged cells, fence, `control` again: same generation, or no value.
//! * **Ask** (whoever wants to know whether there are updates at all, also such that leave the number as it
//!   is): sets `asked` and clears bit 0 of each cell's tag. The next update finds a control word that it
//!   has to change anyway, or a bit in it that it has to look at anyway, or a tag that is not its generation,
//!   and takes the question back. Asked again, what is still asked had no update.
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | cold add, CAS | Relaxed | - | `small` publishes nothing else |
//! | begin, fence | Release | read, fence Acquire | who reads a `value` of a newer generation sees that the old one is over |
//! | begin, `tag` | Release | read, `tag` Acquire | a tag implies its value |
//! | ask, CAS on `tag` | Relaxed | read, `tag` Acquire | a read-modify-write goes on with the release sequence of `begin` |
//! | answer, `tag` | Release | read, `tag` Acquire | the same, for a tag that was asked |
//! | announce by CAS | Release (`control`, in AcqRel) | scan, fence SeqCst behind end's swap | a write under way is seen by whoever would reuse the area: both are read-modify-writes of one word, so one sees the other |
//! | announce by fence | SeqCst swap, SeqCst load | end's swap, start's fence SeqCst, scan | the same for `set`, where a swap of the own hazard word is cheaper than one of the contended control word |
//! | clear | Release | scan, Acquire | the write is done before the area is reused |
//! | start, fence | Release | read, fence Acquire | as begin, for `large` |
//!
//! # Progress and cost
//! Hot add: 3 loads and a store, no locked instruction, no loop. Cold add: one locked instruction; its
//! loop turns only when another thread's add came between. Nobody waits for anybody.
//!
//! # Verified by
//! `models::cell`: removal under adds, begin, large adds and `set`, reuse; `models::ask`: questions beside
//! adds and readings, and that no update goes unnoticed; each named weakening fails.

use super::area::{Area, LAST_GENERATION, next_generation};
use super::sync::{AtomicU64, Ordering, fence};

/// Word 0 in the shared slab.
pub(crate) const CONTROL: usize = 0;
/// Word 1 in the shared slab.
const LARGE: usize = 1;
/// Word 0 in a thread's slab.
pub(crate) const TAG: usize = 0;
/// Word 1 in a thread's slab.
pub(crate) const VALUE: usize = 1;

/// After so many updates a shared cell is hot. Small enough that a busy series gets fast within a
/// second, large enough that a series touched a few times by each of 64 threads stays small.
const HEAT_FULL: u64 = if cfg!(loom) { 1 } else { 1_024 };

const SMALL_BITS: u32 = 19;
const SMALL_MASK: u64 = (1 << SMALL_BITS) - 1;
/// What `small` has when it stands for 0.
const SMALL_ZERO: u64 = 1 << (SMALL_BITS - 1);
const ASKED: u64 = 1 << SMALL_BITS;
const HEAT_ONE: u64 = 1 << 20;
const HEAT_MASK: u64 = 0x7ff << 20;
const PRIVATE: u64 = 1 << 31;

/// The control word of a shared cell.
#[derive(Clone, Copy)]
struct Control(u64);

impl Control {
    const fn new(generation: u32, hot: bool) -> Self {
        let heat = if hot { HEAT_FULL * HEAT_ONE } else { 0 };
        Self((generation as u64) << 32 | heat | SMALL_ZERO)
    }

    const fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }

    const fn is_hot(self) -> bool {
        self.0 & HEAT_MASK >= HEAT_FULL * HEAT_ONE
    }

    const fn is_private(self) -> bool {
        self.0 & PRIVATE != 0
    }

    const fn small(self) -> i64 {
        (self.0 & SMALL_MASK) as i64 - SMALL_ZERO as i64
    }

    const fn is_asked(self) -> bool {
        self.0 & ASKED != 0
    }

    /// One more update: heat stays full, and a question is answered.
    const fn warmed(self) -> Self {
        let warmer = if self.is_hot() { self.0 } else { self.0 + HEAT_ONE };
        Self(warmer & !ASKED)
    }

    /// `None` when there is no room for the sum. With room, adding cannot carry out of the field.
    const fn plus(self, n: i64) -> Option<Self> {
        let small = ((self.0 & SMALL_MASK) as i64).wrapping_add(n) as u64;
        if small <= SMALL_MASK { Some(Self(self.0.wrapping_add(n as u64))) } else { None }
    }
}

/// What became of an update of a shared cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cold {
    /// It is counted.
    Done,
    /// The series was removed.
    Gone,
    /// The amount does not fit: go on with a large add.
    Large,
}

/// Begins a life of the area; the caller is the only one who may (a lock, or a new area), and has
/// seen no hazard on it. Returns the new generation, or `None` when the area is worn out.
pub(crate) fn start(shared: Area<'_>, hot: bool) -> Option<u32> {
    start_words(shared, LARGE + 1, |generation| Control::new(generation, hot))
}

/// As [`start`], with `private` set: readers look at the cells of threads from the beginning, and no thread
/// that begins one writes to the control word. For 100,000 new counters that two threads count in the
/// same order, the first update of each is 30 ns instead of 120.
pub(crate) fn start_private(shared: Area<'_>, hot: bool) -> Option<u32> {
    start_words(shared, LARGE + 1, |generation| Control(Control::new(generation, hot).0 | PRIVATE))
}

/// As [`start`], of a page, an area of so many words that are all written as `large` is; see
/// [`page`](super::page).
pub(crate) fn start_page(shared: Area<'_>, words: usize) -> Option<u32> {
    start_words(shared, words, |generation| Control::new(generation, false))
}

fn start_words(
    shared: Area<'_>,
    words: usize,
    control: impl FnOnce(u32) -> Control,
) -> Option<u32> {
    // Ordering: Relaxed - whoever ended the last life handed the area over, with a happens-before.
    let over = Control(shared.word(CONTROL).load(Ordering::Relaxed)).generation();
    if over > LAST_GENERATION {
        return None;
    }
    let generation = next_generation(over);
    fence(Ordering::Release);
    (LARGE..words).for_each(|i| shared.word(i).store(0, Ordering::Relaxed));
    shared.word(CONTROL).store(control(generation).0, Ordering::Release);
    Some(generation)
}

/// Ends a life: from here on nothing is added to it. The caller is the only one who may.
pub(crate) fn end(shared: Area<'_>, generation: u32) {
    let over = Control::new(generation + 1, false);
    // Ordering: Relaxed - whoever uses the area again makes a SeqCst fence before the scan for hazards.
    shared.word(CONTROL).swap(over.0, Ordering::Relaxed);
}

/// Whether this life goes on.
pub(crate) fn is_live(shared: Area<'_>, generation: u32) -> bool {
    // Ordering: Relaxed - publishes nothing else.
    Control(shared.word(CONTROL).load(Ordering::Relaxed)).generation() == generation
}

/// Whether threads should go on in cells of their own. Only a hint for an older generation.
pub(crate) fn is_hot(shared: Area<'_>) -> bool {
    Control(shared.word(CONTROL).load(Ordering::Relaxed)).is_hot()
}

/// Adds in one step, if there is room.
pub(crate) fn add_small(shared: Area<'_>, generation: u32, n: i64) -> Cold {
    let control = shared.word(CONTROL);
    // Ordering: Relaxed throughout - the sum publishes nothing else.
    let mut seen = Control(control.load(Ordering::Relaxed));
    loop {
        if seen.generation() != generation {
            return Cold::Gone;
        }
        let Some(next) = seen.warmed().plus(n) else { return Cold::Large };
        match control.compare_exchange_weak(seen.0, next.0, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return Cold::Done,
            Err(now) => seen = Control(now),
        }
    }
}

/// Makes the thread's own cell one of this generation, with 0 in it, unless it is already: a slab's
/// owner before may have begun it. The caller owns the cell. `None` when the series was removed.
pub(crate) fn begin<'a>(shared: Area<'_>, own: Area<'a>, generation: u32) -> Option<&'a AtomicU64> {
    begin_words(shared, own, VALUE + 1, generation).then(|| own.word(VALUE))
}

/// As [`begin`], of a cell with so many words; `false` when the series was removed.
pub(crate) fn begin_words(shared: Area<'_>, own: Area<'_>, words: usize, generation: u32) -> bool {
    let tag = own.word(TAG).load(Ordering::Relaxed);
    if is_of(tag, generation) {
        if tag == asked(generation) {
            answer_own(own, generation);
        }
        return true;
    }
    let control = shared.word(CONTROL);
    let mut seen = Control(control.load(Ordering::Relaxed));
    loop {
        if seen.generation() != generation {
            return false;
        }
        if seen.is_private() {
            break;
        }
        // Ordering: Relaxed - a reader that must see `value` is ordered behind this whole update.
        match control.compare_exchange_weak(
            seen.0,
            seen.0 | PRIVATE,
            Ordering::Relaxed,
            Ordering::Relaxed,
        ) {
            Ok(_) => break,
            Err(now) => seen = Control(now),
        }
    }
    fence(Ordering::Release);
    (VALUE..words).for_each(|i| own.word(i).store(0, Ordering::Relaxed));
    own.word(TAG).store(u64::from(generation), Ordering::Release);
    true
}

/// Runs `write` on `large` while the area cannot be reused, if the series still lives; warms the cell.
pub(crate) fn with_large(
    hazard: &AtomicU64,
    slot: u32,
    shared: Area<'_>,
    generation: u32,
    write: impl FnOnce(&AtomicU64),
) -> Cold {
    with_words(hazard, slot, shared, generation, || write(shared.word(LARGE)))
}

/// As [`with_large`], for a write to any of the words behind the control word.
pub(crate) fn with_words(
    hazard: &AtomicU64,
    slot: u32,
    shared: Area<'_>,
    generation: u32,
    write: impl FnOnce(),
) -> Cold {
    hazard.store(announcement(slot), Ordering::Release);
    let control = shared.word(CONTROL);
    let mut seen = Control(control.load(Ordering::Relaxed));
    let done = loop {
        if seen.generation() != generation {
            break Cold::Gone;
        }
        // Ordering: AcqRel - the announcement above is seen by whoever ends this life; see the table.
        // Where heat is full already this swaps the word for itself, for the sake of that order.
        match control.compare_exchange_weak(
            seen.0,
            seen.warmed().0,
            Ordering::AcqRel,
            Ordering::Relaxed,
        ) {
            Ok(_) => {
                write();
                break Cold::Done;
            }
            Err(now) => seen = Control(now),
        }
    };
    hazard.store(0, Ordering::Release);
    done
}

/// As [`with_large`], by a fence instead of a write to the control word, and with the sum of what is
/// not in `large`: `others` adds that up over the private cells if there are any.
///
/// The announcement stays, so that the next `set` of the same gauge by the same thread needs none.
/// It keeps one area per thread from being used again, or the run of a family that was dropped, until
/// the thread announces another or ends.
#[inline(always)]
pub(crate) fn set_large(
    hazard: &AtomicU64,
    slot: u32,
    shared: Area<'_>,
    generation: u32,
    others: impl FnOnce() -> i64,
    write: impl FnOnce(&AtomicU64, i64),
) {
    // Ordering: Relaxed - only this thread writes its hazard word.
    if hazard.load(Ordering::Relaxed) != announcement(slot) {
        announce(hazard, slot);
    }
    // Ordering: SeqCst - not before the announcement; see the table.
    let seen = Control(shared.word(CONTROL).load(Ordering::SeqCst));
    if seen.generation() == generation {
        let private =
            if seen.0 & (PRIVATE | ASKED) == 0 { 0 } else { set_aside(shared, seen, others) };
        write(shared.word(LARGE), seen.small().wrapping_add(private));
    }
}

/// What a `set` has to do where the control word says that there is more to it: answers, and adds up the
/// private cells. One look at both bits, so that being asked costs nothing where nobody asks.
#[cold]
#[inline(never)]
fn set_aside(shared: Area<'_>, seen: Control, others: impl FnOnce() -> i64) -> i64 {
    if seen.is_asked() {
        // Ordering: Relaxed - publishes nothing. If this life is over by now, one that follows is taken for
        // one that had an update.
        shared.word(CONTROL).fetch_and(!ASKED, Ordering::Relaxed);
    }
    if seen.is_private() { others() } else { 0 }
}

/// Announces a slot so that a later load cannot come before it.
#[inline]
fn announce(hazard: &AtomicU64, slot: u32) {
    // On x86 a swap is half the price of a store and a fence. loom models the fence, and takes SeqCst
    // accesses for AcqRel; the two forms give the same guarantee to a later SeqCst load.
    #[cfg(not(loom))]
    hazard.swap(announcement(slot), Ordering::SeqCst);
    #[cfg(loom)]
    {
        hazard.store(announcement(slot), Ordering::Release);
        fence(Ordering::SeqCst);
    }
}

/// What a hazard word says while `slot` is written to; 0 is nothing.
pub(crate) const fn announcement(slot: u32) -> u64 {
    slot as u64 + 1
}

/// The slot that an announcement, not 0, names.
pub(crate) const fn announced(hazard: u64) -> u32 {
    (hazard - 1) as u32
}

/// What the shared slab knows of a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shared {
    pub(crate) small: i64,
    pub(crate) large: u64,
    /// Some thread may have a cell of its own.
    pub(crate) private: bool,
}

/// Reads the shared part. The reading stands only if [`is_still`] says so after the whole reading.
pub(crate) fn read(shared: Area<'_>, generation: u32) -> Option<Shared> {
    // Ordering: Acquire - a generation implies that `large` was reset for it.
    let seen = Control(shared.word(CONTROL).load(Ordering::Acquire));
    (seen.generation() == generation).then(|| Shared {
        small: seen.small(),
        large: shared.word(LARGE).load(Ordering::Relaxed),
        private: seen.is_private(),
    })
}

/// A thread's own part: its value, if its cell is of this generation.
pub(crate) fn read_own(own: Area<'_>, generation: u32) -> Option<u64> {
    // Ordering: Acquire - the tag implies its value.
    is_of(own.word(TAG).load(Ordering::Acquire), generation)
        .then(|| own.word(VALUE).load(Ordering::Relaxed))
}

/// The tag of a cell that is asked for a sign of the next update.
const fn asked(generation: u32) -> u64 {
    generation as u64 & !1
}

/// Whether a cell with this tag is of this generation, asked or not.
const fn is_of(tag: u64, generation: u32) -> bool {
    tag | 1 == generation as u64
}

/// What the shared part answers to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// There was an update since it was asked last, or it never was.
    pub(crate) updated: bool,
    /// Some thread may have a cell of its own: ask that too.
    pub(crate) private: bool,
}

/// Asks the shared part for a sign of the next update. `None` when the series was removed.
pub(crate) fn ask(shared: Area<'_>, generation: u32) -> Option<Answer> {
    let control = shared.word(CONTROL);
    // Ordering: Relaxed throughout - the bit publishes nothing.
    let mut seen = Control(control.load(Ordering::Relaxed));
    loop {
        if seen.generation() != generation {
            return None;
        }
        let answer = Answer { updated: !seen.is_asked(), private: seen.is_private() };
        if !answer.updated {
            return Some(answer);
        }
        match control.compare_exchange_weak(
            seen.0,
            seen.0 | ASKED,
            Ordering::Relaxed,
            Ordering::Relaxed,
        ) {
            Ok(_) => return Some(answer),
            Err(now) => seen = Control(now),
        }
    }
}

/// As [`ask`], for a thread's own part: whether there was an update. Only the tag is written, and only
/// while it is that of this generation, so that the owner loses nothing.
pub(crate) fn ask_own(own: Area<'_>, generation: u32) -> bool {
    let (tag, live) = (own.word(TAG), u64::from(generation));
    // A look first: what rests is not taken from its owner's cache.
    // Ordering: Relaxed - who reads the tag from here reads behind `begin` all the same, since a
    // read-modify-write goes on with its release sequence.
    tag.load(Ordering::Relaxed) == live
        && tag
            .compare_exchange(live, asked(generation), Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
}

/// Owner: takes a question back. Nobody else writes a tag that is asked.
fn answer_own(own: Area<'_>, generation: u32) {
    let tag = own.word(TAG);
    // Ordering: Release - the tag implies its value, as after `begin`.
    tag.store(generation.into(), Ordering::Release);
}

/// Whether all that was read before belongs to this generation.
pub(crate) fn is_still(shared: Area<'_>, generation: u32) -> bool {
    // Ordering: Acquire - pairs with the Release fences of `begin` and `start`.
    fence(Ordering::Acquire);
    is_live(shared, generation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_small_sum_goes_both_ways_and_says_when_it_is_full() {
        let mut control = Control::new(5, false);
        for n in [1, -3, 262_000, -262_001] {
            let before = control.small();
            control = control.plus(n).unwrap();
            assert_eq!(control.small(), before + n);
            assert_eq!(control.generation(), 5);
        }
        assert!(Control::new(5, false).plus(262_144).is_none());
        assert!(Control::new(5, false).plus(-262_145).is_none());
        assert_eq!(Control::new(5, false).plus(-262_144).unwrap().small(), -262_144);
    }

    #[test]
    fn heat_stays_full_and_touches_nothing_else() {
        let mut control = Control::new(7, false).plus(-1).unwrap();
        for _ in 0..5_000 {
            control = control.warmed();
        }
        assert!(control.is_hot() && !control.is_private());
        assert_eq!((control.generation(), control.small()), (7, -1));
        assert!(Control::new(7, true).is_hot());
    }

    #[test]
    fn an_update_answers_and_changes_nothing_else() {
        for control in [Control::new(7, false), Control::new(7, true)] {
            for n in [-262_144, 0, 262_143] {
                let control = control.plus(n).unwrap();
                let asked = Control(control.0 | ASKED);
                assert_eq!(asked.warmed().0, control.warmed().0);
                assert_eq!((asked.generation(), asked.small()), (7, n));
                assert_eq!((asked.is_hot(), asked.is_private()), (control.is_hot(), false));
            }
        }
    }
}
