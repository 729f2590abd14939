//! Many numbers that belong together: histograms.
//!
//! # Problem
//! An observation changes a bucket and the sum. A scrape must show both or neither, also while the
//! writer never pauses, and also when the writer was stopped between the two; and nobody may wait.
//!
//! # Protocol
//! A block is `[tag, head, sum 0, sum 1, buckets ..]`; in the shared slab the first word is a control
//! word instead. `head` is `bucket << 48 | n`: the bucket of observation `n`, counted modulo 2^48.
//!
//! * **Observe** (owner only): S: `sum[(n + 1) & 1] = sum[n & 1] + v`. H: `head = k << 48 | n + 1`.
//!   B: `bucket[k] += 1`. In whatever state an owner stops, the head says which sum is valid and which
//!   bucket may not have been counted yet.
//! * **Direct read**: `head`, its sum, all buckets, fence, `head` again. If the head moved, it failed.
//!   Otherwise the buckets add up to `n`, or to `n - 1` and the announced bucket is one short: either
//!   way an exact prefix of the owner's observations.
//! * **Request**: a reader whom a fast owner outruns clears bit 0 of the tag. The owner's next
//!   observation finds a tag that is not its generation, which it checks anyway, and on that cold path
//!   publishes a copy in its slab's [`Reply`], puts the tag back and goes on. Either the owner comes
//!   by and answers, or it does not and the next direct read succeeds: nobody waits for anybody.
//! * **Begin**: the owner zeroes its block and tags it with the generation, as in [`cell`](super::cell).
//! * **Cold stage**: the shared block is written under a lock bit of its control word, taken by a
//!   compare-and-swap that carries the generation. Who finds it taken does not wait but begins a
//!   block of its own: contention is the reason for having one. A reader that is outrun takes the lock.
//!
//! ```text
//!  control   63 ......... 32 | 31 ... 3 | 2   | 1       | 0
//!            generation      |          | hot | private | locked
//! ```
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | S, sum | Release | direct, fence Acquire | who reads sum n + 2 sees head >= n + 1 and fails |
//! | H, head | Release | direct, head Acquire | head n implies sum n and buckets of 1 .. n - 1 |
//! | B, bucket | Release | direct, fence Acquire | who reads a later bucket sees a later head and fails |
//! | request, CAS on tag | AcqRel | answer, swap AcqRel | the reply area exists; a later request is not lost |
//! | reply sequence | fence Release, Release | Acquire, fence Acquire | a sequence lock around the copy |
//! | begin, fence and tag | Release | read, tag Acquire, fence Acquire | as in `cell` |
//! | lock, CAS | Acquire | unlock, Release | writers of the shared block take turns |
//!
//! # Progress and cost
//! Observe: 3 plain stores more than a bare bucket and sum would need: 1; no locked instruction, no loop.
//! A read of an idle, stopped or dead owner is one pass. Of a running owner it takes a few passes or
//! an answer. 4 words more than buckets.
//!
//! # Verified by
//! `models::block`: direct reads, requests, two readings in a row, removal and reuse, the cold stage;
//! each named weakening fails.

use super::area::{Area, CHUNK_WORDS, Chunk, Handle, LAST_GENERATION, next_generation};
use super::sync::{AtomicU64, OnceBox, Ordering, fence, wait};
use super::zeroed;

/// Word 0 in the shared slab.
const CONTROL: usize = 0;
/// Word 0 in a thread's slab.
pub(crate) const TAG: usize = 0;
const HEAD: usize = 1;
const SUMS: usize = 2;
const BUCKETS: usize = 4;

/// Most buckets that fit a chunk, the one of `+Inf` included.
pub(crate) const MAX_BUCKETS: usize = CHUNK_WORDS - BUCKETS;

/// The words of a block with so many buckets.
pub(crate) const fn words(buckets: usize) -> usize {
    BUCKETS + buckets
}

/// How many counts fit a block of so many words.
pub(crate) const fn counts(words: usize) -> usize {
    words - BUCKETS
}

/// After so many observations a shared block is hot: fewer than for a cell, since a shared
/// observation costs two locked instructions.
const HOT_AFTER: u64 = 512;

const LOCKED: u64 = 1;
const PRIVATE: u64 = 2;
const HOT: u64 = 4;

/// `head` counts in its lower 48 bits.
const COUNT_MASK: u64 = (1 << 48) - 1;

const fn generation_of(control: u64) -> u32 {
    (control >> 32) as u32
}

/// What became of an observation on a shared block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cold {
    /// It is counted.
    Done,
    /// The series was removed.
    Gone,
    /// The block is hot: go on in the thread's own.
    Hot,
    /// Another thread is writing: go on in the thread's own.
    Busy,
}

