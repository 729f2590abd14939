//! Areas of metrics that are made one at a time.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::area::Handle;
use super::areas::{Areas, Recycler};
use super::class::{Class, Start};
use super::sync::{Mutex, global};

/// Areas of one class.
pub(super) struct Pool {
    areas: Areas,
    recycler: Recycler,
    taken: usize,
}

impl Pool {
    pub(super) const fn new(class: Class) -> Self {
        Self { areas: Areas::new(class), recycler: Recycler::new(), taken: 0 }
    }

    /// Begins a life. `None` when the slot space is used up.
    pub(super) fn begin(&mut self, hot: bool) -> Option<Handle> {
        let mut busy = Vec::new();
        let begun = loop {
            let slot = match self.recycler.pop(self.taken, |slot| slot) {
                Some(slot) => slot,
                None => {
                    self.taken += 1;
                    match self.areas.take() {
                        Some(slot) => slot,
                        None => break None,
                    }
                }
            };
            match self.areas.class().start(slot, hot) {
                Start::Live(generation) => break Some(Handle { slot, generation }),
                // Not now, and not again in this call: its writer may have been stopped for good.
                Start::Busy => busy.push(slot),
                Start::WornOut => {}
                Start::Full => {
                    busy.push(slot);
                    break None;
                }
            }
        };
        busy.into_iter().for_each(|slot| self.recycler.push(slot));
        begun
    }

    /// Ends it.
    pub(super) fn end(&mut self, handle: Handle) {
        self.areas.class().end(handle);
        self.recycle(handle);
    }

    /// Takes back what the caller ended.
    pub(super) fn recycle(&mut self, handle: Handle) {
        self.recycler.push(handle.slot);
    }
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
    POOLS.lock().entry(class).or_insert_with(|| Pool::new(class)).begin(true)
}

/// Ends it.
pub(crate) fn end(class: Class, handle: Handle) {
    if let Some(pool) = POOLS.lock().get_mut(&class) {
        pool.end(handle);
    }
}
