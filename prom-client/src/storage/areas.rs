//! The areas of one owner, used for the first time and again.

use super::area::CHUNK_WORDS;
use super::class::Class;
use super::space::{self, Run, UNIT_WORDS};

/// Hands out areas of one class, one after the other, from runs that double in size up to a chunk. Gives
/// the runs back when dropped; by then all lives must have ended.
#[derive(Debug)]
pub(crate) struct Areas {
    class: Class,
    runs: Vec<Run>,
    /// Words of an area, once there is a run.
    words: u32,
    /// The rest of the last run.
    next: u32,
    end: u32,
}

impl Areas {
    pub(crate) const fn new(class: Class) -> Self {
        Self { class, runs: Vec::new(), words: 0, next: 0, end: 0 }
    }

    pub(crate) fn class(&self) -> Class {
        self.class
    }

    /// Where the areas are: each run within a chunk.
    pub(crate) fn runs(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter()
    }

    /// The slot of the next area. `None` when the slot space is used up.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<u32> {
        if self.next == self.end {
            self.take_run()?;
        }
        let slot = self.next;
        self.next += self.words;
        Some(slot)
    }

    /// Takes back what was taken last, of which no life began. Not twice.
    pub(crate) fn take_back(&mut self) {
        self.next -= self.words;
    }

    #[cold]
    fn take_run(&mut self) -> Option<()> {
        let owned: usize = self.runs.iter().map(|run| run.words).sum();
        let area = self.class.words();
        let words = owned.next_power_of_two().clamp(UNIT_WORDS.max(area), CHUNK_WORDS);
        let run = space::allocate(words, self.class)?;
        (self.next, self.end, self.words) = (run.slot, run.slot + words as u32, area as u32);
        self.runs.push(run);
        Some(())
    }
}

impl Drop for Areas {
    fn drop(&mut self) {
        for run in self.runs.drain(..) {
            space::give_back(run, self.class);
        }
    }
}

/// Areas whose life is over, and those among them that nobody writes to any more.
///
/// A writer that was stopped between its check of the generation and its write announces the slot in a
/// hazard word. Scanning those words looks at every slab, so it is done for many areas at a time.
#[derive(Debug)]
pub(crate) struct Recycler {
    /// Names of areas, as their owner knows them.
    ended: Vec<u32>,
    clear: Vec<u32>,
}

/// How many ended areas are worth a scan.
const SCAN: usize = 64;

impl Recycler {
    pub(crate) const fn new() -> Self {
        Self { ended: Vec::new(), clear: Vec::new() }
    }

    pub(crate) fn push(&mut self, name: u32) {
        self.ended.push(name);
    }

    /// An area to use again, if there is one; `areas` is how many the owner has in all, and says when a
    /// scan is worth it: then unused areas stay a small share.
    pub(crate) fn pop(&mut self, areas: usize, slot_of: impl Fn(u32) -> u32) -> Option<u32> {
        if self.clear.is_empty() && self.ended.len() >= SCAN.min(areas / 8).max(1) {
            let hazards = space::hazards();
            let clear = &mut self.clear;
            self.ended.retain(|name| {
                let busy = hazards.contains(&slot_of(*name));
                if !busy {
                    clear.push(*name);
                }
                busy
            });
        }
        self.clear.pop()
    }
}
