//! Whose exemplars are where, and who supplies their labels.
//!
//! Beside the words of areas there is a place for an exemplar per word number, made when the first exemplar
//! comes that belongs there: a counter's is at its slot, that of a bucket so many words behind, which is
//! still inside of the area. So places are bound to areas and are used again with them: there are at most
//! as many as there were counters and buckets with an exemplar alive at once.
//!
//! An update with labels of its own always [puts](put) them. Others are [sampled](sample), in areas of
//! classes that want it, which lie apart so that no other metric has to ask (see [`space`](super::space)).
//! The source of labels, user code, is asked when a place has nothing of this life, when a reading has shown
//! what it has, and every [`ANYWAY`]th time, so that without readings the newest is not old for ever. So
//! exemplars cost little however often a metric is updated.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::area::{CHUNK_WORDS, Handle};
use super::directory::{CHUNKS, chunk_of};
use super::exemplar::Place;
use super::profile::Profile;
use super::sync::{AtomicBool, AtomicU64, OnceBox, OnceLock, Ordering, array, global, local};
use super::{native, space};
use crate::clock;
use crate::label::ExemplarLabels;

/// Supplies the labels of where the caller is, or says that there are none.
type Source = Box<dyn Fn(&mut ExemplarLabels) -> bool + Send + Sync>;

global! {
    static SOURCE: OnceLock<Source> = OnceLock::new();
}

/// The places of a chunk of the slot space.
struct Page([OnceBox<Place>; CHUNK_WORDS]);

global! {
    static PAGES: [OnceBox<Page>; CHUNKS] = array![OnceBox::new(); CHUNKS];
}

global! {
    /// Whether there ever was an exemplar.
    static ANY: AtomicBool = AtomicBool::new(false);
}

global! {
    /// Exemplars that were not taken, since they or their labels cannot be.
    static REFUSED: AtomicU64 = AtomicU64::new(0);
}

/// Each so many updates of sampled metrics, a thread asks the source though nothing is due: 100 ns in 256.
const ANYWAY: u32 = 256;

local! {
    static UPDATES: Cell<u32> = Cell::new(0);
}
local! {
    /// The source is running: what it counts itself is not sampled.
    static ASKING: Cell<bool> = Cell::new(false);
}

/// Makes this the source, for good; `false` if there is one.
pub(crate) fn set_source(
    source: impl Fn(&mut ExemplarLabels) -> bool + Send + Sync + 'static,
) -> bool {
    SOURCE.set(Box::new(source)).is_ok()
}

/// How many exemplars were refused since the process began.
pub(crate) fn refused() -> u64 {
    REFUSED.load(Ordering::Relaxed)
}

/// Whether there may be anything to [`read`] of this one.
pub(crate) fn any_of(handle: Handle) -> bool {
    any() && any_near(handle.slot)
}

/// Whether there may be anything to [`read`] in the chunk of this slot.
pub(super) fn any_near(slot: u32) -> bool {
    PAGES[chunk_of(slot)].get().is_some()
}

/// Whether there ever was an exemplar.
pub(super) fn any() -> bool {
    // Ordering: Relaxed - who must see an exemplar sees this too, which was stored before by the same thread.
    ANY.load(Ordering::Relaxed)
}

fn place(slot: u32, bucket: usize) -> Option<&'static Place> {
    let page = PAGES[chunk_of(slot)].get()?;
    page.0[(slot as usize + bucket) & (CHUNK_WORDS - 1)].get()
}

fn make(slot: u32, bucket: usize) -> &'static Place {
    let empty = || Box::new(Page(array![OnceBox::new(); CHUNK_WORDS]));
    let page = PAGES[chunk_of(slot)].get_or_init(empty);
    page.0[(slot as usize + bucket) & (CHUNK_WORDS - 1)].get_or_init(Place::new)
}

/// Keeps an exemplar of this update; `bucket` is 0 for a counter. Call it behind the update, so that who sees the
/// exemplar sees the update.
pub(crate) fn put(handle: Handle, bucket: usize, value: f64, labels: &ExemplarLabels) {
    // NaN is in no bucket, though `+Inf` counts it.
    if !labels.fits() || value.is_nan() {
        // Ordering: Relaxed - a count publishes nothing else.
        REFUSED.fetch_add(1, Ordering::Relaxed);
        return;
    }
    if !handle.is_live() {
        return;
    }
    let Some(profile) = space::profile(handle.slot) else { return };
    let now = clock::nanos(profile.clock.now());
    if !any() {
        ANY.store(true, Ordering::Relaxed);
    }
    make(handle.slot, bucket).write(handle.generation, value, now, labels.as_bytes());
    if profile.native.is_some() {
        native::keep_exemplar(handle, value, now, labels);
    }
}

/// Asks for an exemplar of this update, if there is a source and it is time for one.
#[inline]
pub(super) fn sample(handle: Handle, bucket: usize, value: f64) {
    let Some(source) = SOURCE.get() else { return };
    let updates = UPDATES.with(Cell::get).wrapping_add(1);
    UPDATES.with(|own| own.set(updates));
    let due = || place(handle.slot, bucket).is_none_or(|place| place.is_due(handle.generation));
    let wanted = updates % ANYWAY == 0 || due();
    if wanted && handle.is_live() && !value.is_nan() {
        ask(source, handle, bucket, value);
    }
}

#[inline(never)]
fn ask(source: &Source, handle: Handle, bucket: usize, value: f64) {
    if ASKING.with(|asking| asking.replace(true)) {
        return;
    }
    let mut labels = ExemplarLabels::new();
    // An update does not panic, not even by the source's fault: it may be one of a timer that is dropped by
    // another panic.
    let answer = catch_unwind(AssertUnwindSafe(|| source(&mut labels)));
    ASKING.with(|asking| asking.set(false));
    match answer {
        Ok(true) => put(handle, bucket, value, &labels),
        Ok(false) => {}
        Err(_) => {
            REFUSED.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Calls `each` with number, value, time and labels of the buckets that have an exemplar of this life. Call it before the counts are read: then these have all that the exemplars are of.
pub(crate) fn read(handle: Handle, mut each: impl FnMut(usize, f64, Duration, ExemplarLabels)) {
    if !any_near(handle.slot) {
        return;
    }
    let search = space::profile(handle.slot).and_then(Profile::classic);
    for bucket in 0..search.map_or(1, |search| search.buckets()) {
        let kept = place(handle.slot, bucket).and_then(|place| place.read(handle.generation));
        if let Some(kept) = kept {
            let labels = ExemplarLabels::from_bytes(&kept.labels[..kept.len]);
            each(bucket, kept.value, Duration::from_nanos(kept.time), labels);
        }
    }
}
