//! Label values in words, and hashes of label values.
//!
//! A value is a header word and words of eight bytes:
//!
//! ```text
//!  header   63 ...... 24 | 23    | 22 ... 0
//!           first 5 bytes| plain | length
//! ```
//!
//! so that `GET` or `200` is one word, compared by one instruction. `plain` says that no byte is
//! escaped in text formats; comparisons leave it out. Words are atomics because a value's place is
//! used again while a slow reader may still be comparing.

use super::super::sync::{AtomicU64, Ordering};
use crate::label::{LabelVisitor, needs_escape};

/// Bytes in the header.
const HEAD: usize = 5;
const LENGTH_BITS: u32 = 23;
const PLAIN: u64 = 1 << LENGTH_BITS;
const HEAD_SHIFT: u32 = 24;

/// Longest value that is kept: 8 MiB.
pub(super) const MAX_LENGTH: usize = (1 << LENGTH_BITS) - 1;

/// Words that a value of so many bytes takes.
pub(super) const fn words(length: usize) -> usize {
    1 + length.saturating_sub(HEAD).div_ceil(8)
}

/// Fewer than eight bytes, as a number.
#[inline(always)]
fn short(bytes: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        u64::from(first) | u64::from(last) << (8 * (bytes.len() - 4))
    } else if let [first, ..] = bytes {
        let n = bytes.len();
        u64::from(*first)
            | u64::from(bytes[n / 2]) << (8 * (n / 2))
            | u64::from(bytes[n - 1]) << (8 * (n - 1))
    } else {
        0
    }
}

/// The first eight bytes, if there are as many.
#[inline(always)]
fn first8(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk::<8>().map(|chunk| u64::from_le_bytes(*chunk))
}

#[inline(always)]
fn last8(bytes: &[u8]) -> Option<u64> {
    bytes.last_chunk::<8>().map(|chunk| u64::from_le_bytes(*chunk))
}

#[inline(always)]
fn header(bytes: &[u8]) -> u64 {
    let head = match first8(bytes) {
        Some(head) => head,
        None => short(bytes),
    };
    head << HEAD_SHIFT | bytes.len() as u64
}

/// The words behind the header. A value of up to five bytes has none.
#[inline(always)]
fn tail(bytes: &[u8]) -> Tail<'_> {
    Tail { rest: bytes.get(HEAD..).unwrap_or_default(), bytes }
}

#[derive(Clone, Copy)]
struct Tail<'a> {
    rest: &'a [u8],
    bytes: &'a [u8],
}

impl Iterator for Tail<'_> {
    type Item = u64;

    #[inline(always)]
    fn next(&mut self) -> Option<u64> {
        if let Some((word, rest)) = self.rest.split_first_chunk::<8>() {
            self.rest = rest;
            return Some(u64::from_le_bytes(*word));
        }
        if self.rest.is_empty() {
            return None;
        }
        let word = match last8(self.bytes) {
            Some(last) => last >> (8 * (8 - self.rest.len())),
            None => short(self.rest),
        };
        self.rest = &[];
        Some(word)
    }
}

/// Whether a value may begin with this header. The words may change meanwhile; then the answer means
/// nothing, here and in [`tail_equals`].
#[inline(always)]
pub(super) fn head_equals(words: &[AtomicU64], header: u64) -> bool {
    // Ordering: Relaxed - the caller validates what it read by the record's generation.
    words.first().is_some_and(|word| (word.load(Ordering::Relaxed) ^ header) & !PLAIN == 0)
}

/// Whether a value whose header is that of `bytes` is `bytes`.
#[inline(always)]
pub(super) fn tail_equals(words: &[AtomicU64], bytes: &[u8]) -> bool {
    if bytes.len() <= HEAD {
        return true;
    }
    let Some((_, mut kept)) = words.split_first() else { return false };
    let mut rest = &bytes[HEAD..];
    while let Some((word, after)) = rest.split_first_chunk::<8>() {
        let Some((first, others)) = kept.split_first() else { return false };
        if first.load(Ordering::Relaxed) != u64::from_le_bytes(*word) {
            return false;
        }
        (kept, rest) = (others, after);
    }
    if rest.is_empty() {
        return true;
    }
    let last = match last8(bytes) {
        Some(last) => last >> (8 * (8 - rest.len())),
        None => short(rest),
    };
    kept.first().is_some_and(|kept| kept.load(Ordering::Relaxed) == last)
}

/// Whether the value at the beginning of `words` is `bytes`.
pub(super) fn equals(words: &[AtomicU64], bytes: &[u8]) -> bool {
    head_equals(words, header(bytes)) && tail_equals(words, bytes)
}

/// Writer: writes a value.
pub(super) fn write(words: &[AtomicU64], bytes: &[u8]) {
    let plain = if bytes.iter().any(|byte| needs_escape(*byte)) { 0 } else { PLAIN };
    words[0].store(header(bytes) | plain, Ordering::Relaxed);
    for (kept, word) in words[1..].iter().zip(tail(bytes)) {
        kept.store(word, Ordering::Relaxed);
    }
}

/// The length of a value.
pub(super) fn length(words: &[AtomicU64]) -> usize {
    let header = words.first().map_or(0, |word| word.load(Ordering::Relaxed));
    (header & MAX_LENGTH as u64) as usize
}

