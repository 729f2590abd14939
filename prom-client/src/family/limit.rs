//! How many series a family may have, and what becomes of those that are too many.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::Clock;
use crate::label::LabelVisitor;
use crate::metric::{Counter, Owned};
use crate::storage::Handle;
use crate::storage::map::Key;

/// The value of every label of the series that stands for all that were refused.
const OTHER: &str = "_OTHER";

/// The label set of that series, with so many labels.
#[derive(Clone, Copy)]
pub(super) struct AllOther(pub(super) usize);

impl Key for AllOther {
    fn visit(&self, visitor: &mut impl LabelVisitor) {
        for _ in 0..self.0 {
            visitor.value(OTHER);
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Limit {
    most: Option<usize>,
    /// The handle of the series of [`AllOther`], as bits, once there was one.
    other: AtomicU64,
    /// Per thread, since a flood of new label sets is what a limit is for.
    refused: Owned<Counter>,
}

impl Limit {
    pub(super) fn new(most: Option<usize>) -> Option<Self> {
        let refused = Owned::try_with(&(), &Clock::system())?;
        Some(Self { most, other: AtomicU64::new(Handle::DEAD.to_bits()), refused })
    }

    pub(super) fn is_bounded(&self) -> bool {
        self.most.is_some()
    }

    /// Whether so many series are all that there may be; the one of [`AllOther`] comes on top.
    pub(super) fn is_full(&self, len: usize) -> bool {
        self.most
            .is_some_and(|most| len >= most && len - most >= usize::from(self.other().is_live()))
    }

    pub(super) fn refused(&self) -> u64 {
        self.refused.value()
    }

    /// Counts a refusal; the series of [`AllOther`], made by `make` if it is not there.
    pub(super) fn refuse(&self, make: impl FnOnce() -> Handle) -> Handle {
        self.refused.inc();
        let other = self.other();
        if other.is_live() {
            return other;
        }
        let made = make();
        // Ordering: Release - a thread may have the handle from here alone.
        self.other.store(made.to_bits(), Ordering::Release);
        made
    }

    fn other(&self) -> Handle {
        // Ordering: Acquire - pairs with `refuse`.
        Handle::from_bits(self.other.load(Ordering::Acquire))
    }
}