/// A reading: buckets and sum of one moment, added up over slabs.
#[derive(Debug)]
pub(crate) struct Totals<'a> {
    pub(crate) counts: &'a mut [u64],
    pub(crate) sum: f64,
}

impl Totals<'_> {
    /// Adds a block's words, if they are an exact reading.
    fn add(&mut self, head: u64, sum: u64, read: &mut [u64]) -> bool {
        let found = read.iter().fold(0_u64, |found, n| found.wrapping_add(*n));
        match head.wrapping_sub(found) & COUNT_MASK {
            0 => {}
            1 => match read.get_mut((head >> 48) as usize) {
                Some(announced) => *announced = announced.wrapping_add(1),
                None => return false,
            },
            _ => return false,
        }
        for (total, n) in self.counts.iter_mut().zip(read) {
            *total = total.wrapping_add(*n);
        }
        self.sum += f64::from_bits(sum);
        true
    }
}

/// So many counts are read without writing zeros for as many as a chunk fits: that is 4 KiB, and was a quarter of
/// what a scrape of histograms took.
const FEW: usize = if MAX_BUCKETS < 32 { MAX_BUCKETS } else { 32 };

/// Calls `read` with room for so many counts.
#[inline(always)]
fn with_room(counts: usize, read: impl FnOnce(&mut [u64]) -> bool) -> bool {
    if counts <= FEW { read(&mut [0; FEW][..counts]) } else { with_much_room(counts, read) }
}

#[cold]
#[inline(never)]
fn with_much_room(counts: usize, read: impl FnOnce(&mut [u64]) -> bool) -> bool {
    read(&mut [0; MAX_BUCKETS][..counts])
}

/// Begins a life of the area, if its last writer has left; else `None`, as when it is worn out. The
/// caller is the only one who may.
pub(crate) fn start(shared: Area<'_>, buckets: usize, hot: bool) -> Option<u32> {
    // Ordering: Acquire - an unlocked word implies that the last writer's stores are done.
    let control = shared.word(CONTROL).load(Ordering::Acquire);
    let over = generation_of(control);
    if over > LAST_GENERATION || control & LOCKED != 0 {
        return None;
    }
    let generation = next_generation(over);
    fence(Ordering::Release);
    for i in HEAD..BUCKETS + buckets {
        shared.word(i).store(0, Ordering::Relaxed);
    }
    let control = u64::from(generation) << 32 | if hot { HOT } else { 0 };
    shared.word(CONTROL).store(control, Ordering::Release);
    Some(generation)
}

/// Whether the area is worn out rather than busy.
pub(crate) fn is_worn_out(shared: Area<'_>) -> bool {
    generation_of(shared.word(CONTROL).load(Ordering::Relaxed)) > LAST_GENERATION
}

/// Ends a life. The caller is the only one who may.
pub(crate) fn end(shared: Area<'_>) {
    // Ordering: Relaxed - `start` waits for an unlocked word, with Acquire. The lock bit stays.
    shared.word(CONTROL).fetch_add(1 << 32, Ordering::Relaxed);
}

/// Whether this life goes on.
pub(crate) fn is_live(shared: Area<'_>, generation: u32) -> bool {
    generation_of(shared.word(CONTROL).load(Ordering::Relaxed)) == generation
}

/// Writes one observation. The caller owns the block, or its lock.
#[inline(always)]
pub(crate) fn observe(block: Area<'_>, bucket: usize, value: f64) {
    // Ordering: own words are read Relaxed; for the stores see the table.
    let head = block.word(HEAD).load(Ordering::Relaxed);
    let valid = (head & 1) as usize;
    let sum = f64::from_bits(block.word(SUMS + valid).load(Ordering::Relaxed)) + value;
    block.word(SUMS + (valid ^ 1)).store(sum.to_bits(), Ordering::Release);
    let next = (head + 1) & COUNT_MASK | (bucket as u64) << 48;
    block.word(HEAD).store(next, Ordering::Release);
    let counter = block.word(BUCKETS + bucket);
    counter.store(counter.load(Ordering::Relaxed).wrapping_add(1), Ordering::Release);
}

