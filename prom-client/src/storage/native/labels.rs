//! Which bucket a place of a block counts: labels that are put into a table and stay.
//!
//! # Problem
//! Any thread may bring a value of a bucket that has no place yet. All threads must give it the same place, at
//! once and without waiting; and a thread that comes late, for a series that was removed, must not take a
//! place from the series that took its area.
//!
//! # Protocol
//! A table is an array of words in a shared area, searched by open addressing. A word is `generation <<
//! 32 | label`. One with an earlier generation, or 0, is free.
//!
//! * **Find** goes from place to place until it meets the label or a free word.
//! * **Insert** does so too, and puts the label into the free word by a compare-and-swap. If another thread was
//!   faster, it looks at that word again: it may be the very label. A word of a later generation says that
//!   the life is over.
//!
//! A label is never taken out in its life, so that what is found stays true. A late insertion writes an earlier
//! generation: such a word is free, so that nobody is misled, and what was counted there goes nowhere.
//!
//! # Orderings
//! All Relaxed. A label is one word and publishes nothing else. Who reads a count reads it with Acquire, behind the
//! Release of an observer who had seen the label: so the reader sees the label.
//!
//! # Progress and cost
//! Labels of neighbouring buckets are spread evenly, so in a table that is at most three quarters full a search
//! takes one or two words. An insertion is one compare-and-swap more; a lost one is another thread's progress.
//!
//! # Verified by
//! `models::native`; each named weakening fails.

use super::super::area::Area;
use super::super::sync::Ordering;
use super::layout::Table;

/// The native bucket of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::storage) enum Bucket {
    Zero,
    /// None: it is counted all the same.
    NaN,
    /// By its sign, and by the index of its magnitude.
    Exponential {
        positive: bool,
        index: i32,
    },
}

/// The native bucket and the classic bucket of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::storage) struct Label(u32);

const INDEX_BITS: u32 = 20;
const INDEX_MASK: u32 = (1 << INDEX_BITS) - 1;
/// What the field of the index has for index 0.
const INDEX_ZERO: i32 = 1 << (INDEX_BITS - 1);
const CLASSIC_SHIFT: u32 = INDEX_BITS + 2;

const POSITIVE: u32 = 0;
const NEGATIVE: u32 = 1;
const ZERO: u32 = 2;
const NAN: u32 = 3;

impl Label {
    #[inline(always)]
    pub(in crate::storage) const fn new(classic: usize, native: Bucket) -> Self {
        let (kind, index) = match native {
            Bucket::Exponential { positive: true, index } => (POSITIVE, index),
            Bucket::Exponential { positive: false, index } => (NEGATIVE, index),
            Bucket::Zero => (ZERO, 0),
            Bucket::NaN => (NAN, 0),
        };
        let index = (index + INDEX_ZERO) as u32 & INDEX_MASK;
        Self((classic as u32) << CLASSIC_SHIFT | kind << INDEX_BITS | index)
    }

    /// The number of the classic bucket.
    pub(super) const fn classic(self) -> usize {
        (self.0 >> CLASSIC_SHIFT) as usize
    }

    pub(super) const fn native(self) -> Bucket {
        let index = (self.0 & INDEX_MASK) as i32 - INDEX_ZERO;
        match self.0 >> INDEX_BITS & 3 {
            ZERO => Bucket::Zero,
            NAN => Bucket::NaN,
            kind => Bucket::Exponential { positive: kind == POSITIVE, index },
        }
    }

    #[inline(always)]
    const fn word(self, generation: u32) -> u64 {
        (generation as u64) << 32 | self.0 as u64
    }

    /// Where the search begins.
    #[inline(always)]
    pub(in crate::storage) const fn home(self, places: usize) -> usize {
        // 2^32 divided by the golden ratio: multiples of it lie as far apart as can be.
        let spread = self.0.wrapping_mul(0x9e37_79b9);
        ((spread as u64 * places as u64) >> 32) as usize
    }
}

const fn generation_of(word: u64) -> u32 {
    (word >> 32) as u32
}

/// The place of a label.
#[inline(always)]
pub(in crate::storage) fn find(
    area: Area<'_>,
    table: Table,
    generation: u32,
    label: Label,
) -> Option<usize> {
    let (base, places) = (table.base(), table.places());
    let wanted = label.word(generation);
    let mut place = label.home(places);
    for _ in 0..places {
        let word = area.word(base + place).load(Ordering::Relaxed);
        if word == wanted {
            return Some(place);
        }
        if generation_of(word) != generation {
            return None;
        }
        place = if place + 1 == places { 0 } else { place + 1 };
    }
    None
}

/// What became of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::storage) enum Place {
    /// It was there.
    Known(usize),
    /// It is there from now on.
    New(usize),
    /// There is no room.
    Full,
    /// The area's life is over.
    Gone,
}

/// The place of a label, which it gets now if it has none.
pub(in crate::storage) fn insert(
    area: Area<'_>,
    table: Table,
    generation: u32,
    label: Label,
) -> Place {
    let (base, places) = (table.base(), table.places());
    let wanted = label.word(generation);
    let home = label.home(places);
    for place in (home..places).chain(0..home) {
        let word = area.word(base + place);
        let mut seen = word.load(Ordering::Relaxed);
        while generation_of(seen) < generation {
            match word.compare_exchange(seen, wanted, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Place::New(place),
                Err(now) => seen = now,
            }
        }
        if seen == wanted {
            return Place::Known(place);
        }
        if generation_of(seen) > generation {
            return Place::Gone;
        }
    }
    Place::Full
}

/// The labels of a table, each with its place.
pub(in crate::storage) fn all(
    area: Area<'_>,
    table: Table,
    generation: u32,
) -> impl Iterator<Item = (usize, Label)> {
    (0..table.places()).filter_map(move |place| {
        let word = area.word(table.base() + place).load(Ordering::Relaxed);
        (generation_of(word) == generation).then_some((place, Label(word as u32)))
    })
}
