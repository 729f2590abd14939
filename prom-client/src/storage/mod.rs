//! Storage.
#![allow(dead_code)]
mod area;
#[cfg(not(loom))] mod areas;
mod block;
#[cfg(not(loom))] mod buckets;
mod cell;
#[cfg(not(loom))] mod class;
#[cfg(not(loom))] mod directory;
#[cfg(not(loom))] pub(crate) mod distribution;
#[cfg(not(loom))] pub(crate) mod number;
#[cfg(not(loom))] mod profile;
#[cfg(not(loom))] pub(crate) mod single;
#[cfg(not(loom))] mod slab;
#[cfg(not(loom))] mod space;
#[cfg(not(loom))] pub(crate) mod map;
mod sync;
#[cfg(not(loom))] mod zeroed;
#[cfg(not(loom))] pub(crate) use area::Handle;
#[cfg(not(loom))] pub(crate) use class::Class;
#[cfg(not(loom))] pub(crate) use profile::Profile;
#[cfg(not(loom))] pub(crate) use buckets::Search;
#[cfg(not(loom))] pub(crate) use block::MAX_BUCKETS;
/// The clock of the metric that a handle names, also of one that is gone.
#[cfg(not(loom))]
pub(crate) fn clock(handle: Handle) -> crate::clock::Clock {
    space::profile(handle.slot).map(|profile| profile.clock.clone()).unwrap_or_default()
}

#[cfg(not(loom))]
impl Handle {
    /// Whether the life that it names goes on.
    pub(crate) fn is_live(self) -> bool {
        // Cells and blocks both keep the generation in the upper half of their first shared word.
        cell::is_live(space::shared(self.slot), self.generation)
    }
}
