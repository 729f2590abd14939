//! What the table is made of: measurements on one side, targets on the other.

mod files;
mod table;
mod targets;

pub use files::{Measurement, read, save};
pub use table::markdown;
pub use targets::{TARGETS, Target, Unit};
