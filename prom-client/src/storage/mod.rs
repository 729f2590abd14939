//! Where numbers are kept: what makes counting fast, exact, and safe under removal.
//!
//! ```text
//!                 handle {slot, generation}
//!                      │ slot                                  shared slab    [control, ..]
//!   thread's slab ◄────┴────► shared slab                      thread's slab  [tag, ..]
//!   hot: only this thread writes    cold: all threads write
//! ```
//!
//! Every metric has a few words, its area, at the same place in one shared slab and in a slab per
//! thread. It begins in the shared one; when it gets hot, each thread goes on in its own, where an
//! update is a check, a load and a store. A reading adds up the shared words and the threads'.
//!
//! Areas are used again when their metric is removed. Each life has a generation, handles carry it,
//! and a thread's words are tagged with it: an update through a stale handle finds another tag, then
//! another generation, and goes nowhere. Nothing is freed, so nothing can dangle; memory is bounded by
//! the most metrics that were alive at once, times the threads that use them hot.
//!
//! | file | what it is |
//! |---|---|
//! | [`area`] | words, handles, generations |
//! | [`cell`] | protocol: one number |
//! | [`block`] | protocol: many numbers that belong together |
//! | [`dense`] | protocol: handles by a small number |
//! | [`exemplar`] | protocol: one exemplar |
//! | [`map`] | protocol: series by label set |
//! | [`slab`], [`directory`], [`zeroed`] | words per thread |
//! | [`space`], [`areas`], [`single`], [`class`], [`profile`] | who has which words, and for what |
//! | [`number`], [`distribution`], [`buckets`], [`exemplars`] | the protocols as metrics use them |
//! | [`sync`] | atomics: the standard library's, or loom's |
//!
//! Nothing here knows names or formats. `unsafe` is in [`directory`] and [`zeroed`] only. The protocols of
//! `cell`, `block`, `dense`, `exemplar` and `map::record` have loom models in `models`, on the code that runs, which
//! `ci/loom.sh` runs; `ci/weakenings.sh` shows that they notice each weakening that it names.
//! `map::index` only gives hints, which `map::record` validates, and is compared with a map by a property
//! test; `slab`, `directory` and `space` publish and hand over in the usual ways, which their headers
//! state; they are exercised by the tests of threads that come and go.

mod area;
mod block;
mod cell;
mod dense;
mod exemplar;
mod sync;

#[cfg_attr(loom, allow(dead_code, reason = "models use the protocols, not what is around them"))]
pub(crate) mod map;

#[cfg(all(loom, test))]
mod models;

#[cfg(not(loom))]
mod areas;
#[cfg(not(loom))]
mod buckets;
#[cfg(not(loom))]
mod class;
#[cfg(not(loom))]
mod directory;
#[cfg(not(loom))]
pub(crate) mod distribution;
#[cfg(not(loom))]
pub(crate) mod exemplars;
#[cfg(not(loom))]
pub(crate) mod number;
#[cfg(not(loom))]
mod profile;
#[cfg(not(loom))]
pub(crate) mod single;
#[cfg(not(loom))]
mod slab;
#[cfg(not(loom))]
mod space;
#[cfg(not(loom))]
mod zeroed;

#[cfg(not(loom))]
pub(crate) use self::{
    area::Handle, block::MAX_BUCKETS, buckets::Search, class::Class, dense::Dense,
    profile::Profile, space::clock,
};
