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
//! | [`page`] | protocol: many numbers of which most are never used |
//! | [`native`] | protocol: blocks whose places get their buckets when they are needed; [`exponential`] numbers those |
//! | [`dense`] | protocol: handles by a small number |
//! | [`exemplar`] | protocol: one exemplar |
//! | [`map`] | protocol: series by label set |
//! | [`slab`], [`directory`], [`zeroed`] | words per thread |
//! | [`space`], [`areas`], [`single`], [`class`], [`profile`] | who has which words, and for what |
//! | [`tick`] | when a series begins |
//! | [`number`], [`distribution`], [`buckets`], [`summary`], [`exemplars`] | the protocols as metrics use them |
//! | [`sketch`], [`tally`], [`window`] | quantiles of what was observed lately |
//! | [`sync`] | atomics, locks, statics: the real ones, or those of loom in `modelled` |
//!
//! Nothing here knows names or formats. `unsafe` is in [`directory`], [`zeroed`] and [`tick`] only.
//!
//! Each protocol has loom models in `models`, on the code that runs, which `ci/loom.sh` runs: `cell`, `block`,
//! `page`, `native`, `dense`, `exemplar`, `map::record`, `map::index`, `map::order`, the map as a whole, `slab` with
//! `directory`, and `space`. `ci/weakenings.sh` shows that they notice each weakening that it names. The whole crate builds under loom;
//! what loom cannot take as it is comes through [`sync`] and [`zeroed`], for which `modelled` has stand-ins.

mod area;
mod areas;
mod block;
mod buckets;
mod cell;
mod class;
mod dense;
mod directory;
pub(crate) mod distribution;
mod exemplar;
pub(crate) mod exemplars;
pub(crate) mod exponential;
pub(crate) mod map;
#[cfg(all(loom, test))]
mod models;
pub(crate) mod native;
pub(crate) mod number;
mod page;
mod profile;
pub(crate) mod single;
mod sketch;
mod slab;
mod space;
pub(crate) mod summary;
#[cfg_attr(loom, path = "modelled/sync.rs")]
mod sync;
mod tally;
mod tick;
pub(crate) mod window;
#[cfg_attr(loom, path = "modelled/zeroed.rs")]
mod zeroed;

pub(crate) use self::{
    area::Handle,
    block::MAX_BUCKETS,
    buckets::Search,
    class::Class,
    dense::Dense,
    profile::{Profile, Sliding},
    space::{clock, profile_of as profile},
};