/// Copies a value to the beginning of `out`, as much of it as there is room for, and says how long it is
/// and whether it is plain. Up to seven bytes more are written.
#[inline(always)]
pub(super) fn copy(words: &[AtomicU64], out: &mut [u8]) -> (usize, bool) {
    let Some((header, mut kept)) = words.split_first() else { return (0, true) };
    let header = header.load(Ordering::Relaxed);
    let length = (header & MAX_LENGTH as u64) as usize;
    let shape = (length, header & PLAIN != 0);
    if let Some(head) = out.first_chunk_mut::<8>() {
        *head = (header >> HEAD_SHIFT).to_le_bytes();
    }
    let mut left = length;
    let mut rest = out.get_mut(HEAD..).unwrap_or_default();
    while left > HEAD {
        let (Some((word, others)), Some((place, after))) =
            (kept.split_first(), rest.split_first_chunk_mut::<8>())
        else {
            break;
        };
        *place = word.load(Ordering::Relaxed).to_le_bytes();
        (kept, rest) = (others, after);
        left = left.saturating_sub(8);
    }
    shape
}

/// Keys of the hash, random per family: label values come from outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seed(pub(super) u64, pub(super) u64);

impl Seed {
    pub(super) fn random() -> Self {
        use std::hash::{BuildHasher, RandomState};
        let state = RandomState::new();
        Self(state.hash_one(1_u8), state.hash_one(2_u8) | 1)
    }
}

/// The full product of two words, folded: the mixing step of wyhash and its kin.
#[inline(always)]
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}

/// How many headers are kept between hashing and comparing.
const HEADERS: usize = 8;

/// The hash of a label set, value by value, and the headers of the first values.
#[derive(Clone, Copy, Debug)]
pub(super) struct LabelHasher {
    seed: Seed,
    hash: u64,
    /// Turned for each value, so that the values' hashes do not wait for one another.
    key: u64,
    headers: [u64; HEADERS],
    values: usize,
}

impl LabelHasher {
    #[inline(always)]
    pub(super) fn new(seed: Seed) -> Self {
        Self { seed, hash: 0, key: seed.0, headers: [0; HEADERS], values: 0 }
    }

    #[inline(always)]
    fn add(&mut self, value: &[u8]) {
        let header = header(value);
        if let Some(place) = self.headers.get_mut(self.values) {
            *place = header;
        }
        self.values += 1;
        self.hash = self.hash.rotate_left(23) ^ hash(self.seed, self.key, header, value);
        self.key = self.key.rotate_left(17);
    }

    /// All 64 bits are good; linear probing needs a full finaliser.
    #[inline(always)]
    pub(super) fn finish(&self) -> u64 {
        fold(self.hash ^ self.seed.0, self.seed.1)
    }

    /// The header of value `i`, which is `value`.
    #[inline(always)]
    pub(super) fn header(&self, i: usize, value: &[u8]) -> u64 {
        self.headers.get(i).map_or_else(|| header(value), |header| *header)
    }
}

impl LabelVisitor for LabelHasher {
    #[inline(always)]
    fn value(&mut self, value: &str) {
        self.add(value.as_bytes());
    }
}

/// The hash of one value on its own.
pub(super) fn hash_value(seed: Seed, value: &[u8]) -> u64 {
    hash(seed, seed.0, header(value), value)
}

#[inline(always)]
fn hash(seed: Seed, key: u64, header: u64, value: &[u8]) -> u64 {
    let n = value.len();
    if n <= HEAD {
        return fold(header ^ key, seed.1);
    }
    let key = key ^ (n as u64).rotate_left(56);
    let (Some(first), Some(last)) = (first8(value), last8(value)) else {
        return fold(short(value) ^ key, seed.1);
    };
    if n <= 16 {
        return fold(first ^ key, last ^ seed.1);
    }
    let mut key = key;
    let mut rest = value;
    while let Some((two, after)) = rest.split_first_chunk::<16>() {
        if after.is_empty() {
            break;
        }
        key = fold(first8(two).unwrap_or(0) ^ key, last8(two).unwrap_or(0) ^ seed.1);
        rest = after;
    }
    let before = value.last_chunk::<16>().and_then(|two| first8(two)).unwrap_or(0);
    fold(before ^ key, last ^ seed.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words_of(bytes: &[u8]) -> Vec<AtomicU64> {
        let words: Vec<AtomicU64> =
            (0..words(bytes.len())).map(|_| AtomicU64::new(u64::MAX)).collect();
        write(&words, bytes);
        words
    }

    fn copied(words: &[AtomicU64]) -> Vec<u8> {
        let mut out = vec![0; length(words) + 8];
        let (length, _) = copy(words, &mut out);
        out.truncate(length);
        out
    }

    proptest! {
        #[test]
        fn values_come_back_and_equal_only_themselves(a in ".{0,40}", b in ".{0,40}") {
            let words = words_of(a.as_bytes());
            prop_assert_eq!(copied(&words), a.as_bytes());
            prop_assert!(equals(&words, a.as_bytes()));
            prop_assert_eq!(equals(&words, b.as_bytes()), a == b);
            prop_assert_eq!(copy(&words, &mut []).1, !a.contains(['\\', '"', '\n']));
        }

        #[test]
        fn one_changed_byte_changes_equality_and_hash(
            mut bytes in proptest::collection::vec(any::<u8>(), 1..64), at: prop::sample::Index, flip in 1_u8..,
        ) {
            let seed = Seed(0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7345);
            let words = words_of(&bytes);
            let before = hash_value(seed, &bytes);
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(!equals(&words, &bytes));
            prop_assert_ne!(hash_value(seed, &bytes), before);
        }
    }

    #[test]
    fn the_same_values_in_other_places_hash_differently() {
        let seed = Seed::random();
        let of = |values: &[&str]| {
            let mut hasher = LabelHasher::new(seed);
            values.iter().for_each(|value| hasher.value(value));
            hasher.finish()
        };
        assert_ne!(of(&["a", "b"]), of(&["b", "a"]));
        assert_ne!(of(&["ab", ""]), of(&["a", "b"]));
        assert_ne!(of(&["", "ab"]), of(&["ab", ""]));
    }
}
