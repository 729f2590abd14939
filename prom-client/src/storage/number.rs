//! Counters and gauges by handle: the [`cell`] protocol over the process's slabs.

use super::area::{Area, Handle};
use super::cell::{self, Cold};
use super::exemplars;
use super::slab::{self, Slab};
use super::space;
use super::sync::{AtomicU64, Ordering};

/// Words of an area.
pub(crate) const WORDS: usize = 2;

/// Adds to an integer; wraps.
#[inline(always)]
pub(crate) fn add(handle: Handle, n: u64) {
    match own_value(handle) {
        Some(value) => add_own(value, n),
        None => add_cold(handle, n),
    }
}

/// Adds to a word that only this thread writes.
#[inline(always)]
fn add_own(value: &AtomicU64, n: u64) {
    // Ordering: Relaxed - a total publishes nothing else.
    value.store(value.load(Ordering::Relaxed).wrapping_add(n), Ordering::Relaxed);
}

/// Adds to a float.
#[inline(always)]
pub(crate) fn add_float(handle: Handle, n: f64) {
    match own_value(handle) {
        Some(value) => add_own_float(value, n),
        None => add_float_cold(handle, n),
    }
}

/// As [`add_own`], for floats.
#[inline(always)]
fn add_own_float(value: &AtomicU64, n: f64) {
    let sum = f64::from_bits(value.load(Ordering::Relaxed)) + n;
    value.store(sum.to_bits(), Ordering::Relaxed);
}

/// This thread's value, if it has begun one for this life of the area.
#[inline(always)]
fn own_value(handle: Handle) -> Option<&'static AtomicU64> {
    let own = slab::own(handle.slot)?.aligned::<WORDS>();
    // Ordering: Relaxed - only this thread writes the tag.
    let tag = own.word(cell::TAG).load(Ordering::Relaxed);
    (tag == u64::from(handle.generation)).then(|| own.word(cell::VALUE))
}

#[cold]
#[inline(never)]
fn add_cold(handle: Handle, n: u64) {
    let Handle { slot, generation } = handle;
    let shared = space::shared(slot);
    slab::with(|slab| {
        if let Some(own) = slab.warm(slot).or_else(|| hot_area(slab, handle)) {
            if let Some(value) = cell::begin(shared, own, generation) {
                add_own(value, n);
            }
        } else if cell::add_small(shared, generation, n as i64) == Cold::Large {
            cell::with_large(&slab.hazard, slot, shared, generation, |large| {
                large.fetch_add(n, Ordering::Relaxed);
            });
        }
    });
    if space::is_sampled(slot) {
        exemplars::sample(handle, 0, n as f64);
    }
}

#[cold]
#[inline(never)]
fn add_float_cold(handle: Handle, n: f64) {
    let Handle { slot, generation } = handle;
    let shared = space::shared(slot);
    slab::with(|slab| {
        if let Some(own) = slab.warm(slot).or_else(|| hot_area(slab, handle)) {
            if let Some(value) = cell::begin(shared, own, generation) {
                add_own_float(value, n);
            }
        } else {
            cell::with_large(&slab.hazard, slot, shared, generation, |large| {
                add_to_float(large, n)
            });
        }
    });
    if space::is_sampled(slot) {
        exemplars::sample(handle, 0, n);
    }
}

/// This thread's words for a cell that is hot, if there is room for more.
fn hot_area(slab: &Slab, handle: Handle) -> Option<Area<'static>> {
    cell::is_hot(space::shared(handle.slot)).then(|| slab.make(handle.slot, false)).flatten()
}

/// Sets an integer that is also added to: adds that run at the same time stay on top of it, or go
/// under with what was there before.
#[inline]
pub(crate) fn set(handle: Handle, value: u64) {
    set_with(handle, |large, others| {
        large.store(value.wrapping_sub(others as u64), Ordering::Relaxed);
    });
}

/// Sets a float that is kept shared.
#[inline]
pub(crate) fn set_float(handle: Handle, value: f64) {
    set_with(handle, |large, _| large.store(value.to_bits(), Ordering::Relaxed));
}

/// Adds to a float that is kept shared, since it is also set.
#[inline]
pub(crate) fn add_shared_float(handle: Handle, n: f64) {
    set_with(handle, |large, _| add_to_float(large, n));
}

#[inline(always)]
fn set_with(handle: Handle, write: impl FnOnce(&AtomicU64, i64)) {
    let shared = space::shared(handle.slot);
    slab::with(|slab| {
        cell::set_large(
            &slab.hazard,
            handle.slot,
            shared,
            handle.generation,
            || others(handle),
            write,
        );
    });
}

