//! From a label set to its series: look-ups without a lock, insertion and removal under a short one.
//!
//! ```text
//!  hash ──► index ──► record ──► values        area (shared, and per thread)
//!           entry     generation  words   ┌──► control, value
//!                     slot ───────────────┘
//! ```
//!
//! [`series`] puts the parts together, which have their own files: [`index`] finds candidates, [`record`] says what a series is and when
//! it may be believed, [`text`] keeps and compares label values, [`interner`] keeps each once, [`growing`] is the memory of all,
//! [`order`] keeps the order of the exposition, and [`rest`] finds the series that are not updated any more. Nothing is freed before the map is dropped and
//! everything is used again, so memory is bounded by the most series that were alive at once.

#[cfg(not(loom))]
mod growing;
#[cfg(not(loom))]
mod hash;
#[cfg(not(loom))]
mod index;
#[cfg(not(loom))]
mod interner;
#[cfg(not(loom))]
mod order;
#[cfg(not(loom))]
mod read;
pub(super) mod record;
#[cfg(not(loom))]
mod rendered;
#[cfg(not(loom))]
mod rest;
#[cfg(not(loom))]
mod series;
#[cfg(not(loom))]
mod text;
pub(super) mod value;
#[cfg(not(loom))]
mod writer;

#[cfg(not(loom))]
pub(crate) use rest::{AT_ONCE, Looked, Round};
#[cfg(not(loom))]
pub(crate) use series::{Entry, Key, SeriesMap};

/// A place in the map's memory: number of a block, and place in it, so that finding it takes no
/// arithmetic on lengths; see `growing`.
type Address = u32;
