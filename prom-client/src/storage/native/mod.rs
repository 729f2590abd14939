//! Native histograms by handle: [`block`]s whose places get their buckets when they are needed.
//!
//! # Problem
//! A native histogram has thousands of buckets, of which a series uses a few dozen; which ones shows only when
//! values come. An observation of a bucket that is there must cost about what one of a classic histogram
//! costs, and a reading must be as exact: buckets and sum of the same observations, for every thread a prefix of
//! what it observed. And when there get to be too many buckets, they must become fewer while writers run.
//!
//! # Protocol
//! A series counts in *stages*. A stage is a block, with a table of [`labels`] that says which bucket each
//! of its places counts; all threads share the table, each has its own counts.
//!
//! ```text
//!  stage 0   shared  [control, head, sum, sum, counts .., labels .., stage, zero, due, over, since]
//!            own     [tag,     head, sum, sum, counts .., unused ..,  stage, zero, table]
//!  further   shared  [control, -,    -,   -,   labels ..]
//!            own     [tag,     head, sum, sum, counts ..]
//! ```
//!
//! * **Observe**: the thread knows its stage, and how far the zero bucket reaches, from its own words of the series.
//!   It computes the label of the value, finds the label's place and counts there, as in any block.
//! * **A new bucket**: the label goes into the table by a compare-and-swap. Its place has 0 in every
//!   thread's block. Then whoever put it there reviews how many buckets there are: see [`stages`].
//! * **Another stage** follows when the table is full, or the resolution is halved: an area of its own, with its
//!   own schema, empty. Threads go there the next time that they miss a label, or are called, and never
//!   come back. A thread that goes on counting in an earlier stage loses nothing: a reading adds up all
//!   stages, and puts what was counted finely where it belongs in the coarser schema.
//! * **A wider zero bucket** is a word. It only grows, so a reading that looks at it behind the counts
//!   knows the widest that any of these was counted with, and adds narrower buckets that lie within.
//! * **Reading** goes from the last stage to the first, and to the shared counts at the end: so it has all
//!   that a thread observed in earlier stages, if it has any that it observed in a later one.
//! * **Reset**: a new stage at the full resolution, from which on readings begin; the earlier ones end,
//!   and their areas are used again. Threads are called: see *adopt* in the table. What is observed at this moment may be lost
//!   with all that was before.
//! * **Removal** ends the series' own area, then the stages. Areas are used again only as what they were, and labels
//!   carry the generation of their area, so that one that comes late is none of the next life's.
//!
//! A histogram with classic buckets too counts both at once: a label names the classic and the native bucket, and
//! a reading adds up by either.
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | `stage`, store under the lock | Release | adopt, Acquire | the area's life, and the zero bucket of this stage |
//! | adopt: tag, fence, `stage` | SeqCst fence | reset: `stage`, fence, tags | a thread that misses the new stage is called |
//! | `zero` | Relaxed | - | who counted with it published the count by Release; a reading loads it behind an Acquire fence, so not an earlier one |
//! | `due`, set by a swap | Release | swap, Acquire | the label that it is due for |
//! | `due`, fence SeqCst | - | unlock, fence SeqCst, `due` | of "due, then locked?" and "unlocked, then due?" one sees the other |
//! | `end`: control, fence, place; place, fence, control | SeqCst fence | - | of "the life is over" and "there is something to be taken away" one is seen |
//!
//! # Progress and cost
//! An observation of a known bucket: some 20 loads and 3 plain stores; no locked instruction, no loop but over
//! labels that hash alike. A new bucket looks at all labels of the series, some 100 ns. A further stage, a handful in
//! a life, is made under a lock that is held for microseconds at most; only who needs a stage waits for it.
//!
//! # Verified by
//! `models::native`: labels that two threads insert, and that come late; readings beside a thread that
//! goes to the next stage; a reset beside a thread that adopts the old one; reviews, and a life's end, beside whoever has
//! the lock. Each named weakening fails.

pub(super) mod labels;
pub(super) mod layout;
pub(super) mod reading;
pub(super) mod spread;
pub(super) mod stages;

pub(crate) use self::{
    layout::{MOST_BUCKETS, Native},
    reading::{Reading, look, read},
    stages::uncounted,
};

use self::labels::Place;
use self::layout::{OVER, STAGE, Stage, TABLE, Table, ZERO};
use self::spread::Kept;
use super::area::{Area, Handle};
use super::block::{self, Cold};
use super::page::Entry;
use super::slab::{self, Slab};
use super::space;
use super::sync::{Ordering, fence};
use crate::label::ExemplarLabels;