/// Writes one observation into the shared block, unless it is hot (and `stay` does not say to stay).
pub(crate) fn observe_shared(
    shared: Area<'_>,
    generation: u32,
    bucket: usize,
    value: f64,
    stay: bool,
) -> Cold {
    let control = shared.word(CONTROL);
    let seen = control.load(Ordering::Relaxed);
    if generation_of(seen) != generation {
        return Cold::Gone;
    }
    if !stay {
        let n = shared.word(HEAD).load(Ordering::Relaxed) & COUNT_MASK;
        if seen & HOT != 0 || n >= HOT_AFTER {
            return Cold::Hot;
        }
    }
    if seen & LOCKED != 0 || !lock(control, seen) {
        return if is_live(shared, generation) { Cold::Busy } else { Cold::Gone };
    }
    observe(shared, bucket, value);
    unlock(control);
    Cold::Done
}

fn lock(control: &AtomicU64, seen: u64) -> bool {
    control.compare_exchange(seen, seen | LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok()
}

fn unlock(control: &AtomicU64) {
    control.fetch_sub(LOCKED, Ordering::Release);
}

/// Makes the thread's own block one of this generation, empty, unless it is already; answers a
/// request on the way. The caller owns the block. `false` when the series was removed.
pub(crate) fn begin(
    shared: Area<'_>,
    own: Area<'_>,
    reply: &Reply,
    handle: Handle,
    buckets: usize,
) -> bool {
    let generation = handle.generation;
    let tag = own.word(TAG).load(Ordering::Relaxed);
    if tag == u64::from(generation) {
        return true;
    }
    if tag == asked(generation) {
        reply.answer(own, handle, buckets);
        return true;
    }
    let control = shared.word(CONTROL);
    let mut seen = control.load(Ordering::Relaxed);
    loop {
        if generation_of(seen) != generation {
            return false;
        }
        if seen & PRIVATE != 0 {
            break;
        }
        match control.compare_exchange_weak(
            seen,
            seen | PRIVATE,
            Ordering::Relaxed,
            Ordering::Relaxed,
        ) {
            Ok(_) => break,
            Err(now) => seen = now,
        }
    }
    fence(Ordering::Release);
    for i in HEAD..BUCKETS + buckets {
        own.word(i).store(0, Ordering::Relaxed);
    }
    own.word(TAG).store(u64::from(generation), Ordering::Release);
    true
}

/// The tag of a block that is asked for a copy.
const fn asked(generation: u32) -> u64 {
    generation as u64 & !1
}

/// Makes the owner come by the cold path at its next observation, if the block is of this generation; without
/// an answer for anybody.
pub(crate) fn call(own: Area<'_>, generation: u32) {
    let live = u64::from(generation);
    // Ordering: AcqRel - as a request.
    let _ = own.word(TAG).compare_exchange(
        live,
        asked(generation),
        Ordering::AcqRel,
        Ordering::Relaxed,
    );
}

/// One attempt to read a block; `false` when its writer came between.
fn read_direct(block: Area<'_>, totals: &mut Totals<'_>) -> bool {
    with_room(totals.counts.len(), |counts| {
        let head = block.word(HEAD).load(Ordering::Acquire);
        let sum = block.word(SUMS + (head & 1) as usize).load(Ordering::Relaxed);
        for (k, count) in counts.iter_mut().enumerate() {
            *count = block.word(BUCKETS + k).load(Ordering::Relaxed);
        }
        fence(Ordering::Acquire);
        block.word(HEAD).load(Ordering::Relaxed) == head && totals.add(head, sum, counts)
    })
}

/// What became of a reading of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// The series was removed.
    Gone,
    /// The totals are in.
    Done,
}

/// Whether some thread may have a block of its own; `None` when the series was removed.
///
/// Threads' blocks are read before the shared one: whoever sees an observation that a thread made in its
/// own block then sees those that it made in the shared block before.
pub(crate) fn is_private(shared: Area<'_>, generation: u32) -> Option<bool> {
    let seen = shared.word(CONTROL).load(Ordering::Acquire);
    (generation_of(seen) == generation).then_some(seen & PRIVATE != 0)
}

/// Reads the shared block. The reading stands only if [`is_still`] says so after the whole reading.
pub(crate) fn read_shared(shared: Area<'_>, generation: u32, totals: &mut Totals<'_>) -> Read {
    let control = shared.word(CONTROL);
    let mut round = 0;
    loop {
        let seen = control.load(Ordering::Acquire);
        if generation_of(seen) != generation {
            return Read::Gone;
        }
        if read_direct(shared, totals) {
            return Read::Done;
        }
        // Writers that come now find the lock taken and go elsewhere, so this ends.
        if round > 8 && seen & LOCKED == 0 && lock(control, seen) {
            let exact = read_direct(shared, totals);
            unlock(control);
            if exact {
                return Read::Done;
            }
        }
        wait(round);
        round += 1;
    }
}

