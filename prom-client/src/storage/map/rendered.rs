//! A label set made words, before anything is locked.
//!
//! Label sets show their values by code of the user's, which may use the family itself, or panic. So it
//! runs before the writer's lock is taken, into a buffer; under the lock only the buffer is read.

use super::hash::{Seed, hash_value};
use super::text;
use super::value::{MAX_LENGTH, Value};
use crate::label::LabelVisitor;

/// So many words take no memory but the stack.
const FEW: usize = 24;

/// The values of a label set, in words: short ones as they are kept; of long ones, what they are compared by,
/// their hash, and the value itself.
pub(super) struct Values {
    seed: Seed,
    few: [u64; FEW],
    /// All words, if they are more than a few.
    many: Vec<u64>,
    /// How many words there are.
    words: usize,
    /// How many values there are.
    count: usize,
    /// One was too long to be kept; it is not here.
    too_long: bool,
}

/// One value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rendered<'a> {
    /// A short one as it is kept; what a long one is compared by.
    pub(super) look: Value,
    /// Of a long one, for the interner.
    pub(super) hash: u64,
    /// Of a long one.
    pub(super) words: &'a [u64],
}

impl Values {
    /// None yet: they are shown to this.
    #[inline]
    pub(super) const fn new(seed: Seed) -> Self {
        Self { seed, few: [0; FEW], many: Vec::new(), words: 0, count: 0, too_long: false }
    }

    /// Room for so many words.
    #[inline]
    fn extend(&mut self, words: usize) -> &mut [u64] {
        let (start, end) = (self.words, self.words + words);
        self.words = end;
        if end > FEW { self.spill(start, end) } else { &mut self.few[start..end] }
    }

    #[cold]
    fn spill(&mut self, start: usize, end: usize) -> &mut [u64] {
        if self.many.is_empty() {
            self.many.extend_from_slice(&self.few[..start]);
        }
        self.many.resize(end, 0);
        &mut self.many[start..]
    }

    /// A value that is no word itself.
    #[inline(never)]
    fn push_long(&mut self, value: &[u8]) {
        if value.len() > MAX_LENGTH {
            self.too_long = true;
            return;
        }
        let own = hash_value(self.seed, value);
        if let [look, hash, words @ ..] = self.extend(2 + text::words(value.len())) {
            (*look, *hash) = (Value::look(value).to_bits(), own);
            text::render(value, words);
        }
    }

    /// Whether they are as many as a series has labels, and all can be kept.
    pub(super) fn fit(&self, labels: usize) -> bool {
        self.count == labels && !self.too_long
    }

    /// Each value.
    #[inline]
    pub(super) fn iter(&self) -> impl Iterator<Item = Rendered<'_>> {
        let mut rest = if self.words > FEW { &self.many[..] } else { &self.few[..self.words] };
        std::iter::from_fn(move || {
            let (look, after) = rest.split_first()?;
            let look = Value::from_bits(*look);
            if look.is_short() {
                rest = after;
                return Some(Rendered { look, hash: 0, words: &[] });
            }
            let (hash, after) = after.split_first()?;
            let (words, after) = after.split_at_checked(text::words(look.length()))?;
            rest = after;
            Some(Rendered { look, hash: *hash, words })
        })
    }
}

impl LabelVisitor for Values {
    #[inline(always)]
    fn value(&mut self, value: &str) {
        let value = value.as_bytes();
        self.count += 1;
        match Value::short(value) {
            Some(short) => {
                if let [word] = self.extend(1) {
                    *word = short.to_bits();
                }
            }
            None => self.push_long(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn values_are_shown_as_they_came_few_or_many(
            texts in proptest::collection::vec("[a-z\"]{0,40}", 0..20),
        ) {
            let mut values = Values::new(Seed::random());
            texts.iter().for_each(|text| values.value(text));
            prop_assert!(values.fit(texts.len()) && !values.fit(texts.len() + 1));
            let mut seen = values.iter();
            for text in &texts {
                let Rendered { look, words, .. } = seen.next().unwrap();
                match Value::short(text.as_bytes()) {
                    Some(short) => prop_assert_eq!((look, words), (short, &[][..])),
                    None => {
                        let mut expected = vec![0; text::words(text.len())];
                        text::render(text.as_bytes(), &mut expected);
                        prop_assert_eq!((look, words), (Value::look(text.as_bytes()), &expected[..]));
                    }
                }
            }
            prop_assert!(seen.next().is_none());
        }
    }
}