/// Counts one value.
pub(crate) fn observe(handle: Handle, native: &Native, value: f64) {
    if let Some(own) = slab::own(handle.slot) {
        let own = own.aligned::<{ layout::LEAST }>();
        // Ordering: Relaxed - only this thread writes its words; a call is only a hint to look.
        if own.word(block::TAG).load(Ordering::Relaxed) == u64::from(handle.generation) {
            let table = Table::from_bits(own.word(native.state(TABLE)).load(Ordering::Relaxed));
            let zero = f64::from_bits(own.word(native.state(ZERO)).load(Ordering::Relaxed));
            let stage = Entry::from_bits(own.word(native.state(STAGE)).load(Ordering::Relaxed));
            let stage = stage.area();
            if let Some(block) = slab::own(stage.slot) {
                let block = block.aligned::<{ layout::LEAST }>();
                let tag = block.word(block::TAG).load(Ordering::Relaxed);
                if tag == u64::from(stage.generation) {
                    let label = native.label(value, table.schema(), zero);
                    let shared = space::shared(stage.slot).aligned::<{ layout::LEAST }>();
                    if let Some(place) = labels::find(shared, table, stage.generation, label) {
                        return block::observe(block, place, value);
                    }
                }
            }
        }
    }
    observe_cold(handle, native, value);
}

/// What became of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    /// It is in a bucket that was there.
    Known,
    /// It made its bucket.
    New,
    /// The series was removed, or the process has no room.
    Nowhere,
}

#[cold]
#[inline(never)]
fn observe_cold(handle: Handle, native: &Native, value: f64) {
    slab::with(|slab| {
        loop {
            let due = match count(slab, handle, native, value) {
                Counted::New => true,
                // Ordering: Relaxed - a hint.
                Counted::Known => {
                    let over = space::shared(handle.slot).word(native.state(OVER));
                    over.load(Ordering::Relaxed) != 0
                }
                Counted::Nowhere => break,
            };
            // NaN has no bucket and makes no bucket one too many.
            if !due || value.is_nan() || !stages::review(handle, native) {
                break;
            }
            // The histogram began anew, and this observation shall be in it.
        }
    });
    if space::is_sampled(handle.slot) {
        super::exemplars::sample(handle, native.classic.find(value), value);
    }
}

fn count(slab: &Slab, handle: Handle, native: &Native, value: f64) -> Counted {
    let shared = space::shared(handle.slot);
    let mut made = false;
    let own = match slab.warm(handle.slot) {
        Some(own) => Some(own),
        None => match count_shared(shared, handle, native, value) {
            Ok(counted) => return counted,
            Err(elsewhere) => {
                made = elsewhere.made;
                slab.make(handle.slot, true)
            }
        },
    };
    let Some(own) = own else { return Counted::Nowhere };
    loop {
        if !block::begin(shared, own, &slab.reply, handle, native.words - layout::HEADER) {
            return Counted::Nowhere;
        }
        let Some(stage) = adopt(shared, own, handle, native) else { return Counted::Nowhere };
        let Some(block) = begin(slab, own, handle, stage) else { continue };
        let table = stage.table(handle, native);
        let zero = f64::from_bits(own.word(native.state(ZERO)).load(Ordering::Relaxed));
        let label = native.label(value, stage.schema, zero);
        let area = space::shared(stage.area.slot);
        let (place, counted) = match labels::insert(area, table, stage.area.generation, label) {
            Place::Known(place) if !made => (place, Counted::Known),
            Place::Known(place) | Place::New(place) => (place, Counted::New),
            Place::Full if stages::grow(handle, native, stage) => continue,
            Place::Full => {
                stages::note_uncounted();
                return Counted::Nowhere;
            }
            Place::Gone => continue,
        };
        block::observe(block, place, value);
        return counted;
    }
}

/// An observation has to be counted elsewhere: the series is hot, or has left its first stage, or another thread
/// is writing.
#[derive(Clone, Copy, Debug)]
struct Elsewhere {
    /// It made its bucket all the same, which nobody has reviewed.
    made: bool,
}

/// Counts in the words that all threads share.
fn count_shared(
    shared: Area<'_>,
    handle: Handle,
    native: &Native,
    value: f64,
) -> Result<Counted, Elsewhere> {
    // Ordering: Relaxed - only whether there is one; the counts of this stage are read in any case, but for
    // those of before a reset, which closes them.
    if shared.word(native.state(STAGE)).load(Ordering::Relaxed) != 0 {
        return Err(Elsewhere { made: false });
    }
    let zero = f64::from_bits(shared.word(native.state(ZERO)).load(Ordering::Relaxed));
    let label = native.label(value, native.schema, zero);
    let place = labels::insert(shared, native.table(), handle.generation, label);
    let (place, counted) = match place {
        Place::Known(place) => (place, Counted::Known),
        Place::New(place) => (place, Counted::New),
        Place::Full => return Err(Elsewhere { made: false }),
        Place::Gone => return Ok(Counted::Nowhere),
    };
    match block::observe_shared(shared, handle.generation, place, value, false) {
        Cold::Done => Ok(counted),
        Cold::Gone => Ok(Counted::Nowhere),
        Cold::Hot | Cold::Busy => Err(Elsewhere { made: counted == Counted::New }),
    }
}

