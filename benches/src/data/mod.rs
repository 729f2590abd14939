//! What the metrics are given: the same for every library, in the same order.

mod enums;
mod exposition;
mod inputs;
mod labels;
mod queries;
mod values;

pub use enums::{EnumLabels, Method, Route, Status, enum_labels};
pub use exposition::exposition;
pub use inputs::{Cycle, Draws, Inputs};
pub use labels::{LABEL_NAMES, Labels, label_sets, label_sets_of_their_own};
pub use queries::{Asked, summary};
pub use values::{BOUNDS, latencies};

/// All random data starts here, so that two runs see the same.
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
