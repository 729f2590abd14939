//! The chunks of one slab.
//!
//! # Problem
//! From a slot to its words in two loads, for any slot, without a lock, while chunks are added.
//!
//! # Protocol
//! A flat array of pointers, one per chunk of the slot space, null until the chunk is needed. A chunk is
//! stored once and never freed, so whoever reads a pointer may keep the reference for ever.
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | `make`, CAS | Release | `area`, Acquire | the chunk's zeros |
//!
//! # Progress and cost
//! `area`: one load and no branch but the one for null. 128 KiB of address space, mapped as touched.
//! A two-level table of safe `OnceBox`es cost a held counter 0.2 ns of 0.6.
//!
//! # Verified by
//! `models::slab`, whose readers follow the pointers of other threads' slabs; each named weakening fails.

#![allow(unsafe_code, reason = "a pointer that is published once; see `Protocol`")]

use std::ptr;

use super::area::{Area, CHUNK_WORDS, Chunk};
use super::sync::{AtomicPtr, Ordering, array, const_fn};
use super::zeroed;

/// Chunks in the slot space: 8 Mi words, enough for 4 million counters or half a million histograms.
pub(super) const CHUNKS: usize = if cfg!(loom) { 4 } else { 1 << 14 };

/// The chunk that a slot is in.
#[inline(always)]
pub(super) const fn chunk_of(slot: u32) -> usize {
    (slot as usize / CHUNK_WORDS) & (CHUNKS - 1)
}

/// See the module.
#[derive(Debug)]
#[cfg_attr(loom, derive(Default))]
#[repr(transparent)]
pub(super) struct Directory([AtomicPtr<Chunk>; CHUNKS]);

impl Directory {
    const_fn! {
        pub(super) fn new() -> Self {
            Self(array![AtomicPtr::new(ptr::null_mut()); CHUNKS])
        }
    }

    #[inline(always)]
    fn entry(&self, slot: u32) -> &AtomicPtr<Chunk> {
        &self.0[chunk_of(slot)]
    }

    /// The words of `slot`, if its chunk exists.
    #[inline(always)]
    pub(super) fn area(&self, slot: u32) -> Option<Area<'static>> {
        // Ordering: Acquire - pairs with the CAS in `make`.
        let chunk = self.entry(slot).load(Ordering::Acquire);
        // SAFETY: the pointer is null, or `make` got it from `Box::into_raw`, so that it is aligned
        // and points to a `Chunk`; nobody frees it and nobody makes a `&mut` of it, so a shared
        // reference is valid for ever. Its initialisation is visible by the Acquire above.
        let chunk: Option<&'static Chunk> = unsafe { chunk.as_ref() };
        chunk.map(|chunk| Area::new(chunk, slot))
    }

    /// The words of `slot`, whose chunk is made if need be; `true` if it was made by this call.
    pub(super) fn make(&self, slot: u32) -> (Area<'static>, bool) {
        if let Some(area) = self.area(slot) {
            return (area, false);
        }
        let new = Box::into_raw(zeroed::boxed::<Chunk>());
        // Ordering: Release - publishes the zeros.
        let made = self
            .entry(slot)
            .compare_exchange(ptr::null_mut(), new, Ordering::Release, Ordering::Relaxed)
            .is_ok();
        if !made {
            // SAFETY: `new` is from `Box::into_raw` above and was not stored anywhere.
            drop(unsafe { Box::from_raw(new) });
        }
        (self.area(slot).expect("a chunk that was stored stays"), made)
    }
}
