//! From a label set to its series: look-ups without a lock, insertion and removal under a short one.
//!
//! ```text
//!  hash ──► index ──► record ──► values        area (shared, and per thread)
//!           entry     generation  words   ┌──► control, value
//!                     slot ───────────────┘
//! ```
//!
//! | file | what it is |
//! |---|---|
//! | [`series`] | the parts put together, and how series are found |
//! | [`writer`] | how they come and go, under the lock |
//! | [`read`], [`order`] | their labels, and their order in the exposition |
//! | [`rest`] | those that are not updated any more |
//! | [`index`] | from a hash to candidates |
//! | [`record`] | what a series is, and when it may be believed |
//! | [`value`], [`text`], [`interner`] | label values: as words, long ones, each of those kept once |
//! | [`hash`], [`rendered`] | a label set hashed; a label set copied before the lock is taken |
//! | [`growing`] | the memory of records and long values |
//!
//! Nothing is freed before the map is dropped and everything is used again, so memory is bounded by the
//! most series that were alive at once.

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
