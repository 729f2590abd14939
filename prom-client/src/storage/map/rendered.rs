//! A label set made text, before anything is locked.
//!
//! Label sets show their values by code of the user's, which may use the family itself, or panic. So it
//! runs before the writer's lock is taken, into a buffer; under the lock only the buffer is read.

use std::cell::Cell;

use super::series::Key;
use crate::label::LabelValues;

/// The values of a label set, copied, in a buffer that the thread keeps.
pub(super) struct Values(LabelValues);

thread_local! {
    static BUFFER: Cell<Option<LabelValues>> = const { Cell::new(None) };
}

impl Values {
    pub(super) fn of(key: impl Key) -> Self {
        // Taken, not borrowed: a visit may look up in a family itself.
        let kept = BUFFER.try_with(Cell::take).unwrap_or_default();
        let mut values = kept.unwrap_or_default();
        values.clear();
        key.visit(&mut |value: &str| {
            values.push_with(|out| {
                let room = out.len().min(value.len());
                out[..room].copy_from_slice(&value.as_bytes()[..room]);
                // Nobody asks these whether they are plain.
                (value.len(), true)
            });
        });
        Self(values)
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.all_padded().map(|(padded, length)| &padded[..length])
    }

    /// Keeps the buffer for the next time, unless it is a large one.
    pub(super) fn give_back(self) {
        if self.0.is_small() {
            // At the end of a thread it is dropped.
            let _ = BUFFER.try_with(|buffer| buffer.set(Some(self.0)));
        }
    }
}
