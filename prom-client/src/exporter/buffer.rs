//! The buffer for the text of a scrape, used again for the next.

use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

/// A buffer between two scrapes.
#[derive(Debug, Default)]
pub(super) struct Spare(Mutex<Vec<u8>>);

/// The text of one scrape. Its buffer goes back when the last byte is sent or the client is gone.
struct Lent {
    text: Vec<u8>,
    spare: Arc<Spare>,
}

impl Spare {
    /// The text that `write` appends to an empty buffer, as bytes that are sent without a copy.
    pub(super) fn fill(self: &Arc<Self>, write: impl FnOnce(&mut Vec<u8>)) -> Bytes {
        let mut text = std::mem::take(&mut *self.0.lock());
        write(&mut text);
        Bytes::from_owner(Lent { text, spare: Arc::clone(self) })
    }

    /// Of several scrapes at the same time the largest buffer is kept, but none above [`KEEP`].
    fn give_back(&self, mut text: Vec<u8>) {
        let mut spare = self.0.lock();
        if text.capacity() <= KEEP && text.capacity() > spare.capacity() {
            text.clear();
            *spare = text;
        }
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.text
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.spare.give_back(std::mem::take(&mut self.text));
    }
}

/// A program with more text than 1 MiB has some ten thousand series: it does not notice the
/// allocation, and most of the time the memory has better uses than to wait for a scrape.
const KEEP: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_after_its_bytes_are_gone() {
        let spare = Arc::new(Spare::default());
        let first = spare.fill(|text| text.extend_from_slice(&[b'a'; 1000]));
        let place = first.as_ptr();
        let part = first.slice(..10);
        drop(first);
        assert_eq!(spare.0.lock().capacity(), 0, "a part is still in use");
        drop(part);
        let second = spare.fill(|text| text.extend_from_slice(b"b"));
        assert_eq!((second.as_ptr(), &second[..]), (place, &b"b"[..]));
    }

    #[test]
    fn a_buffer_above_a_mebibyte_is_not_kept() {
        let spare = Arc::new(Spare::default());
        drop(spare.fill(|text| text.resize(KEEP + 1, 0)));
        assert_eq!(spare.0.lock().capacity(), 0);
        drop(spare.fill(|text| text.reserve_exact(KEEP)));
        assert_eq!(spare.0.lock().capacity(), KEEP);
    }

    #[test]
    fn of_two_scrapes_at_once_the_larger_buffer_is_kept() {
        let spare = Arc::new(Spare::default());
        let small = spare.fill(|text| text.reserve_exact(10));
        let large = spare.fill(|text| text.reserve_exact(100));
        drop(large);
        drop(small);
        assert_eq!(spare.0.lock().capacity(), 100);
    }
}
