//! One series of a family: its life, its labels, its area.
//!
//! # Problem
//! A look-up compares the labels of a record while the record may be removed and used again for
//! another series. It must never accept a mixture, and never hold anything up.
//!
//! # Protocol
//! A record is `[generation, slot, tag, start, start, queued, values ..]`. Its generation is that of
//! its area. *Look-up*: generation; value addresses and values; fence; generation again: odd and the
//! same, or it was nothing. *Insert* writes values, then the generation. *Remove* writes the next
//! generation.
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | insert, `generation` | Release | look-up and scrape, Acquire | values, slot, the area's words |
//! | insert, fence before the first write | Release | look-up and scrape, fence Acquire | who reads a byte of the next series sees that the last one is over |
//!
//! # Verified by
//! `models::record`: look-ups and a scrape beside removal and reuse; each named weakening fails.

use super::super::area::Handle;
use super::super::sync::{AtomicU32, Ordering, fence};

/// A place in the map's memory; see `growing`.
pub(crate) type Address = u32;

const GENERATION: usize = 0;
const SLOT: usize = 1;
const TAG: usize = 2;
const START: usize = 3;
const QUEUED: usize = 5;
const VALUES: usize = 6;

/// Words of a record with so many labels.
pub(crate) const fn words(labels: usize) -> usize {
    VALUES + labels
}

/// A record's words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a>(&'a [AtomicU32]);

impl<'a> Record<'a> {
    /// The record at the beginning of `words`, if they are a record's.
    #[inline(always)]
    pub(crate) fn new(words: &'a [AtomicU32]) -> Option<Self> {
        (words.len() >= VALUES).then_some(Self(words))
    }

    /// The life it is in, alive or not.
    #[inline(always)]
    pub(crate) fn generation(self) -> u32 {
        // Ordering: Acquire - pairs with `publish`.
        self.0[GENERATION].load(Ordering::Acquire)
    }

    /// Whether all that was read since [`generation`](Self::generation) belongs to that life.
    #[inline(always)]
    pub(crate) fn is_still(self, generation: u32) -> bool {
        // Ordering: Acquire - pairs with the fence in `open`.
        fence(Ordering::Acquire);
        self.0[GENERATION].load(Ordering::Relaxed) == generation
    }

    /// The slot of its area: the same for ever.
    #[inline(always)]
    pub(crate) fn slot(self) -> u32 {
        self.0[SLOT].load(Ordering::Relaxed)
    }

    #[inline(always)]
    pub(crate) fn handle(self, generation: u32) -> Handle {
        Handle { slot: self.slot(), generation }
    }

    /// Where value `i` is kept.
    #[inline(always)]
    pub(crate) fn value(self, i: usize) -> Option<Address> {
        // Ordering: Relaxed - validated by the generation.
        self.0.get(VALUES + i).map(|word| word.load(Ordering::Relaxed))
    }

    /// The tag of its index entry.
    pub(crate) fn tag(self) -> u32 {
        self.0[TAG].load(Ordering::Relaxed)
    }

    /// When its life began, in nanoseconds since the Unix epoch.
    pub(crate) fn start(self) -> u64 {
        let half = |i: usize| u64::from(self.0[START + i].load(Ordering::Relaxed));
        half(0) | half(1) << 32
    }

    /// Writer: the link to the next record that is queued, or 0 for none; see `order`.
    pub(crate) fn queued(self) -> u32 {
        self.0[QUEUED].load(Ordering::Relaxed)
    }

    /// Writer.
    pub(crate) fn set_queued(self, link: u32) {
        self.0[QUEUED].store(link, Ordering::Relaxed);
    }

    /// Writer: binds a new record to its area.
    pub(crate) fn bind(self, slot: u32) {
        self.0[SLOT].store(slot, Ordering::Relaxed);
    }

    /// Writer: begins to write the labels of a new life; values are written behind this.
    pub(crate) fn open() {
        // Ordering: Release - orders every removal before, also another thread's by the writer's lock,
        // before the words written from here on.
        fence(Ordering::Release);
    }

    /// Writer.
    pub(crate) fn set_value(self, i: usize, value: Address) {
        if let Some(word) = self.0.get(VALUES + i) {
            word.store(value, Ordering::Relaxed);
        }
    }

    /// Writer.
    pub(crate) fn write(self, tag: u32, start: u64) {
        self.0[TAG].store(tag, Ordering::Relaxed);
        self.0[START].store(start as u32, Ordering::Relaxed);
        self.0[START + 1].store((start >> 32) as u32, Ordering::Relaxed);
    }

    /// Writer: from here on the record is found.
    pub(crate) fn publish(self, generation: u32) {
        self.0[GENERATION].store(generation, Ordering::Release);
    }

    /// Writer: from here on it is not.
    pub(crate) fn retire(self, generation: u32) {
        // Ordering: Relaxed - whatever is written over it is ordered behind by `open`.
        self.0[GENERATION].store(generation + 1, Ordering::Relaxed);
    }
}

/// Whether a generation is one of a life rather than of the time between two.
pub(crate) const fn is_alive(generation: u32) -> bool {
    generation & 1 == 1
}
