//! Zeros: pages straight from the allocator, and long tables a little at a time.
//!
//! A thread's directory is 128 KiB of which a program with a few hundred metrics touches one page.
//! `alloc_zeroed` takes such memory from the system, which maps a page when it is first touched; a safe
//! `(0..N).map(..).collect()` writes all of it at once.
//!
//! The tables of a family with 100,000 series are megabytes, needed at once by who creates the one series too
//! many, while others wait for the writer's lock. [`Pending`] is such a table in the making: those who create
//! series before write a part of it each.

#![allow(unsafe_code, reason = "zero pages cannot be had in safe code; see above")]

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
use std::mem::MaybeUninit;
use std::ptr;

use super::area::{CHUNK_WORDS, Chunk};
use super::directory::Directory;
use super::slab::Warmth;
use super::sync::{AtomicU32, AtomicU64};

mod sealed {
    /// A type of which all bytes zero is a value.
    ///
    /// # Safety
    /// It must be one.
    pub(crate) unsafe trait Zeroed: Sized {}
}
pub(crate) use sealed::Zeroed;

// SAFETY: an array of `AtomicU64`, which has "the same size, alignment, and bit validity as the
// underlying integer type, `u64`" (std), and 0 is a u64.
unsafe impl Zeroed for Chunk {}
const _: () = assert!(size_of::<Chunk>() == CHUNK_WORDS * size_of::<u64>());

// SAFETY: `Directory` wraps an array of `AtomicPtr` (`repr(transparent)`), which has "the same size,
// alignment, and bit validity as a `*mut T`" (std), and a null pointer is all zeros (`ptr::null`:
// "equivalent to zero-initializing the pointer").
unsafe impl Zeroed for Directory {}

// SAFETY: `Warmth` wraps an array of `AtomicU32` (`repr(transparent)`), which has "the same size,
// alignment, and bit validity as the underlying integer type, `u32`" (std), and 0 is a u32.
unsafe impl Zeroed for Warmth {}

// SAFETY: "same size, alignment, and bit validity as the underlying integer type" (std), and 0 is a u32.
unsafe impl Zeroed for AtomicU32 {}

// SAFETY: as above, for u64.
unsafe impl Zeroed for AtomicU64 {}

/// A box of zeros.
pub(super) fn boxed<T: Zeroed>() -> Box<T> {
    const { assert!(size_of::<T>() != 0) };
    let memory = allocate(Layout::new::<T>()).cast::<T>();
    // SAFETY: the memory comes from the global allocator with `T`'s layout, as `Box` frees it, is
    // owned by nobody else, and all its bytes are zero, which is a `T` (`Zeroed`).
    unsafe { Box::from_raw(memory) }
}

/// So many zeros. Long ones are mapped page by page, so that whoever makes room for 100,000 series
/// does not stop to write megabytes.
///
/// # Panics
/// When `len` is 0 or its bytes are more than an `isize` counts.
pub(super) fn slice<T: Zeroed>(len: usize) -> Box<[T]> {
    const { assert!(size_of::<T>() != 0) };
    assert!(len != 0, "an allocation has a size");
    let memory = allocate(Layout::array::<T>(len).expect("a length that fits")).cast::<T>();
    let slice = ptr::slice_from_raw_parts_mut(memory, len);
    // SAFETY: as in `boxed`: the layout is that of `[T; len]`, which is that of a slice of this length,
    // and each of its elements is zero.
    unsafe { Box::from_raw(slice) }
}

/// Zeros in the making, for who will need many and may not stop then: memory that the allocator has had back
/// before is not zero, so that `alloc_zeroed` writes all of it.
#[derive(Debug)]
pub(super) struct Pending<T> {
    memory: Box<[MaybeUninit<T>]>,
    /// How many are zero.
    done: usize,
}

impl<T: Zeroed> Pending<T> {
    /// Room for so many.
    pub(super) fn new(len: usize) -> Self {
        Self { memory: Box::new_uninit_slice(len), done: 0 }
    }

    /// How many there will be.
    pub(super) fn len(&self) -> usize {
        self.memory.len()
    }

    /// Writes so many more, if so many are left.
    pub(super) fn advance(&mut self, count: usize) {
        let end = (self.done + count).min(self.memory.len());
        self.memory[self.done..end].fill_with(MaybeUninit::zeroed);
        self.done = end;
    }

    /// All of them, those that are left written now.
    pub(super) fn finish(mut self) -> Box<[T]> {
        self.advance(self.memory.len());
        // SAFETY: `advance` wrote zeros to all elements below `done`, which is their number now, and all
        // bytes zero is a `T` (`Zeroed`).
        unsafe { self.memory.assume_init() }
    }
}

fn allocate(layout: Layout) -> *mut u8 {
    assert!(layout.size() != 0, "an allocation has a size");
    // SAFETY: the size is not zero, as asserted above.
    let memory = unsafe { alloc_zeroed(layout) };
    if memory.is_null() {
        handle_alloc_error(layout);
    }
    memory
}
