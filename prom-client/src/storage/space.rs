//! The slot space: which words belong to whom, and what kind of life they live.
//!
//! # Problem
//! A registry that is dropped gives its words back while handles to it are still around, and another gets them.
//!
//! # Protocol
//! Areas are handed out in *runs* of whole units of [`UNIT_WORDS`] words, by a buddy scheme over chunks,
//! so that everything of one unit has the same profile. A run is given back with the generations of
//! its areas in their control words, and handed out again only for areas of the same size: tags and
//! values stay where they were. So a stale handle finds another generation. A writer that checked it before
//! the life was over and was stopped then has the slot in its hazard word, and no run that a hazard word names
//! is handed out.
//!
//! Areas whose updates are sampled for exemplars have chunks of their own, from the end of the space on, and
//! threads keep their words for these apart. So an update that looks for its thread's words where all others
//! have them finds none, and takes the way of a cold one, which samples; all others need not ask.
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | `hazards`, fence | SeqCst | announcement in [`cell`](super::cell) | who is missing in the scan sees that the life is over |
//! | `hazards`, hazard | Acquire | clear, Release | a write that was announced is done |
//! | profile of a unit, `SAMPLED_FROM` | Relaxed | - | whoever gives a handle away publishes what was written before |
//! | profile, `OnceBox` | AcqRel inside | Acquire inside | the profile: equal ones have one number |
//!
//! # Progress and cost
//! Handing out is done under a lock, for up to a chunk at a time. A scan looks at one word per slab.
//!
//! # Verified by
//! `models::space`: a registry is dropped and its words used again beside writers with stale handles; equal
//! profiles. `models::slab`: the scan beside threads that come and go. Each named weakening fails.

use super::area::{Area, CHUNK_WORDS, Handle};
use super::class::{Class, Tile};
use super::directory::{CHUNKS, Directory, chunk_of};
use super::profile::Profile;
use super::sync::{AtomicU16, AtomicUsize, Mutex, OnceBox, Ordering, array, fence, global};
use super::{cell, slab};
use crate::clock::Clock;

/// Words per unit: the smallest run, and an area of the default histogram.
pub(super) const UNIT_WORDS: usize = if cfg!(loom) { CHUNK_WORDS } else { 16 };

/// How many different profiles a process may have.
const PROFILES: usize = if cfg!(loom) { 4 } else { 1 << 16 };

/// Units of the slot space.
const UNITS: usize = CHUNKS * CHUNK_WORDS / UNIT_WORDS;

global! {
    /// The slab that all threads share: control words, and the values of what is not hot.
    static SHARED: Directory = Directory::new();
}

global! {
    /// The profile of each unit. Written before a handle to the unit is given away.
    static UNIT_PROFILE: [AtomicU16; UNITS] = array![AtomicU16::new(0); UNITS];
}

global! {
    /// Profiles by number. Never freed, since a stale handle may still ask.
    static PROFILE: [OnceBox<Profile>; PROFILES] = array![OnceBox::new(); PROFILES];
}

global! {
    /// From here on, chunks are of sampled areas.
    static SAMPLED_FROM: AtomicUsize = AtomicUsize::new(CHUNKS);
}

global! {
    static SPACE: Mutex<Space> = Mutex::new(Space::new());
}

struct Space {
    next_chunk: usize,
    /// As [`SAMPLED_FROM`].
    sampled_from: usize,
    /// Runs never used: first slot and length in words, a power of two.
    fresh: Vec<Run>,
    /// Runs that were given back, with what their areas were.
    used: Vec<(Tile, Run)>,
}

/// Words that lie together in one chunk, at a multiple of their number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) slot: u32,
    pub(super) words: usize,
}

impl Run {
    fn holds(&self, slot: u32) -> bool {
        (self.slot..self.slot + self.words as u32).contains(&slot)
    }
}

