//! Arrays that grow and never move.
//!
//! A long block is made before it is needed, while the last part of the one before is used up, so that nobody
//! who creates a series stops to zero megabytes.
//!
//! Blocks are published by `OnceLock`. That a reader finds the block of an address, and what was written
//! there, is up to who publishes the address: `models::index` has that.

use super::super::sync::{OnceLock, array};
use super::super::zeroed::{self, Pending, Zeroed};
use super::Address;

/// Words of the first block; each block is twice as long as the one before.
const FIRST: usize = if cfg!(loom) { 8 } else { 64 };
/// Bits of an address for the place within a block.
const OFFSET_BITS: u32 = if cfg!(loom) { 30 } else { 27 };
/// Words of the longest block.
const LONGEST: usize = 1 << OFFSET_BITS;
/// A block of so many words is not made at once, by whoever happens to need it, but before.
const LONG: usize = 1 << 12;
/// The next block is made while the last part of so many is used up.
const EARLY: usize = 16;
/// Blocks: as many as the rest of an address can number, so that finding one needs no check.
const BLOCKS: usize = 1 << (32 - OFFSET_BITS);

/// Words in blocks that double. Blocks are added under the writer's lock and stay where they are, so
/// readers need none: a reader has an address only from a word that was published after the block.
#[derive(Debug)]
pub(crate) struct Growing<T> {
    blocks: [OnceLock<Box<[T]>>; BLOCKS],
}

/// Where the writer goes on.
#[derive(Debug)]
pub(crate) struct Room<T> {
    end: End,
    /// In the last block, up to where nothing has to be made; 0 before it is there.
    easy: u32,
    /// The next block, made before it is needed.
    next: Option<Pending<T>>,
}

/// The end of what is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct End {
    block: u32,
    offset: u32,
}

impl<T: Zeroed> Growing<T> {
    pub(crate) fn new() -> Self {
        Self { blocks: array![OnceLock::new(); BLOCKS] }
    }

    /// All words from an address to the end of its block; none if there is no such block.
    #[inline(always)]
    pub(crate) fn from(&self, at: Address) -> &[T] {
        let offset = (at & ((1 << OFFSET_BITS) - 1)) as usize;
        match self.blocks[(at >> OFFSET_BITS) as usize].get() {
            Some(block) => block.get(offset..).unwrap_or_default(),
            None => &[],
        }
    }

    /// Writer: room for `words` more, within one block. `None` when there is none left.
    #[inline]
    pub(crate) fn push(&self, room: &mut Room<T>, words: usize) -> Option<Address> {
        let (start, end) = (room.end.offset, room.end.offset + words as u32);
        if end > room.easy {
            return self.push_on(room, words);
        }
        room.end.offset = end;
        Some(room.end.block << OFFSET_BITS | start)
    }

    /// Where a block has to be made, or some of one.
    #[cold]
    fn push_on(&self, room: &mut Room<T>, words: usize) -> Option<Address> {
        loop {
            let Room { end, easy, next } = room;
            let len = FIRST.checked_shl(end.block).filter(|len| *len <= LONGEST)?;
            if end.offset as usize + words <= len {
                self.blocks[end.block as usize].get_or_init(|| match next.take() {
                    Some(next) if next.len() == len => next.finish(),
                    _ => zeroed::slice(len),
                });
                let at = end.block << OFFSET_BITS | end.offset;
                end.offset += words as u32;
                *easy = len as u32;
                if (LONG..LONGEST).contains(&len) {
                    *easy -= (len / EARLY) as u32;
                    if end.offset >= *easy {
                        room.prepare(2 * len, words);
                    }
                }
                return Some(at);
            }
            (end.block, end.offset) = (end.block + 1, 0);
            // There may be no such block.
            *easy = 0;
        }
    }
}

impl<T> Room<T> {
    /// The end of what is used.
    pub(super) const fn end(&self) -> End {
        self.end
    }
}

impl<T: Zeroed> Room<T> {
    /// Goes on making the next block, which is twice as long as this one.
    #[cold]
    fn prepare(&mut self, len: usize, words: usize) {
        let next = self.next.get_or_insert_with(|| Pending::new(len));
        next.advance(2 * EARLY * words);
    }
}

impl<T> Default for Room<T> {
    fn default() -> Self {
        Self { end: End::default(), easy: 0, next: None }
    }
}

impl End {
    /// The address of the next `stride` words that were pushed between this and `end`, where this is
    /// then behind them; everything that was pushed must have that length.
    pub(super) fn take(&mut self, end: Self, stride: usize) -> Option<Address> {
        while *self < end {
            if self.offset as usize + stride <= FIRST << self.block {
                let at = self.block << OFFSET_BITS | self.offset;
                self.offset += stride as u32;
                return Some(at);
            }
            *self = Self { block: self.block + 1, offset: 0 };
        }
        None
    }

    /// Whether what is at this address was pushed before.
    pub(super) const fn is_behind(self, at: Address) -> bool {
        let (block, offset) = (at >> OFFSET_BITS, at & ((1 << OFFSET_BITS) - 1));
        block < self.block || block == self.block && offset < self.offset
    }
}

/// The addresses of all of `stride` words that were pushed before `end`, if all have that length.
pub(crate) fn addresses(end: End, stride: usize) -> impl Iterator<Item = Address> {
    let mut next = End::default();
    std::iter::from_fn(move || next.take(end, stride))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_each_word_once_and_are_found_again() {
        let words: Growing<std::sync::atomic::AtomicU64> = Growing::new();
        let mut room = Room::default();
        let pushed: Vec<Address> = (0..10_000).map(|_| words.push(&mut room, 7).unwrap()).collect();
        let end = room.end();
        for (i, at) in pushed.iter().enumerate() {
            words.from(*at)[6].store(i as u64, std::sync::atomic::Ordering::Relaxed);
        }
        for (i, at) in pushed.iter().enumerate() {
            assert_eq!(words.from(*at)[6].load(std::sync::atomic::Ordering::Relaxed), i as u64);
        }
        assert_eq!(addresses(end, 7).collect::<Vec<_>>(), pushed);
        let mut next = End::default();
        for at in pushed {
            assert!(!next.is_behind(at));
            assert_eq!(next.take(end, 7), Some(at));
            assert!(next.is_behind(at));
        }
        assert_eq!(next, end);
        assert!(words.from(21 << OFFSET_BITS).is_empty());
        assert!(words.from(u32::MAX).is_empty());
    }

    #[test]
    fn what_is_full_stays_full() {
        let words: Growing<std::sync::atomic::AtomicU64> = Growing::new();
        let longest = LONGEST.ilog2() - FIRST.ilog2();
        let end = End { block: longest, offset: LONGEST as u32 };
        let mut room = Room { end, easy: LONGEST as u32, next: None };
        for _ in 0..3 {
            assert_eq!(words.push(&mut room, 1), None);
        }
    }
}
