//! Look-ups of label sets that are small numbers.
//!
//! # Problem
//! Sets of a few small enums need no hash: their number is a place in an array of handles. A handle may
//! be of a series that was removed since.
//!
//! # Protocol
//! The array is a cache of handles, which are only stored, never taken out: whoever finds one asks
//! whether its life goes on, and looks the set up the long way if not.
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | `keep` | Release | `find`, Acquire | the beginning of the life: a thread may have the handle from here alone |
//!
//! # Progress and cost
//! A look-up is one load, and one more for the life.
//!
//! # Verified by
//! `models::dense`; each named weakening fails.

use super::area::Handle;
use super::sync::{AtomicU64, Ordering};

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

    /// The handle kept last, whose life may be over.
    #[inline(always)]
    pub(crate) fn find(&self, index: usize) -> Option<Handle> {
        let bits = self.0.get(index)?.load(Ordering::Acquire);
        (bits != 0).then(|| Handle::from_bits(bits))
    }

    pub(crate) fn keep(&self, index: usize, handle: Handle) {
        if let Some(place) = self.0.get(index) {
            place.store(handle.to_bits(), Ordering::Release);
        }
    }
}
