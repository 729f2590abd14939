//! What the areas of a unit have in common: the buckets they count in, and their clock.

use crate::clock::Clock;

use super::buckets::Search;
use super::native::Native;

/// Found from a handle alone, so that a handle stays eight bytes.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) clock: Clock,
    /// Classic buckets; `None` for what has none, or native ones too.
    pub(crate) search: Option<Search>,
    /// Native buckets, with the classic ones beside them; `None` for what has none.
    pub(crate) native: Option<Native>,
    /// Quantiles; `None` for what has none.
    pub(crate) sliding: Option<Sliding>,
}

/// Quantiles over a window that slides by the slice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sliding {
    pub(crate) quantiles: Box<[f64]>,
    /// Nanoseconds, not 0.
    pub(crate) slice: u64,
    /// Slices in a window, not 0.
    pub(crate) slices: u64,
    /// The clock costs next to nothing: observers look at it each time.
    pub(crate) cheap_clock: bool,
}

impl Profile {
    /// Of what is neither a histogram nor has quantiles.
    pub(crate) fn plain(clock: Clock) -> Self {
        Self { clock, search: None, native: None, sliding: None }
    }

    /// Classic buckets, whether there are native ones or not.
    pub(crate) fn classic(&self) -> Option<&Search> {
        self.search.as_ref().or_else(|| self.native.as_ref().map(|native| &native.classic))
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        self.clock.same(&other.clock)
            && self.sliding == other.sliding
            && match (&self.search, &other.search) {
                (None, None) => true,
                (Some(a), Some(b)) => a.bounds() == b.bounds(),
                _ => false,
            }
            && match (&self.native, &other.native) {
                (None, None) => true,
                (Some(a), Some(b)) => a.same(b),
                _ => false,
            }
    }
}
