//! Look-ups of label sets that are small numbers.
//!
//! # Problem
//! Sets of a few small enums need no hash: their number is a place in an array of handles. The array must
//! not keep a handle of a series that was removed, or updates would go nowhere for ever.
//!
//! # Protocol
//! *Keep*: store the handle; fence; if its life is over, take it out again. *Sweep*, after a removal:
//! fence; take out every handle whose life is over. Either the keeper sees that the life is over, or
//! the sweeper sees the handle.
//!
//! # Orderings
//! Handles publish nothing that was not published before, so the array is read and written Relaxed; the
//! two SeqCst fences order the store of the handle and the load of its life, against the end of the life
//! and the load of the handle.
//!
//! # Progress and cost
//! A look-up is one load. Sweeping looks at every place, at most 4,096.
//!
//! # Verified by
//! `models::dense`; each named weakening fails.

use super::area::Handle;
use super::sync::{AtomicU64, Ordering, fence};

/// Label sets that have more combinations go through the map.
const MOST: usize = 4096;

/// A handle per label set, as bits; 0 is none.
#[derive(Debug)]
pub(crate) struct Dense(Box<[AtomicU64]>);

impl Dense {
    /// An array for so many combinations, none if they are too many.
    pub(crate) fn new(count: usize) -> Self {
        let len = if count <= MOST { count } else { 0 };
        Self((0..len).map(|_| AtomicU64::new(0)).collect())
    }

    #[inline(always)]
    pub(crate) fn find(&self, index: usize) -> Option<Handle> {
        let bits = self.0.get(index)?.load(Ordering::Relaxed);
        (bits != 0).then(|| Handle::from_bits(bits))
    }

    /// `is_live` says whether the life that a handle names goes on.
    #[cold]
    pub(crate) fn keep(&self, index: usize, handle: Handle, is_live: impl Fn(Handle) -> bool) {
        let Some(place) = self.0.get(index) else { return };
        place.store(handle.to_bits(), Ordering::Relaxed);
        fence(Ordering::SeqCst);
        if !is_live(handle) {
            let _ =
                place.compare_exchange(handle.to_bits(), 0, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    /// After a removal.
    pub(crate) fn sweep(&self, is_live: impl Fn(Handle) -> bool) {
        fence(Ordering::SeqCst);
        for place in &self.0 {
            let bits = place.load(Ordering::Relaxed);
            if bits != 0 && !is_live(Handle::from_bits(bits)) {
                let _ = place.compare_exchange(bits, 0, Ordering::Relaxed, Ordering::Relaxed);
            }
        }
    }
}