/// Reads a thread's block; a block of another generation adds nothing.
pub(crate) fn read_own(
    own: Area<'_>,
    reply: &Reply,
    handle: Handle,
    totals: &mut Totals<'_>,
) -> Read {
    let live = u64::from(handle.generation);
    let asked = asked(handle.generation);
    let tag = own.word(TAG);
    // Ordering: Acquire - the tag implies a block that was zeroed for it.
    if tag.load(Ordering::Acquire) | 1 != live {
        return Read::Done;
    }
    if read_direct(own, totals) || read_direct(own, totals) {
        return Read::Done;
    }
    reply.prepare();
    let before = reply.sequence.load(Ordering::Acquire);
    let mut round = 0;
    loop {
        let seen = tag.load(Ordering::Relaxed);
        if seen == live {
            let _ = tag.compare_exchange(live, asked, Ordering::AcqRel, Ordering::Relaxed);
        } else if seen != asked {
            return Read::Gone;
        }
        if reply.take(before, handle, totals) || read_direct(own, totals) {
            return Read::Done;
        }
        wait(round);
        round += 1;
    }
}

/// How many observations the shared block has, by its head. It stands as [`read_shared`] does.
pub(crate) fn count(shared: Area<'_>) -> u64 {
    // Ordering: Relaxed - a number to compare with a later one of the same word; it publishes nothing.
    shared.word(HEAD).load(Ordering::Relaxed) & COUNT_MASK
}

/// As [`count`], of a thread's block, if it is of this generation.
pub(crate) fn count_own(own: Area<'_>, handle: Handle) -> Option<u64> {
    // Ordering: Acquire - the tag implies a block that was zeroed for it.
    let tag = own.word(TAG).load(Ordering::Acquire);
    (tag | 1 == u64::from(handle.generation)).then(|| count(own))
}

/// Whether all that was read before belongs to this generation.
pub(crate) fn is_still(shared: Area<'_>, generation: u32) -> bool {
    fence(Ordering::Acquire);
    is_live(shared, generation)
}

/// Where the owner of a slab publishes the copy that a reader asked for. Written by the owner only.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Odd while the copy is being written.
    sequence: AtomicU64,
    /// Which block: slot and generation.
    key: AtomicU64,
    /// The block's words, made by the first reader that asks.
    words: OnceBox<Chunk>,
}

impl Reply {
    pub(crate) fn new() -> Self {
        Self { sequence: AtomicU64::new(0), key: AtomicU64::new(0), words: OnceBox::new() }
    }

    fn key(handle: Handle) -> u64 {
        u64::from(handle.slot) << 32 | u64::from(handle.generation)
    }

    pub(super) fn prepare(&self) {
        self.words.get_or_init(zeroed::boxed);
    }

    /// Owner: takes the request back, first, so that one made later is not lost; then publishes.
    pub(super) fn answer(&self, own: Area<'_>, handle: Handle, buckets: usize) {
        own.word(TAG).swap(u64::from(handle.generation), Ordering::AcqRel);
        let Some(words) = self.words.get() else { return };
        let copy = Area::new(words, 0);
        let sequence = self.sequence.load(Ordering::Relaxed);
        self.sequence.store(sequence + 1, Ordering::Relaxed);
        fence(Ordering::Release);
        self.key.store(Self::key(handle), Ordering::Relaxed);
        for i in HEAD..BUCKETS + buckets {
            copy.word(i).store(own.word(i).load(Ordering::Relaxed), Ordering::Relaxed);
        }
        self.sequence.store(sequence + 2, Ordering::Release);
    }

    /// Reader: adds an answer newer than `before` for this handle, if there is one.
    pub(super) fn take(&self, before: u64, handle: Handle, totals: &mut Totals<'_>) -> bool {
        let sequence = self.sequence.load(Ordering::Acquire);
        // While the owner copies it does not observe, so whatever is published after the question
        // was asked is what the block holds at that moment.
        if sequence & 1 == 1 || sequence == before {
            return false;
        }
        let Some(words) = self.words.get() else { return false };
        let copy = Area::new(words, 0);
        let key = self.key.load(Ordering::Relaxed);
        with_room(totals.counts.len(), |counts| {
            let head = copy.word(HEAD).load(Ordering::Relaxed);
            let sum = copy.word(SUMS + (head & 1) as usize).load(Ordering::Relaxed);
            for (k, count) in counts.iter_mut().enumerate() {
                *count = copy.word(BUCKETS + k).load(Ordering::Relaxed);
            }
            fence(Ordering::Acquire);
            self.sequence.load(Ordering::Relaxed) == sequence
                && key == Self::key(handle)
                && totals.add(head, sum, counts)
        })
    }
}
