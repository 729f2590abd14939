//! A label set made text, before anything is locked.
//!
//! Label sets show their values by code of the user's, which may use the family itself, or panic. So it
//! runs before the writer's lock is taken, into a buffer; under the lock only the buffer is read.

use std::cell::Cell;

use super::series::Key;
use super::value::{Kept, MAX_LENGTH, Value};

/// The values of a label set, in a buffer that the thread keeps.
#[derive(Default)]
pub(super) struct Values {
    /// Short ones as they are kept; of long ones, what they are compared by.
    words: Vec<Value>,
    /// The long ones, one after the other.
    bytes: Vec<u8>,
    /// One was too long to be kept; it is not here.
    too_long: bool,
}

/// A buffer with more bytes is not kept.
const SMALL: usize = 64 * 1024;

thread_local! {
    static BUFFER: Cell<Option<Values>> = const { Cell::new(None) };
}

impl Values {
    pub(super) fn of(key: impl Key) -> Self {
        // Taken, not borrowed: a visit may look up in a family itself.
        let kept = BUFFER.try_with(Cell::take).unwrap_or_default();
        let mut values = kept.unwrap_or_default();
        values.words.clear();
        values.bytes.clear();
        values.too_long = false;
        key.visit(&mut |value: &str| values.push(value.as_bytes()));
        values
    }

    #[inline]
    fn push(&mut self, value: &[u8]) {
        if value.len() > MAX_LENGTH {
            self.too_long = true;
            return;
        }
        let look = match Value::short(value) {
            Some(short) => short,
            None => {
                self.bytes.extend_from_slice(value);
                Value::look(value)
            }
        };
        self.words.push(look);
    }

    /// Whether they are as many as a series has labels, and all can be kept.
    pub(super) fn fit(&self, labels: usize) -> bool {
        self.words.len() == labels && !self.too_long
    }

    /// Each value: short, as it is kept; or its look, and the bytes.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Value, &[u8])> {
        let mut rest = &self.bytes[..];
        self.words.iter().map(move |word| match word.kept() {
            Kept::Short(..) => (*word, &[][..]),
            Kept::Long(_, length) => {
                let (value, after) = rest.split_at(length);
                rest = after;
                (*word, value)
            }
        })
    }

    /// Keeps the buffer for the next time, unless it is a large one.
    pub(super) fn give_back(self) {
        if self.bytes.capacity() <= SMALL {
            // At the end of a thread it is dropped.
            let _ = BUFFER.try_with(|buffer| buffer.set(Some(self)));
        }
    }
}
