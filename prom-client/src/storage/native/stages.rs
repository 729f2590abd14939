//! The stages of a series: how it gets more places, and how its buckets become fewer.
//!
//! Whoever makes a bucket *reviews* the series: counts how many buckets its labels make, at its schema and
//! with its zero bucket, and if they are too many takes one step, the first of these that is possible, as
//! Go's client library does:
//!
//! 1. a reset, if the last one, or the beginning, is long enough ago;
//! 2. a wider zero bucket: it takes in the buckets that are nearest to 0;
//! 3. half the resolution.
//!
//! If there are still too many, the next observation takes the next step. Once the second or third was taken, the
//! series is reset when that is allowed, by the first reading that finds it so, behind itself.
//!
//! Reviews are done under a lock for which no observer waits: one that finds it taken says in a word that a review
//! is due, and the holder does it, whoever that is and whatever for. Stages are also made under it, and readings take
//! the list of them. Nothing that waits is done with it in hand.

use super::super::area::{Area, CHUNK_WORDS, Handle};
use super::super::block;
use super::super::class::Class;
use super::super::directory::CHUNKS;
use super::super::exponential::{COARSEST, coarsen, upper_bound};
use super::super::single::Pool;
use super::super::slab;
use super::super::space;
use super::super::sync::{AtomicU64, Mutex, OnceBox, Ordering, array, fence, global};
use super::labels::{self, Bucket};
use super::layout::{DUE, LEAST, MOST_BUCKETS, Native, OVER, SINCE, STAGE, Stage, ZERO};
use super::spread::Spread;
use super::{announce, layout};
use crate::clock::nanos;

/// So many stages leave room for each schema; from there on the zero bucket grows no wider, which may leave labels
/// behind that nobody needs any more.
const MOST_WIDENED: usize = 24;

/// What a series has besides words.
#[derive(Debug, Default)]
pub(super) struct Series {
    stages: Mutex<Stages>,
    pub(super) exemplars: Mutex<Spread>,
}

#[derive(Debug, Default)]
struct Stages {
    /// Whose; this goes from life to life with the area.
    life: Option<Handle>,
    /// From the first to the last, since the last reset.
    list: Vec<Stage>,
    resets: u64,
    /// Buckets were made fewer since the last reset.
    reduced: bool,
    /// With so many, too many, there is nothing that helps.
    stuck: usize,
}

global! {
    /// By the series' own area. Never freed, but used again.
    static SERIES: [OnceBox<Series>; CHUNKS * CHUNK_WORDS / LEAST] =
        array![OnceBox::new(); CHUNKS * CHUNK_WORDS / LEAST];
}

global! {
    /// Areas of further stages, by size.
    static POOLS: Mutex<[Pool; SIZES]> = Mutex::new([
        Pool::new(Class::stage(LEAST)),
        Pool::new(Class::stage(2 * LEAST)),
        Pool::new(Class::stage(4 * LEAST)),
        Pool::new(Class::stage(8 * LEAST)),
    ]);
}

/// Sizes of stages: up to a chunk, in doublings.
const SIZES: usize = 4;

/// As for the pools of [`single`](super::super::single).
#[cfg(all(loom, test))]
pub(in crate::storage) fn forget() {
    *POOLS.lock() = [1, 2, 4, 8].map(|n| Pool::new(Class::stage(n * LEAST)));
}

/// Observations that are nowhere, since there was no room for a stage.
static UNCOUNTED: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// How many observations were refused, since the process had no room.
pub(crate) fn uncounted() -> u64 {
    // Ordering: Relaxed - a count publishes nothing else.
    UNCOUNTED.load(Ordering::Relaxed)
}

pub(super) fn note_uncounted() {
    UNCOUNTED.fetch_add(1, Ordering::Relaxed);
}

pub(super) fn place(handle: Handle) -> &'static OnceBox<Series> {
    &SERIES[handle.slot as usize / LEAST % (CHUNKS * CHUNK_WORDS / LEAST)]
}

