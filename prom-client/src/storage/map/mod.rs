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

pub(super) mod growing;
mod hash;
pub(super) mod index;
mod interner;
mod order;
mod read;
pub(super) mod record;
mod rendered;
mod rest;
mod series;
mod text;
pub(super) mod value;
mod writer;

pub(crate) use rest::{AT_ONCE, Looked, Round};
pub(crate) use series::{Entry, Key, SeriesMap};

/// A place in the map's memory: number of a block, and place in it, so that finding it takes no
/// arithmetic on lengths; see `growing`.
pub(super) type Address = u32;
