//! Words, and how a handle names them.
//!
//! Every metric has an *area*: a few words at the same place in the shared slab and in each thread's
//! slab. The place is the handle's slot, a word number; slabs are cut into chunks of
//! [`CHUNK_WORDS`], and no area crosses a chunk, so that masking an index is all the bounds checking
//! there is.

use super::sync::AtomicU64;

/// Words per chunk: one page. Models use chunks that fit one area.
pub(crate) const CHUNK_WORDS: usize = if cfg!(loom) { 8 } else { 512 };

/// A page of words, on cache lines of its own so that threads do not share any.
#[derive(Debug)]
#[cfg_attr(loom, derive(Default))]
#[repr(align(128))]
pub(crate) struct Chunk([AtomicU64; CHUNK_WORDS]);

/// The words of one metric in one slab.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area<'a> {
    chunk: &'a Chunk,
    start: usize,
}

impl<'a> Area<'a> {
    #[inline(always)]
    pub(crate) fn new(chunk: &'a Chunk, slot: u32) -> Self {
        Self { chunk, start: slot as usize & (CHUNK_WORDS - 1) }
    }

    /// The same area, by a caller that knows `start` to be a multiple of `ALIGN`, a power of two: then
    /// the compiler knows that words below `ALIGN` need no masking.
    #[inline(always)]
    pub(crate) fn aligned<const ALIGN: usize>(self) -> Self {
        Self { start: self.start & !(ALIGN - 1), ..self }
    }

    /// Word `i` of the area. An index beyond the area is another word of the chunk, never elsewhere.
    #[inline(always)]
    pub(crate) fn word(&self, i: usize) -> &'a AtomicU64 {
        &self.chunk.0[(self.start + i) & (CHUNK_WORDS - 1)]
    }
}

/// Names one life of one area. It pins nothing: when the life is over, updates go nowhere.
///
/// Generations are odd while alive and even between lives. The first one is 3, because the tag of a
/// block is cleared by one while it is asked for a copy, and 0 is the tag of words never used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handle {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
}

/// The first generation that an area is alive in.
pub(crate) const FIRST_GENERATION: u32 = 3;

/// An area whose generation reached this is never used again, so that generations do not wrap: one
/// area lost in 2^31 lives.
pub(crate) const LAST_GENERATION: u32 = u32::MAX - 3;

impl Handle {
    /// A handle of nothing: no area ever has this generation.
    pub(crate) const DEAD: Self = Self { slot: 0, generation: u32::MAX };

    pub(crate) const fn to_bits(self) -> u64 {
        (self.generation as u64) << 32 | self.slot as u64
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self { slot: bits as u32, generation: (bits >> 32) as u32 }
    }
}

/// The generation of the life that follows generation `over`: the next odd one.
pub(crate) const fn next_generation(over: u32) -> u32 {
    if over < FIRST_GENERATION { FIRST_GENERATION } else { (over + 1) | 1 }
}