pub(super) fn series(handle: Handle) -> &'static Series {
    place(handle).get_or_init(Box::default)
}

/// Puts the stages into `list`, and says how often they were reset; `None` when the series was removed.
pub(super) fn of(handle: Handle, native: &Native, list: &mut Vec<Stage>) -> Option<u64> {
    locked(handle, native, |stages| {
        list.clear();
        list.extend_from_slice(&stages.list);
        stages.resets
    })
}

/// Whether the series was not reset since then.
pub(super) fn is_same(handle: Handle, native: &Native, resets: u64) -> bool {
    locked(handle, native, |stages| stages.resets == resets).unwrap_or(false)
}

/// Behind a reading: resets the series, if it is due.
pub(super) fn reset_if_due(handle: Handle, native: &Native) {
    if native.reset_after == 0 {
        return;
    }
    locked(handle, native, |stages| {
        if stages.reduced && is_reset_due(handle, native) {
            stages.reset(handle, native);
        }
    });
}

/// Does something with the stages, and behind that what became due meanwhile. `None` when the series was removed.
fn locked<R>(handle: Handle, native: &Native, act: impl FnOnce(&mut Stages) -> R) -> Option<R> {
    let due = space::shared(handle.slot).word(native.state(DUE));
    let act = |stages: &mut Stages| stages.enter(handle, native).map(|()| act(stages));
    with_lock(due, &series(handle).stages, act, |stages| {
        if stages.enter(handle, native).is_some() {
            stages.review(handle, native);
        }
    })
}

/// Counts the buckets and, if there are too many, makes them fewer. `true` if the series was reset, and what
/// was observed last with it.
pub(super) fn review(handle: Handle, native: &Native) -> bool {
    let due = space::shared(handle.slot).word(native.state(DUE));
    let mut reset = false;
    see_to(due, &series(handle).stages, |stages| {
        if stages.enter(handle, native).is_some() {
            reset |= stages.review(handle, native);
        }
    });
    reset
}

/// Says that something is due, and does it if the lock is free; who has the lock does it otherwise, by this or by
/// [`with_lock`].
pub(in crate::storage) fn see_to<T>(due: &AtomicU64, lock: &Mutex<T>, mut act: impl FnMut(&mut T)) {
    // Ordering: Release - pairs with the swap below; a swap too, so that it goes on with the release sequence of another
    // thread that said so just before.
    due.swap(1, Ordering::Release);
    see_to_rest(due, lock, &mut act);
}

/// Does something with the lock, and what is due behind that.
pub(in crate::storage) fn with_lock<T, R>(
    due: &AtomicU64,
    lock: &Mutex<T>,
    act: impl FnOnce(&mut T) -> R,
    mut rest: impl FnMut(&mut T),
) -> R {
    let result = act(&mut lock.lock());
    see_to_rest(due, lock, &mut rest);
    result
}

fn see_to_rest<T>(due: &AtomicU64, lock: &Mutex<T>, act: &mut impl FnMut(&mut T)) {
    loop {
        // Ordering: SeqCst - behind the store, and behind each unlocking: if another holder of the lock does not see
        // that it is due, the lock is free by now.
        fence(Ordering::SeqCst);
        if due.load(Ordering::Relaxed) == 0 {
            return;
        }
        let Some(mut locked) = lock.try_lock() else { return };
        // Ordering: Acquire - what it is due for is seen by `act`.
        due.swap(0, Ordering::Acquire);
        act(&mut locked);
    }
}

/// Makes room for another label, unless another thread did since `seen` was the last stage. `false` if the process
/// has none.
pub(super) fn grow(handle: Handle, native: &Native, seen: Stage) -> bool {
    let grown = locked(handle, native, |stages| {
        stages.last() != seen || {
            let buckets = stages.census(handle, native).buckets.len();
            stages.push(handle, native, seen.schema, buckets.max(seen.words / 4))
        }
    });
    // Of a series that was removed the caller finds that out.
    grown.unwrap_or(true)
}