/// Makes the statics before a model's threads begin; see `modelled::sync`.
#[cfg(all(loom, test))]
pub(super) fn prepare() {
    let _ = (&*SHARED, &*UNIT_PROFILE, &*PROFILE, &*SAMPLED_FROM, &*SPACE);
}

/// The shared words of a slot that was handed out.
#[inline(always)]
pub(super) fn shared(slot: u32) -> Area<'static> {
    // Only a handle that was made up could name another chunk, and there are none.
    SHARED.area(slot).unwrap_or_else(|| unknown(slot))
}

#[cold]
#[inline(never)]
fn unknown(slot: u32) -> Area<'static> {
    SHARED.make(slot).0
}

/// The profile of the metric that a handle names, or of one that had its place.
#[inline(always)]
pub(crate) fn profile_of(handle: Handle) -> Option<&'static Profile> {
    profile(handle.slot)
}

/// The profile of a slot.
#[inline(always)]
pub(super) fn profile(slot: u32) -> Option<&'static Profile> {
    // Ordering: Relaxed - stored before the handle was given away.
    let unit = (slot as usize / UNIT_WORDS) & (UNITS - 1);
    let number = UNIT_PROFILE[unit].load(Ordering::Relaxed);
    PROFILE[number as usize & (PROFILES - 1)].get()
}

/// The clock of the metric that a handle names, also of one that is gone.
pub(crate) fn clock(handle: Handle) -> Clock {
    profile(handle.slot).map(|profile| profile.clock.clone()).unwrap_or_default()
}

impl Handle {
    /// Whether the life that it names goes on.
    pub(crate) fn is_live(self) -> bool {
        // Cells and blocks both keep the generation in the upper half of their first shared word.
        cell::is_live(shared(self.slot), self.generation)
    }
}

/// The number of a profile, an equal one's if there is one. `None` when there are too many.
pub(super) fn intern(profile: Profile) -> Option<u16> {
    let mut profile = Box::new(profile);
    for (number, place) in PROFILE.iter().enumerate() {
        if place.get().is_none() {
            match place.set(profile) {
                Ok(()) => return Some(number as u16),
                Err(taken) => profile = taken,
            }
        }
        if place.get().is_some_and(|other| other.same(&profile)) {
            return Some(number as u16);
        }
    }
    None
}

/// Hands out a run of `words` (a power of two, at most a chunk) for areas of a class.
pub(super) fn allocate(words: usize, class: Class) -> Option<Run> {
    debug_assert!(words.is_power_of_two() && (UNIT_WORDS..=CHUNK_WORDS).contains(&words));
    let mut space = SPACE.lock();
    let run = match space.take_used(words, class.tile(), class.is_sampled()) {
        Some(run) => run,
        None => space.take_fresh(words, class.is_sampled())?,
    };
    // Ordering: Relaxed - as for the profile.
    SAMPLED_FROM.store(space.sampled_from, Ordering::Relaxed);
    let first = run.slot as usize / UNIT_WORDS;
    for unit in &UNIT_PROFILE[first..first + words / UNIT_WORDS] {
        // Ordering: Relaxed - the handle that makes anyone look is published later.
        unit.store(class.profile(), Ordering::Relaxed);
    }
    SHARED.make(run.slot);
    Some(run)
}

/// Whether updates of this slot are sampled for exemplars.
#[inline]
pub(super) fn is_sampled(slot: u32) -> bool {
    // Ordering: Relaxed - stored before the handle was given away.
    chunk_of(slot) >= SAMPLED_FROM.load(Ordering::Relaxed)
}

/// Takes a run back whose areas' lives are over.
pub(super) fn give_back(run: Run, class: Class) {
    SPACE.lock().used.push((class.tile(), run));
}

