//! How many scrapes there are at a time.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The places that scrapes take.
#[derive(Debug, Default)]
pub(super) struct Places(AtomicUsize);

/// The place of one scrape, which is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place(Arc<Places>);

impl Places {
    /// A place, if fewer than `most` are taken.
    pub(super) fn take(self: &Arc<Self>, most: NonZeroUsize) -> Option<Place> {
        let one_more = |taken: usize| (taken < most.get()).then_some(taken + 1);
        // Ordering: Relaxed - a count publishes nothing else.
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok()?;
        Some(Place(Arc::clone(self)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_so_many_places_and_one_that_is_left_is_free() {
        let places = Arc::new(Places::default());
        let two = NonZeroUsize::new(2).unwrap();
        let first = places.take(two).unwrap();
        let _second = places.take(two).unwrap();
        assert!(places.take(two).is_none());
        drop(first);
        assert!(places.take(two).is_some(), "and it is left at once");
        assert!(places.take(NonZeroUsize::MIN).is_none());
    }
}
