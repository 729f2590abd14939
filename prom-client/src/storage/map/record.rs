//! One series of a family: its life, its labels, its area.
//!
//! # Problem
//! A look-up compares the labels of a record while the record may be removed and used again for
//! another series. It must never accept a mixture, and never hold anything up.
//!
//! # Protocol
//! A record is `[life, start, values ..]`. Its life is the handle of its area: slot, and generation.
//! *Look-up*: life; values; fence; life again: its generation odd and the same, or it was nothing.
//! *Insert* writes values, then the life. *Remove* writes the next generation.
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | insert, `life` | Release | look-up and scrape, Acquire | values, slot, the area's words |
//! | insert, fence before the first write | Release | look-up and scrape, fence Acquire | who reads a byte of the next series sees that the last one is over |
//!
//! # Verified by
//! `models::record`: look-ups and a scrape beside removal and reuse; each named weakening fails.

use super::super::area::Handle;
use super::super::sync::{AtomicU64, Ordering, fence};
use super::value::Value;

const LIFE: usize = 0;
const START: usize = 1;
const VALUES: usize = 2;

/// In the word of the start, which is a number of nanoseconds below it until the year 2262: the record
/// is in the queue of the order.
const QUEUED: u64 = 1 << 63;

/// Words of a record with so many labels.
pub(crate) const fn words(labels: usize) -> usize {
    VALUES + labels
}

/// A record's words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a>(&'a [AtomicU64]);

impl<'a> Record<'a> {
    /// The record at the beginning of `words`, if they are a record's.
    #[inline(always)]
    pub(crate) fn new(words: &'a [AtomicU64]) -> Option<Self> {
        (words.len() >= VALUES).then_some(Self(words))
    }

    /// The life it is in, or, with an even generation, the time between two. The slot stays the same.
    #[inline(always)]
    pub(crate) fn life(self) -> Handle {
        // Ordering: Acquire - pairs with `publish`.
        Handle::from_bits(self.0[LIFE].load(Ordering::Acquire))
    }

    /// Whether all that was read since [`life`](Self::life) belongs to that life.
    #[inline(always)]
    pub(crate) fn is_still(self, life: Handle) -> bool {
        // Ordering: Acquire - pairs with the fence in `open`.
        fence(Ordering::Acquire);
        self.0[LIFE].load(Ordering::Relaxed) == life.to_bits()
    }

    /// Value `i`.
    #[inline(always)]
    pub(crate) fn value(self, i: usize) -> Option<Value> {
        // Ordering: Relaxed - validated by the life.
        self.0.get(VALUES + i).map(|word| Value::from_bits(word.load(Ordering::Relaxed)))
    }

    /// When its life began, in nanoseconds since the Unix epoch.
    pub(crate) fn start(self) -> u64 {
        self.0[START].load(Ordering::Relaxed) & !QUEUED
    }

    /// Writer: takes it for queued, or not any more. `true` if that is new.
    pub(crate) fn set_queued(self, queued: bool) -> bool {
        let start = self.0[START].load(Ordering::Relaxed);
        let next = if queued { start | QUEUED } else { start & !QUEUED };
        self.0[START].store(next, Ordering::Relaxed);
        next != start
    }

    /// Writer: binds a new record to its area.
    pub(crate) fn bind(self, slot: u32) {
        self.0[LIFE].store(Handle { slot, generation: 0 }.to_bits(), Ordering::Relaxed);
    }

    /// Writer: begins to write the labels of a new life; values are written behind this.
    pub(crate) fn open() {
        // Ordering: Release - orders every removal before, also another thread's by the writer's lock,
        // before the words written from here on.
        fence(Ordering::Release);
    }

    /// Writer.
    pub(crate) fn set_value(self, i: usize, value: Value) {
        if let Some(word) = self.0.get(VALUES + i) {
            word.store(value.to_bits(), Ordering::Relaxed);
        }
    }

    /// Writer.
    pub(crate) fn set_start(self, start: u64) {
        let queued = self.0[START].load(Ordering::Relaxed) & QUEUED;
        self.0[START].store(start & !QUEUED | queued, Ordering::Relaxed);
    }

    /// Writer: from here on the record is found.
    pub(crate) fn publish(self, life: Handle) {
        self.0[LIFE].store(life.to_bits(), Ordering::Release);
    }

    /// Writer: from here on it is not.
    pub(crate) fn retire(self, life: Handle) {
        let over = Handle { generation: life.generation + 1, ..life };
        // Ordering: Relaxed - whatever is written over it is ordered behind by `open`.
        self.0[LIFE].store(over.to_bits(), Ordering::Relaxed);
    }
}

/// Whether a generation is one of a life rather than of the time between two.
pub(crate) const fn is_alive(generation: u32) -> bool {
    generation & 1 == 1
}
