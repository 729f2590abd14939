//! What the areas of a unit have in common: the buckets they count in, and their clock.

use crate::clock::Clock;

use super::buckets::Search;

/// Found from a handle alone, so that a handle stays eight bytes.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) clock: Clock,
    /// `None` for single numbers.
    pub(crate) search: Option<Search>,
}

impl Profile {
    pub(super) fn same(&self, other: &Self) -> bool {
        self.clock.same(&other.clock)
            && match (&self.search, &other.search) {
                (None, None) => true,
                (Some(a), Some(b)) => a.bounds() == b.bounds(),
                _ => false,
            }
    }
}
