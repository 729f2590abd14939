//! Updates that could not be counted, counted.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::storage::{native, summary};

/// Process-wide, since a handle knows no registry.
static REFUSED: AtomicU64 = AtomicU64::new(0);

/// Counts an amount that a counter cannot take.
#[cold]
pub(super) fn refuse() {
    // Ordering: Relaxed - a count publishes nothing else.
    REFUSED.fetch_add(1, Ordering::Relaxed);
}

/// How many updates were refused since the process began.
pub(crate) fn refused_updates() -> u64 {
    REFUSED
        .load(Ordering::Relaxed)
        .wrapping_add(summary::unranked())
        .wrapping_add(native::uncounted())
}
