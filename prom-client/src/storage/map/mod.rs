//! From a label set to its series: look-ups without a lock, insertion and removal under a short one.
//!
//! ```text
//!  hash ──► index ──► record ──► values        area (shared, and per thread)
//!           entry     generation  words   ┌──► control, value
//!                     slot ───────────────┘
//! ```
//!
//! [`series`] puts the parts together, which have their own files: [`index`] finds candidates, [`record`] says what a series is and when
//! it may be believed, [`text`] keeps and compares label values, [`interner`] keeps each once, [`growing`] is the memory of all, and
//! [`order`] keeps the order of the exposition. Nothing is freed before the map is dropped and
//! everything is used again, so memory is bounded by the most series that were alive at once.

pub(super) mod growing;
pub(super) mod index;
mod interner;
mod order;
pub(super) mod record;
mod rendered;
mod series;
mod text;

pub(crate) use series::{Entry, Key, SeriesMap};
