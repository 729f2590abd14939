//! What native histograms of a profile are like, and where in an area what is kept.

use super::super::area::{Area, Handle};
use super::super::buckets::Search;
use super::super::exponential::{self, COARSEST};
use super::super::page::Entry;
use super::super::sync::Ordering;
use super::labels::{Bucket, Label};
use crate::storage::area::CHUNK_WORDS;

/// Words of the smallest area.
pub(in crate::storage) const LEAST: usize = if cfg!(loom) { CHUNK_WORDS } else { 64 };
/// Words of a block before its counts.
pub(super) const HEADER: usize = 4;

/// Words at the end of a series' own area.
const STATE: usize = 6;
/// The last stage, as an entry; 0 as long as it is the first.
pub(super) const STAGE: usize = 0;
/// How far the zero bucket reaches.
pub(super) const ZERO: usize = 1;
/// In the shared slab: 1 if buckets have to be counted.
pub(super) const DUE: usize = 2;
/// In a thread's slab: the table of its stage.
pub(super) const TABLE: usize = 2;
/// In the shared slab: 1 if there are still too many buckets, of which the next observation makes fewer.
pub(super) const OVER: usize = 3;
/// In the shared slab: when the series began, or was reset.
pub(super) const SINCE: usize = 4;

/// So many labels leave room to find them in the largest table: three quarters of it, less a few.
pub(crate) const MOST_BUCKETS: usize = 360;
/// Buckets that there may be at the coarsest schema, whatever the limit is.
const COARSEST_BUCKETS: usize = 268;

/// What native histograms of a profile are like.
#[derive(Debug)]
pub(crate) struct Native {
    /// Classic buckets, which may be none but that of `+Inf`.
    pub(crate) classic: Search,
    /// The schema that a histogram begins with.
    pub(crate) schema: i32,
    /// How far the zero bucket reaches at first.
    pub(crate) zero: f64,
    /// How far it may reach to make buckets fewer.
    pub(crate) most_zero: f64,
    pub(crate) most_buckets: usize,
    /// Nanoseconds from a reset to the next at least; 0 for no resets.
    pub(crate) reset_after: u64,
    /// Words of an area.
    pub(in crate::storage) words: usize,
}

impl Native {
    /// With the least area that has a word for each classic bucket, which [exemplars](super::super::exemplars)
    /// need.
    pub(crate) fn new(
        classic: Search,
        schema: i32,
        zero: [f64; 2],
        most_buckets: usize,
        reset_after: u64,
    ) -> Self {
        let words = classic.buckets().next_power_of_two().max(LEAST);
        let [zero, most_zero] = zero;
        Self { classic, schema, zero, most_zero, most_buckets, reset_after, words }
    }

    /// Whether a histogram with so many classic bounds and so many native buckets fits its tables.
    pub(crate) fn fits(bounds: usize, most_buckets: usize) -> bool {
        bounds + most_buckets.max(if bounds > 0 { COARSEST_BUCKETS } else { 0 }) <= MOST_BUCKETS
    }

    pub(in crate::storage) fn same(&self, other: &Self) -> bool {
        self.classic.bounds() == other.classic.bounds()
            && (self.schema, self.most_buckets, self.reset_after)
                == (other.schema, other.most_buckets, other.reset_after)
            && self.zero == other.zero
            && self.most_zero == other.most_zero
    }

    /// The word of the state.
    #[inline(always)]
    pub(in crate::storage) const fn state(&self, word: usize) -> usize {
        self.words - STATE + word
    }

    /// The table of the first stage.
    pub(super) fn table(&self) -> Table {
        let places = (self.words - STATE - HEADER) / 2;
        Table::new(HEADER + places, places, self.schema)
    }

    /// Before a life begins.
    pub(in crate::storage) fn prepare(&self, shared: Area<'_>, now: u64) {
        // Ordering: Relaxed - whoever has the handle of this life got it behind this.
        shared.word(self.state(ZERO)).store(self.zero.to_bits(), Ordering::Relaxed);
        shared.word(self.state(SINCE)).store(now, Ordering::Relaxed);
    }

    #[inline(always)]
    pub(super) fn label(&self, value: f64, schema: i32, zero: f64) -> Label {
        let classic = if self.classic.buckets() > 1 { self.classic.find(value) } else { 0 };
        let magnitude = value.abs();
        let native = if magnitude > zero {
            Bucket::Exponential {
                positive: value > 0.0,
                index: exponential::index(magnitude, schema),
            }
        } else if value.is_nan() {
            Bucket::NaN
        } else {
            Bucket::Zero
        };
        Label::new(classic, native)
    }
}

/// Where the labels of a stage are, and of which schema they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::storage) struct Table(u64);

impl Table {
    pub(in crate::storage) const fn new(base: usize, places: usize, schema: i32) -> Self {
        Self((base as u64) << 32 | (places as u64) << 16 | (schema - COARSEST) as u64)
    }

    #[inline(always)]
    pub(super) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(super) const fn to_bits(self) -> u64 {
        self.0
    }

    /// The word of the first label.
    #[inline(always)]
    pub(super) const fn base(self) -> usize {
        (self.0 >> 32) as usize
    }

    /// How many labels there may be.
    #[inline(always)]
    pub(in crate::storage) const fn places(self) -> usize {
        (self.0 >> 16 & 0xffff) as usize
    }

    #[inline(always)]
    pub(super) const fn schema(self) -> i32 {
        (self.0 & 0xff) as i32 + COARSEST
    }
}

/// A stage of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::storage) struct Stage {
    /// That of the series itself, of the first one.
    pub(in crate::storage) area: Handle,
    pub(in crate::storage) words: usize,
    pub(in crate::storage) schema: i32,
}

impl Stage {
    pub(super) fn first(handle: Handle, native: &Native) -> Self {
        Self { area: handle, words: native.words, schema: native.schema }
    }

    /// What an entry says.
    pub(super) fn of(entry: Entry, handle: Handle, native: &Native) -> Self {
        if entry.to_bits() == 0 {
            return Self::first(handle, native);
        }
        let note = entry.page();
        let (words, schema) = (LEAST << (note >> 4), (note & 15) as i32 + COARSEST);
        Self { area: entry.area(), words, schema }
    }

    pub(super) fn entry(self) -> Entry {
        let size = (self.words / LEAST).ilog2();
        Entry::new(size << 4 | (self.schema - COARSEST) as u32, self.area)
    }

    pub(in crate::storage) fn table(self, handle: Handle, native: &Native) -> Table {
        if self.area == handle {
            native.table()
        } else {
            Table::new(HEADER, self.words - HEADER, self.schema)
        }
    }
}
