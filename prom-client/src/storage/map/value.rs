//! A label value as one word.
//!
//! A short value is the word itself, so that `GET` or `200` is kept, hashed and compared without a look
//! elsewhere. Of a longer one the word says where it is, and how long it is:
//!
//! ```text
//!           63 | 62    | 58 .. 56 | 55 ................ 0
//!  short    1  | plain | length   | bytes, zeros behind them
//!           63 | 62    | 54 ............ 32 | 31 ...... 0
//!  long     0  | plain | length             | address
//! ```
//!
//! `plain` says that no byte is escaped in text formats. Comparisons leave it out, since a look-up does
//! not know it.

use super::Address;
use crate::label::ESCAPED;

const SHORT: u64 = 1 << 63;
const PLAIN: u64 = 1 << 62;
const SHORT_LENGTH: u32 = 56;
const LONG_LENGTH: u32 = 32;
const LENGTH_BITS: u32 = 23;

/// Longest value that is a word.
const MAX_SHORT: usize = 7;

/// Longest value that is kept: 8 MiB.
pub(super) const MAX_LENGTH: usize = (1 << LENGTH_BITS) - 1;

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value(u64);

/// What a [`Value`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// Up to seven bytes and their number.
    Short([u8; 8], usize),
    /// Where the bytes are, and how many.
    Long(Address, usize),
}

impl Value {
    /// Of a record that was never used.
    pub(super) const NONE: Self = Self(0);

    #[inline(always)]
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    #[inline(always)]
    pub(crate) const fn to_bits(self) -> u64 {
        self.0
    }

    /// What these bytes are compared by, before anything is known of where they are kept.
    #[inline(always)]
    pub(super) fn look(bytes: &[u8]) -> Self {
        if bytes.len() <= MAX_SHORT {
            Self(SHORT | (bytes.len() as u64) << SHORT_LENGTH | packed(bytes))
        } else {
            Self((bytes.len() as u64) << LONG_LENGTH)
        }
    }

    /// As it is kept, if it is a word.
    #[inline]
    pub(super) fn short(bytes: &[u8]) -> Option<Self> {
        let look = Self::look(bytes);
        // The byte of flags and length is above 0x7f, so it is none that is escaped.
        look.is_short().then(|| Self(look.0 | plain(&[look.0])))
    }

    /// As a value with this look and these words is kept at `at`.
    pub(super) fn long(look: Self, words: &[u64], at: Address) -> Self {
        Self(look.0 | plain(words) | u64::from(at))
    }

    #[inline(always)]
    pub(super) fn is_short(self) -> bool {
        self.0 & SHORT != 0
    }

    /// Where to compare on, if this may be the value that [`look`](Self::look) made `other` of; `None`
    /// if it is not.
    #[inline(always)]
    pub(super) fn place_of(self, other: Self) -> Option<Option<Address>> {
        let different = self.0 ^ other.0;
        if other.0 & SHORT != 0 {
            (different & !PLAIN == 0).then_some(None)
        } else {
            let same = different >> LONG_LENGTH & !(PLAIN >> LONG_LENGTH) == 0;
            same.then_some(Some(self.0 as Address))
        }
    }

    #[inline(always)]
    pub(super) fn kept(self) -> Kept {
        if self.is_short() {
            Kept::Short(self.0.to_le_bytes(), self.length())
        } else {
            Kept::Long(self.0 as Address, self.length())
        }
    }

    /// How many bytes it has.
    #[inline(always)]
    pub(super) fn length(self) -> usize {
        if self.is_short() {
            (self.0 >> SHORT_LENGTH & 7) as usize
        } else {
            (self.0 >> LONG_LENGTH) as usize & MAX_LENGTH
        }
    }

    #[inline(always)]
    pub(super) fn is_plain(self) -> bool {
        self.0 & PLAIN != 0
    }
}

/// [`PLAIN`], if none of the bytes of these words is escaped.
#[inline]
fn plain(words: &[u64]) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    // A byte of 0 borrows when 1 is taken from each, and had no top bit. Another byte looks like that only above one.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let escaped = |word: &u64| ESCAPED.map(|byte| zeros(word ^ (ONES * u64::from(byte))));
    let found = words.iter().map(escaped).fold(0, |found, [a, b, c]| found | a | b | c);
    if found & (ONES << 7) == 0 { PLAIN } else { 0 }
}

/// Up to seven bytes as a number.
///
/// Pairs that overlap instead of a branch for each length: values of different lengths come in no order
/// that a processor could foresee.
#[inline(always)]
fn packed(bytes: &[u8]) -> u64 {
    let Some(last) = bytes.len().checked_sub(2) else {
        return bytes.first().map_or(0, |byte| u64::from(*byte));
    };
    let pair = |at: usize| {
        let at = at.min(last);
        u64::from(u16::from_le_bytes([bytes[at], bytes[at + 1]])) << (8 * at)
    };
    pair(0) | pair(2) | pair(4) | pair(last)
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    #[test]
    fn short_values_are_their_own_words() {
        let texts =
            ["", "a", "ab", "abc", "a\"c", "abcd", "abcde", "abcdef", "abcdefg", "a\0", "a\0\0"];
        for text in texts {
            let value = Value::short(text.as_bytes()).unwrap();
            let Kept::Short(bytes, length) = value.kept() else { panic!("{text:?} is short") };
            assert_eq!(&bytes[..length], text.as_bytes());
            assert_eq!(value.is_plain(), !text.contains('"'));
            for other in texts {
                let found = value.place_of(Value::look(other.as_bytes())) == Some(None);
                assert_eq!(found, text == other, "{text:?} {other:?}");
            }
        }
    }

    #[test]
    fn long_values_have_a_place_and_a_length() {
        assert_eq!(Value::short(b"abcdefgh"), None);
        for (text, at) in
            [("abcdefgh", 0), ("a \"quoted\" text", u32::MAX), (&"x".repeat(MAX_LENGTH), 7)]
        {
            let mut words = vec![0; text::words(text.len())];
            text::render(text.as_bytes(), &mut words);
            let value = Value::long(Value::look(text.as_bytes()), &words, at);
            assert_eq!(value.kept(), Kept::Long(at, text.len()));
            assert_eq!(value.is_plain(), !text.contains('"'));
            assert_eq!(value.place_of(Value::look(text.as_bytes())), Some(Some(at)));
            assert_eq!(value.place_of(Value::look(&text.as_bytes()[1..])), None);
            assert_eq!(Value::look(text.as_bytes()).place_of(Value::look(b"short")), None);
        }
    }
}
