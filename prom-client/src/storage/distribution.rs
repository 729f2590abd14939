//! Histograms by handle: the [`block`] protocol over the process's slabs.

use super::area::{Area, Handle};
use super::block::{self, Cold, Read, Totals};
use super::buckets::Search;
use super::profile::Profile;
use super::slab::Slab;
use super::space::UNIT_WORDS;
use super::sync::Ordering;
use super::{exemplars, native, slab, space};

/// Counts one value.
#[inline(always)]
pub(crate) fn observe(handle: Handle, value: f64) {
    let Some(profile) = space::profile(handle.slot) else { return };
    match &profile.search {
        Some(search) => observe_in(handle, search, value),
        None => observe_native(handle, profile, value),
    }
}

/// Apart, so that the way of classic buckets stays as short as it is.
#[inline(never)]
fn observe_native(handle: Handle, profile: &Profile, value: f64) {
    if let Some(native) = &profile.native {
        native::observe(handle, native, value);
    }
}

/// As [`observe`], for a caller that has the buckets at hand.
#[inline(always)]
pub(crate) fn observe_in(handle: Handle, search: &Search, value: f64) {
    let bucket = search.find(value);
    if let Some(own) = slab::own(handle.slot) {
        let own = own.aligned::<UNIT_WORDS>();
        // Ordering: Relaxed - this thread writes the tag; a reader's request is only a hint to look.
        if own.word(block::TAG).load(Ordering::Relaxed) == u64::from(handle.generation) {
            return block::observe(own, bucket, value);
        }
    }
    observe_cold(handle, search, bucket, value);
}

/// The classic buckets of the histogram.
pub(crate) fn search(handle: Handle) -> Option<&'static Search> {
    space::profile(handle.slot)?.classic()
}

#[cold]
#[inline(never)]
fn observe_cold(handle: Handle, search: &Search, bucket: usize, value: f64) {
    slab::with(|slab| count(slab, handle, search.buckets(), bucket, value));
    if space::is_sampled(handle.slot) {
        exemplars::sample(handle, bucket, value);
    }
}

/// Counts a value where it can be counted now: in the thread's own block, which is returned then, or in the
/// shared one. `words` are those behind a block's header.
pub(super) fn count(
    slab: &Slab,
    handle: Handle,
    words: usize,
    bucket: usize,
    value: f64,
) -> Option<Area<'static>> {
    let shared = space::shared(handle.slot);
    let mut own = slab.warm(handle.slot);
    if own.is_none() {
        let mut outcome = block::observe_shared(shared, handle.generation, bucket, value, false);
        if outcome == Cold::Hot {
            own = slab.make(handle.slot, false);
            if own.is_none() {
                outcome = block::observe_shared(shared, handle.generation, bucket, value, true);
            }
        }
        if outcome == Cold::Busy {
            own = slab.make(handle.slot, true);
        }
    }
    let own = own.filter(|own| block::begin(shared, *own, &slab.reply, handle, words))?;
    block::observe(own, bucket, value);
    Some(own)
}

/// How many values were observed, modulo 2^48: another number after each. `None` when the histogram's
/// life is over.
pub(crate) fn total(handle: Handle) -> Option<u64> {
    let shared = space::shared(handle.slot);
    let mut count = block::count(shared);
    if block::is_private(shared, handle.generation)? {
        let own = slab::areas(handle.slot).filter_map(|(_, own)| block::count_own(own, handle));
        count = own.fold(count, u64::wrapping_add);
    }
    block::is_still(shared, handle.generation).then_some(count)
}

/// Reads buckets and sum into `counts` (one per bucket, zeroed by this) and the result. `None` when
/// the histogram's life is over.
pub(crate) fn read(handle: Handle, counts: &mut [u64]) -> Option<f64> {
    counts.fill(0);
    let mut totals = Totals { counts, sum: 0.0 };
    let shared = space::shared(handle.slot);
    if block::is_private(shared, handle.generation)? {
        for (slab, own) in slab::areas(handle.slot) {
            if block::read_own(own, &slab.reply, handle, &mut totals) == Read::Gone {
                return None;
            }
        }
    }
    if block::read_shared(shared, handle.generation, &mut totals) == Read::Gone {
        return None;
    }
    block::is_still(shared, handle.generation).then_some(totals.sum)
}