/// Ends a life and those of its stages.
pub(in crate::storage) fn end(handle: Handle) {
    close(space::shared(handle.slot));
    let Some(series) = place(handle).get() else { return };
    let over = std::mem::take(&mut *series.stages.lock());
    if let Some(life) = over.life {
        end_all(life, &over.list);
    }
    *series.exemplars.lock() = Spread::default();
}

/// Ends the life of a series' own area, before its [`place`] is looked at.
pub(in crate::storage) fn close(shared: Area<'_>) {
    block::end(shared);
    // Ordering: SeqCst - pairs with the fence of `is_open`: who makes the place, or has a lock of it, behind what
    // the caller sees there, sees that the life is over.
    fence(Ordering::SeqCst);
}

/// Whether the life goes on, of a series whose place is there, with a lock of it in hand. What is kept there then is
/// taken away by who ends the life.
pub(in crate::storage) fn is_open(shared: Area<'_>, generation: u32) -> bool {
    // Ordering: SeqCst - pairs with the fence of `close`.
    fence(Ordering::SeqCst);
    block::is_live(shared, generation)
}

fn end_all(handle: Handle, list: &[Stage]) {
    let mut pools = POOLS.lock();
    for stage in list.iter().filter(|stage| stage.area != handle) {
        pools[size(stage.words)].end(stage.area);
    }
}

fn size(words: usize) -> usize {
    (words / LEAST).ilog2() as usize
}

fn is_reset_due(handle: Handle, native: &Native) -> bool {
    let Some(profile) = space::profile(handle.slot) else { return false };
    let since = since(handle, native);
    native.reset_after > 0 && nanos(profile.clock.now()).saturating_sub(since) >= native.reset_after
}

/// When the series began, or was reset.
pub(super) fn since(handle: Handle, native: &Native) -> u64 {
    // Ordering: Relaxed - written before the handle was given away, or under the lock.
    space::shared(handle.slot).word(native.state(SINCE)).load(Ordering::Relaxed)
}

/// How far the zero bucket reaches.
pub(super) fn zero(handle: Handle, native: &Native) -> f64 {
    f64::from_bits(space::shared(handle.slot).word(native.state(ZERO)).load(Ordering::Relaxed))
}

/// What labels make, at a schema and with a zero bucket.
struct Census {
    /// Sign and index, each once.
    buckets: Vec<(bool, i32)>,
    /// Labels in the last stage.
    labels: usize,
}

/// Whether a bucket lies within the zero bucket.
pub(super) fn is_zero(index: i32, schema: i32, zero: f64) -> bool {
    upper_bound(index, schema) <= zero
}

impl Stages {
    /// Begins anew if this was another life's. `None` if the life is over.
    fn enter(&mut self, handle: Handle, native: &Native) -> Option<()> {
        // Who ends a life comes here behind that, and so finds what is entered now.
        if !is_open(space::shared(handle.slot), handle.generation) {
            return None;
        }
        if self.life != Some(handle) {
            let list = vec![Stage::first(handle, native)];
            *self = Self { life: Some(handle), list, ..Self::default() };
        }
        Some(())
    }

    fn last(&self) -> Stage {
        *self.list.last().expect("there is one from the beginning")
    }

    fn census(&self, handle: Handle, native: &Native) -> Census {
        let (zero, last) = (zero(handle, native), self.last());
        let (mut buckets, mut found) = (Vec::new(), 0);
        for stage in &self.list {
            let shared = space::shared(stage.area.slot);
            let table = stage.table(handle, native);
            for (_, label) in labels::all(shared, table, stage.area.generation) {
                found += usize::from(*stage == last);
                if let Bucket::Exponential { positive, index } = label.native() {
                    if !is_zero(index, stage.schema, zero) {
                        buckets.push((positive, coarsen(index, stage.schema - last.schema)));
                    }
                }
            }
        }
        buckets.sort_unstable();
        buckets.dedup();
        Census { buckets, labels: found }
    }

