//! The bytes of an answer, in memory that is used again for the next.

use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;

/// A buffer between two scrapes.
#[derive(Debug, Default)]
pub(super) struct Spare(Mutex<Vec<u8>>);

/// The body of an answer. Where it was rendered goes back to its [`Endpoint`](crate::Endpoint) when this is dropped, so
/// that is to be when the last byte is sent or the client is gone. `bytes::Bytes::from_owner` makes
/// bytes of it without a copy, which do so.
pub struct ScrapeBody(Bytes);

enum Bytes {
    Fixed(&'static str),
    Lent { bytes: Vec<u8>, spare: Arc<Spare> },
}

impl Spare {
    /// What `write` appends to an empty buffer.
    pub(super) fn fill(self: &Arc<Self>, write: impl FnOnce(&mut Vec<u8>)) -> ScrapeBody {
        let mut bytes = std::mem::take(&mut *self.0.lock());
        write(&mut bytes);
        ScrapeBody(Bytes::Lent { bytes, spare: Arc::clone(self) })
    }

    /// Of several scrapes at the same time the largest buffer is kept, but none above [`KEEP`].
    fn give_back(&self, mut bytes: Vec<u8>) {
        let mut spare = self.0.lock();
        if bytes.capacity() <= KEEP && bytes.capacity() > spare.capacity() {
            bytes.clear();
            *spare = bytes;
        }
    }
}

impl ScrapeBody {
    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_ref().len()
    }

    /// Whether it has none: the text of an empty registry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl AsRef<[u8]> for ScrapeBody {
    fn as_ref(&self) -> &[u8] {
        match &self.0 {
            Bytes::Fixed(text) => text.as_bytes(),
            Bytes::Lent { bytes, .. } => bytes,
        }
    }
}

impl From<&'static str> for ScrapeBody {
    fn from(text: &'static str) -> Self {
        Self(Bytes::Fixed(text))
    }
}

impl Drop for ScrapeBody {
    fn drop(&mut self) {
        if let Bytes::Lent { bytes, spare } = &mut self.0 {
            spare.give_back(std::mem::take(bytes));
        }
    }
}

impl fmt::Debug for ScrapeBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScrapeBody({} bytes)", self.len())
    }
}

/// A program with more text than 1 MiB has some ten thousand series: it does not notice the
/// allocation, and most of the time the memory has better uses than to wait for a scrape.
const KEEP: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_after_its_body_is_gone() {
        let spare = Arc::new(Spare::default());
        let first = spare.fill(|text| text.extend_from_slice(&[b'a'; 1000]));
        let place = first.as_ref().as_ptr();
        assert_eq!(spare.0.lock().capacity(), 0, "it is still in use");
        drop(first);
        let second = spare.fill(|text| text.extend_from_slice(b"b"));
        assert_eq!((second.as_ref().as_ptr(), second.as_ref()), (place, &b"b"[..]));
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