/// The slots that some thread is writing to under a hazard. A thread that is missing here and writes
/// later will see that the life is over, if that was so before this was called.
pub(super) fn hazards() -> Vec<u32> {
    // Ordering: SeqCst fence - pairs with `cell::set_large`; Acquire - what was written under an
    // announcement that is gone is done.
    fence(Ordering::SeqCst);
    slab::all()
        .map(|slab| slab.hazard.load(Ordering::Acquire))
        .filter(|hazard| *hazard != 0)
        .map(cell::announced)
        .collect()
}

impl Space {
    const fn new() -> Self {
        Self { next_chunk: 0, sampled_from: CHUNKS, fresh: Vec::new(), used: Vec::new() }
    }

    fn is_sampled(&self, run: Run) -> bool {
        chunk_of(run.slot) >= self.sampled_from
    }

    /// A run that was used before for areas of the same kind, and that no hazard names.
    fn take_used(&mut self, words: usize, area: Tile, sampled: bool) -> Option<Run> {
        if self.used.is_empty() {
            return None;
        }
        let hazards = hazards();
        let free = |run: &Run| !hazards.iter().any(|slot| run.holds(*slot));
        let fits = |(tile, run): &(Tile, Run)| {
            *tile == area && run.words == words && self.is_sampled(*run) == sampled && free(run)
        };
        let i = self.used.iter().rposition(fits)?;
        Some(self.used.swap_remove(i).1)
    }

    fn take_fresh(&mut self, words: usize, sampled: bool) -> Option<Run> {
        let best = (0..self.fresh.len())
            .filter(|&i| self.fresh[i].words >= words && self.is_sampled(self.fresh[i]) == sampled)
            .min_by_key(|&i| self.fresh[i].words);
        let mut run = match best {
            Some(i) => self.fresh.swap_remove(i),
            None if self.next_chunk == self.sampled_from => return None,
            None if sampled => {
                self.sampled_from -= 1;
                Run { slot: (self.sampled_from * CHUNK_WORDS) as u32, words: CHUNK_WORDS }
            }
            None => {
                self.next_chunk += 1;
                Run { slot: ((self.next_chunk - 1) * CHUNK_WORDS) as u32, words: CHUNK_WORDS }
            }
        };
        while run.words > words {
            run.words /= 2;
            self.fresh.push(Run { slot: run.slot + run.words as u32, words: run.words });
        }
        Some(run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_never_overlap_nor_cross_a_chunk_and_fill_it() {
        let mut space = Space::new();
        let mut taken = vec![false; CHUNKS * CHUNK_WORDS];
        for words in [16, 64, 16, 512, 256, 128, 16, 16, 32, 512, 256, 128] {
            for sampled in [false, true] {
                let run = space.take_fresh(words, sampled).unwrap();
                assert_eq!(space.is_sampled(run), sampled);
                let first = run.slot as usize;
                assert_eq!(first % words, 0);
                for word in &mut taken[first..first + words] {
                    assert!(!std::mem::replace(word, true));
                }
            }
        }
        assert_eq!((space.next_chunk, CHUNKS - space.sampled_from), (4, 4));
    }

    #[test]
    fn what_is_sampled_and_what_is_not_never_share_a_chunk_nor_a_run_that_was_used() {
        let profile = Profile::plain(Clock::system());
        let cells = Class::new(profile).expect("there is room").tile();
        let mut space = Space::new();
        while let Some(run) = space.take_fresh(CHUNK_WORDS, space.next_chunk % 3 == 0) {
            let place = (cells, run);
            space.used.push(place);
            if space.is_sampled(run) {
                assert!(space.take_fresh(CHUNK_WORDS, false).is_some());
            }
        }
        assert_eq!(space.next_chunk, space.sampled_from);
        let all = space.used.len();
        while space.take_used(CHUNK_WORDS, cells, true).is_some_and(|run| space.is_sampled(run)) {}
        assert!(!space.used.is_empty() && space.used.len() < all);
        assert!(space.used.iter().all(|(_, run)| !space.is_sampled(*run)));
    }
}
