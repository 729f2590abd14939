//! Long label values in words.
//!
//! Eight bytes to a word, zeros behind the last. Words are atomics because a value's place is used
//! again while a slow reader may still be comparing; what such a reader sees means nothing, and the
//! record's generation tells it so.

use super::super::sync::{AtomicU64, Ordering};

/// Words of a value of so many bytes.
pub(super) const fn words(length: usize) -> usize {
    length.div_ceil(8)
}

/// The last word of a value that is no multiple of eight bytes long, from eight bytes that overlap with
/// the word before.
#[inline(always)]
fn last(bytes: &[u8], rest: usize) -> u64 {
    match bytes.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last) >> (8 * (8 - rest)),
        None => 0,
    }
}

/// Whether `words` begin with the value `bytes`, which is at least eight bytes long.
#[inline(always)]
pub(super) fn equals(words: &[AtomicU64], bytes: &[u8]) -> bool {
    // Ordering: Relaxed, here and below - the caller validates what it read by the record's generation.
    let (mut kept, mut rest) = (words, bytes);
    while let Some((word, after)) = rest.split_first_chunk::<8>() {
        let Some((first, others)) = kept.split_first() else { return false };
        if first.load(Ordering::Relaxed) != u64::from_le_bytes(*word) {
            return false;
        }
        (kept, rest) = (others, after);
    }
    rest.is_empty()
        || kept.first().is_some_and(|word| word.load(Ordering::Relaxed) == last(bytes, rest.len()))
}

/// Makes a value of at least eight bytes words, as many as it takes.
#[inline]
pub(super) fn render(bytes: &[u8], words: &mut [u64]) {
    let mut rest = bytes;
    for word in words {
        match rest.split_first_chunk::<8>() {
            Some((whole, after)) => (*word, rest) = (u64::from_le_bytes(*whole), after),
            None => *word = last(bytes, rest.len()),
        }
    }
}

/// Whether `kept` begins with the words of a value.
#[inline]
pub(super) fn begins_with(kept: &[AtomicU64], words: &[u64]) -> bool {
    kept.len() >= words.len()
        && kept.iter().zip(words).all(|(kept, word)| kept.load(Ordering::Relaxed) == *word)
}

/// Writer: writes the words of a value.
pub(super) fn write(kept: &[AtomicU64], words: &[u64]) {
    for (kept, word) in kept.iter().zip(words) {
        kept.store(*word, Ordering::Relaxed);
    }
}

/// Copies a value of this length to the beginning of `out`, as much of it as there is room for. Up to
/// seven bytes more are written.
#[inline(always)]
pub(super) fn copy(words: &[AtomicU64], length: usize, out: &mut [u8]) {
    let mut rest = out;
    for word in words.iter().take(self::words(length)) {
        let Some((place, after)) = rest.split_first_chunk_mut::<8>() else { return };
        *place = word.load(Ordering::Relaxed).to_le_bytes();
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words_of(bytes: &[u8]) -> Vec<AtomicU64> {
        let mut rendered = vec![0; words(bytes.len())];
        render(bytes, &mut rendered);
        let kept: Vec<AtomicU64> = rendered.iter().map(|_| AtomicU64::new(u64::MAX)).collect();
        write(&kept, &rendered);
        assert!(begins_with(&kept, &rendered));
        kept
    }

    proptest! {
        #[test]
        fn values_come_back(bytes in proptest::collection::vec(any::<u8>(), 8..64)) {
            let mut out = vec![0; bytes.len() + 8];
            copy(&words_of(&bytes), bytes.len(), &mut out);
            prop_assert_eq!(&out[..bytes.len()], &bytes[..]);
        }

        #[test]
        fn values_equal_only_themselves(
            mut bytes in proptest::collection::vec(any::<u8>(), 8..64), at: prop::sample::Index, flip in 1_u8..,
        ) {
            let words = words_of(&bytes);
            prop_assert!(equals(&words, &bytes));
            prop_assert!(!equals(&words[1..], &bytes));
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(!equals(&words, &bytes));
        }
    }
}