/// What threads have added in cells of their own.
#[cold]
#[inline(never)]
fn others(handle: Handle) -> i64 {
    sum_own(handle, 0, u64::wrapping_add) as i64
}

#[inline]
fn add_to_float(word: &AtomicU64, n: f64) {
    if !try_add_to_float(word, n) {
        add_to_contended_float(word, n);
    }
}

/// Adds, unless another thread writes meanwhile.
#[inline]
fn try_add_to_float(word: &AtomicU64, n: f64) -> bool {
    let seen = word.load(Ordering::Relaxed);
    let sum = (f64::from_bits(seen) + n).to_bits();
    word.compare_exchange_weak(seen, sum, Ordering::Relaxed, Ordering::Relaxed).is_ok()
}

/// Pauses between the tries, some microseconds at most, so that who has the word's cache line adds many
/// times before it goes over to another processor.
#[cold]
#[inline(never)]
fn add_to_contended_float(word: &AtomicU64, n: f64) {
    const LONGEST: u32 = 128;
    let mut pauses = 8;
    loop {
        (0..pauses).for_each(|_| std::hint::spin_loop());
        if try_add_to_float(word, n) {
            return;
        }
        pauses = (pauses * 2).min(LONGEST);
    }
}

/// Adds up the threads' own values of this life.
fn sum_own<T>(handle: Handle, start: T, mut add: impl FnMut(T, u64) -> T) -> T {
    slab::areas(handle.slot)
        .filter_map(|(_, own)| cell::read_own(own, handle.generation))
        .fold(start, &mut add)
}

/// The total of an integer; `None` when its life is over. Never less than an earlier reading, if
/// nothing negative was added.
pub(crate) fn total(handle: Handle) -> Option<u64> {
    read(handle, |part| {
        let shared = part.large.wrapping_add(part.small as u64);
        if part.private { sum_own(handle, shared, u64::wrapping_add) } else { shared }
    })
}

/// The value of an integer that goes up and down. Parts that were read while a `set` changed the shared
/// one do not belong together, so they are read again, up to a bound: a thread that does nothing but set
/// and add could go on for ever. Threads' parts are read one after the other: with a task that counts up
/// on one thread and down on another, a reading may mix two moments.
pub(crate) fn balance(handle: Handle) -> Option<u64> {
    let shared = space::shared(handle.slot);
    let mut before = cell::read(shared, handle.generation)?;
    let mut attempts = 0;
    loop {
        let sum = before.large.wrapping_add(before.small as u64);
        let value = if before.private { sum_own(handle, sum, u64::wrapping_add) } else { sum };
        if !cell::is_still(shared, handle.generation) {
            return None;
        }
        let after = cell::read(shared, handle.generation)?;
        attempts += 1;
        if (after.large, after.small) == (before.large, before.small) || attempts == ATTEMPTS {
            return Some(value);
        }
        before = after;
    }
}

/// Each takes some 20 ns.
const ATTEMPTS: u32 = 1_000;

/// The total of a float.
pub(crate) fn total_float(handle: Handle) -> Option<f64> {
    read(handle, |part| {
        let shared = f64::from_bits(part.large);
        let add = |sum, value| sum + f64::from_bits(value);
        if part.private { sum_own(handle, shared, add) } else { shared }
    })
}

/// Asks for a sign of the next update, of whatever kind: whether there was one since it was asked last.
/// `None` when the life is over.
pub(crate) fn ask(handle: Handle) -> Option<bool> {
    let answer = cell::ask(space::shared(handle.slot), handle.generation)?;
    let own = |updated, (_, own)| cell::ask_own(own, handle.generation) | updated;
    let cells = answer.private.then(|| slab::areas(handle.slot));
    Some(cells.into_iter().flatten().fold(answer.updated, own))
}

/// Touches the shared words of many, so that the cache misses of readings that follow overlap.
pub(crate) fn prefetch(handles: &[Handle]) {
    for handle in handles {
        std::hint::black_box(
            space::shared(handle.slot).word(cell::CONTROL).load(Ordering::Relaxed),
        );
    }
}

fn read<T>(handle: Handle, total: impl FnOnce(cell::Shared) -> T) -> Option<T> {
    let shared = space::shared(handle.slot);
    let total = total(cell::read(shared, handle.generation)?);
    cell::is_still(shared, handle.generation).then_some(total)
}