/// Makes the series' last stage the thread's, whose tag is that of the series. `None` when the series was
/// removed.
fn adopt(shared: Area<'_>, own: Area<'_>, handle: Handle, native: &Native) -> Option<Stage> {
    let (entry, zero) = last(shared, native.state(STAGE), native.state(ZERO));
    if !block::is_still(shared, handle.generation) {
        return None;
    }
    let stage = Stage::of(entry, handle, native);
    own.word(native.state(STAGE)).store(stage.entry().to_bits(), Ordering::Relaxed);
    own.word(native.state(ZERO)).store(zero, Ordering::Relaxed);
    own.word(native.state(TABLE)).store(stage.table(handle, native).to_bits(), Ordering::Relaxed);
    Some(stage)
}

/// The last stage, and how far its zero bucket reaches, of a thread whose tag says that it has begun.
pub(super) fn last(shared: Area<'_>, stage: usize, zero: usize) -> (Entry, u64) {
    // Ordering: SeqCst - pairs with the fence of `announce`.
    fence(Ordering::SeqCst);
    let entry = Entry::from_bits(shared.word(stage).load(Ordering::Acquire));
    (entry, shared.word(zero).load(Ordering::Relaxed))
}

/// Under the lock: makes a stage the last one. With the fence, a thread that does not see it yet has a tag that
/// shows to whoever calls it next.
pub(super) fn announce(shared: Area<'_>, stage: usize, entry: Entry) {
    shared.word(stage).store(entry.to_bits(), Ordering::Release);
    // Ordering: SeqCst - pairs with the fence of `last`.
    fence(Ordering::SeqCst);
}

/// The thread's block of a stage; `None` if the stage is over, so that there is another one.
fn begin<'a>(slab: &Slab, own: Area<'a>, handle: Handle, stage: Stage) -> Option<Area<'a>>
where
    'static: 'a,
{
    if stage.area == handle {
        return Some(own);
    }
    let block = slab.make(stage.area.slot, true)?;
    let shared = space::shared(stage.area.slot);
    let words = stage.words - layout::HEADER;
    block::begin(shared, block, &slab.reply, stage.area, words).then_some(block)
}

/// Keeps an exemplar, unless another thread is at it.
pub(super) fn keep_exemplar(handle: Handle, value: f64, time: u64, labels: &ExemplarLabels) {
    if let Some(mut exemplars) = stages::series(handle).exemplars.try_lock() {
        // Whoever ends the life empties this behind that.
        if stages::is_open(space::shared(handle.slot), handle.generation) {
            exemplars.add(Kept { value, time, labels: labels.clone() });
        }
    }
}

/// The exemplars, by value. Call it before the counts are read.
pub(crate) fn exemplars(handle: Handle) -> Vec<Kept> {
    let Some(series) = stages::place(handle).get() else { return Vec::new() };
    let exemplars = series.exemplars.lock();
    if handle.is_live() { exemplars.all().to_vec() } else { Vec::new() }
}

/// How many values were observed: another number after each. `None` when the histogram's life is over.
pub(crate) fn total(handle: Handle, native: &Native) -> Option<u64> {
    let mut stages = Vec::new();
    let resets = stages::of(handle, native, &mut stages)?;
    let shared = space::shared(handle.slot);
    let mut count = resets << 40;
    for stage in stages {
        if stage.area == handle {
            count = count.wrapping_add(block::count(shared));
        }
        let own = slab::areas(stage.area.slot);
        let own = own.filter_map(|(_, own)| block::count_own(own, stage.area));
        count = own.fold(count, u64::wrapping_add);
    }
    block::is_still(shared, handle.generation).then_some(count)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_label_has_room_for_every_bucket() {
        use super::super::exponential::{COARSEST, FINEST, index};
        for schema in COARSEST..=FINEST {
            for magnitude in [f64::from_bits(1), f64::MAX, f64::INFINITY] {
                for positive in [false, true] {
                    for classic in [0, 507] {
                        let native = super::labels::Bucket::Exponential {
                            positive,
                            index: index(magnitude, schema),
                        };
                        let label = super::labels::Label::new(classic, native);
                        assert_eq!((label.classic(), label.native()), (classic, native));
                    }
                }
            }
        }
    }
}
