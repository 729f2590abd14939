//! Areas of metrics that are made one at a time.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::area::Handle;
use super::areas::{Areas, Recycler};
use super::class::{Class, Start};
use super::sync::{Mutex, global};

struct Pool {
    areas: Areas,
    recycler: Recycler,
    taken: usize,
}

global! {
    static POOLS: LazyLock<Mutex<HashMap<Class, Pool>>> = LazyLock::new(Mutex::default);
}

/// Statics are never dropped, but loom drops them, in any order: these would look at others.
#[cfg(all(loom, test))]
pub(super) fn forget() {
    POOLS.lock().clear();
}

/// Begins the life of a metric without labels. There are few of them, so each is hot from the start.
/// `None` when the slot space is used up.
pub(crate) fn begin(class: Class) -> Option<Handle> {
    let mut pools = POOLS.lock();
    let pool = pools.entry(class).or_insert_with(|| Pool {
        areas: Areas::new(class),
        recycler: Recycler::default(),
        taken: 0,
    });
    let mut busy = Vec::new();
    let begun = loop {
        let slot = match pool.recycler.pop(pool.taken, |slot| slot) {
            Some(slot) => slot,
            None => {
                pool.taken += 1;
                match pool.areas.take() {
                    Some(slot) => slot,
                    None => break None,
                }
            }
        };
        match class.start(slot, true) {
            Start::Live(handle) => break Some(handle),
            // Not now, and not again in this call: its writer may have been stopped for good.
            Start::Busy => busy.push(slot),
            Start::WornOut => {}
        }
    };
    busy.into_iter().for_each(|slot| pool.recycler.push(slot));
    begun
}

/// Ends it.
pub(crate) fn end(class: Class, handle: Handle) {
    class.end(handle);
    if let Some(pool) = POOLS.lock().get_mut(&class) {
        pool.recycler.push(handle.slot);
    }
}