    /// See [`review`].
    fn review(&mut self, handle: Handle, native: &Native) -> bool {
        let shared = space::shared(handle.slot);
        let over = shared.word(native.state(OVER));
        let census = self.census(handle, native);
        let is_over = census.buckets.len() > native.most_buckets.max(self.stuck);
        if is_over && is_reset_due(handle, native) && self.reset(handle, native) {
            return true;
        }
        if !is_over {
            // Ordering: Relaxed - a hint, as below.
            over.store(0, Ordering::Relaxed);
            let places = self.last().table(handle, native).places();
            if census.labels * 4 > places * 3 {
                self.push(handle, native, self.last().schema, census.buckets.len());
            }
            return false;
        }
        self.reduced = true;
        let widened = self.widen(handle, native, &census);
        let reduced = widened || self.halve(handle, native, &census);
        let left = self.census(handle, native).buckets.len();
        let goes_on = reduced && left > native.most_buckets;
        over.store(goes_on.into(), Ordering::Relaxed);
        self.stuck = if goes_on { 0 } else { left };
        if goes_on {
            call(handle);
        }
        false
    }

    /// Takes the buckets that are nearest to 0 into the zero bucket, if it may reach so far.
    fn widen(&self, handle: Handle, native: &Native, census: &Census) -> bool {
        let nearest = census.buckets.iter().map(|(_, index)| *index).min();
        let wider = nearest.map(|index| upper_bound(index, self.last().schema));
        let wider = wider.filter(|_| zero(handle, native) < native.most_zero);
        let Some(wider) = wider.filter(|wider| *wider <= native.most_zero) else { return false };
        if self.list.len() >= MOST_WIDENED {
            return false;
        }
        let word = space::shared(handle.slot).word(native.state(ZERO));
        // Ordering: Relaxed - see the table of the module.
        word.store(wider.to_bits(), Ordering::Relaxed);
        true
    }

    fn halve(&mut self, handle: Handle, native: &Native, census: &Census) -> bool {
        let schema = self.last().schema;
        schema > COARSEST && self.push(handle, native, schema - 1, census.buckets.len())
    }

    /// Begins another stage, with room for so many buckets and as many again.
    fn push(&mut self, handle: Handle, native: &Native, schema: i32, buckets: usize) -> bool {
        let Some(stage) = take(native, schema, buckets) else { return false };
        self.list.push(stage);
        announce(space::shared(handle.slot), native.state(STAGE), stage.entry());
        true
    }

    /// Begins anew, with nothing counted.
    fn reset(&mut self, handle: Handle, native: &Native) -> bool {
        let Some(profile) = space::profile(handle.slot) else { return false };
        let Some(stage) = take(native, native.schema, 0) else { return false };
        let over = std::mem::replace(&mut self.list, vec![stage]);
        let shared = space::shared(handle.slot);
        native.prepare(shared, nanos(profile.clock.now()));
        self.resets += 1;
        (self.reduced, self.stuck) = (false, 0);
        // Ordering: Relaxed - a hint.
        shared.word(native.state(OVER)).store(0, Ordering::Relaxed);
        announce(shared, native.state(STAGE), stage.entry());
        call(handle);
        end_all(handle, &over);
        true
    }
}

/// An area for a stage. `None` if the process has no room.
fn take(native: &Native, schema: i32, buckets: usize) -> Option<Stage> {
    let wanted = buckets + native.classic.bounds().len();
    let places = |words: usize| words - layout::HEADER;
    let roomy = |words: &usize| places(*words) * 3 / 8 >= wanted.min(MOST_BUCKETS / 2);
    let sizes = (0..SIZES).map(|n| LEAST << n);
    let words = sizes.take(SIZES - 1).find(roomy).unwrap_or(LEAST << (SIZES - 1));
    let area = POOLS.lock()[size(words)].begin(true)?;
    Some(Stage { area, words, schema })
}

/// Makes every thread that has words of the series look for its last stage at its next observation.
fn call(handle: Handle) {
    slab::areas(handle.slot).for_each(|(_, own)| block::call(own, handle.generation));
}
