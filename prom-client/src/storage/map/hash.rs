//! Hashes of label values.

use super::value::Value;
use crate::label::LabelVisitor;

/// Keys of the hash, random per family: label values come from outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seed(u64, u64);

impl Seed {
    /// Always the same.
    const FIXED: Self = Self(0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7345);

    pub(super) fn random() -> Self {
        use std::hash::{BuildHasher, RandomState};
        // A model makes the same schedules again and again.
        if cfg!(loom) {
            return Self::FIXED;
        }
        let state = RandomState::new();
        Self(state.hash_one(1_u8), state.hash_one(2_u8) | 1)
    }
}

/// How many values are kept between hashing and comparing.
const LOOKS: usize = 8;

/// The hash of a label set, value by value, and what the first values are compared by.
#[derive(Clone, Copy, Debug)]
pub(super) struct LabelHasher {
    seed: Seed,
    hash: u64,
    /// Turned for each value, so that the values' hashes do not wait for one another.
    key: u64,
    looks: [Value; LOOKS],
    values: usize,
}

impl LabelHasher {
    #[inline(always)]
    pub(super) fn new(seed: Seed) -> Self {
        Self { seed, hash: 0, key: seed.0, looks: [Value::NONE; LOOKS], values: 0 }
    }

    #[inline(always)]
    pub(super) fn add(&mut self, value: &[u8]) {
        let look = Value::look(value);
        if let Some(place) = self.looks.get_mut(self.values) {
            *place = look;
        }
        self.values += 1;
        self.hash = self.hash.rotate_left(23) ^ hash(self.seed, self.key, look, value);
        self.key = self.key.rotate_left(17);
    }

    /// All 64 bits are good; linear probing needs a full finaliser.
    #[inline(always)]
    pub(super) fn finish(&self) -> u64 {
        fold(self.hash ^ self.seed.0, self.seed.1)
    }

    /// What value `i`, which is `value`, is compared by.
    #[inline(always)]
    pub(super) fn look(&self, i: usize, value: &[u8]) -> Value {
        self.looks.get(i).map_or_else(|| Value::look(value), |look| *look)
    }
}

impl LabelVisitor for LabelHasher {
    #[inline(always)]
    fn value(&mut self, value: &str) {
        self.add(value.as_bytes());
    }
}

/// The hash of one value on its own: all 64 bits are good.
pub(super) fn hash_value(seed: Seed, value: &[u8]) -> u64 {
    hash(seed, seed.0, Value::look(value), value)
}

/// The full product of two words, folded: the mixing step of wyhash and its kin.
#[inline(always)]
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}

/// As wyhash has it: sixteen bytes at a time, and the last sixteen, which may overlap.
#[inline(always)]
fn hash(seed: Seed, key: u64, look: Value, value: &[u8]) -> u64 {
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let last = value.last_chunk::<8>();
    if last.is_none() {
        return fold(look.to_bits() ^ key, seed.1);
    }
    let (mut key, mut rest) = (key ^ (value.len() as u64).rotate_left(56), value);
    while let Some((two, after)) =
        rest.split_first_chunk::<16>().filter(|(_, after)| !after.is_empty())
    {
        key = fold(word(two.first_chunk()) ^ key, word(two.last_chunk()) ^ seed.1);
        rest = after;
    }
    let before = match value.last_chunk::<16>() {
        Some(two) => two.first_chunk(),
        None => value.first_chunk(),
    };
    fold(word(before) ^ key, word(last) ^ seed.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn one_changed_byte_changes_the_hash(
            mut bytes in proptest::collection::vec(any::<u8>(), 1..64), at: prop::sample::Index, flip in 1_u8..,
        ) {
            let seed = Seed::FIXED;
            let before = hash_value(seed, &bytes);
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
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
        assert_ne!(of(&["a", "a"]), of(&["b", "b"]));
    }
}
