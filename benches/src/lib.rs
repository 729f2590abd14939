//! Benchmarks of prom-client beside the other Prometheus libraries for Rust.
//!
//! The programs in `benches/` are grouped by what they measure; each holds a few *rows*, and each row
//! has one *column* per library. Here is what they share:
//!
//! - [`data`]: label sets, observations, and the random orders in which they are used;
//! - [`harness`]: how a column is timed, on one thread or on two that meet on the same metric;
//! - [`libraries`]: families of metrics in every library behind two small traits, for the rows that
//!   would otherwise repeat themselves;
//! - [`report`]: what the table is made of, and the targets.
//!
//! ```text
//! cargo bench -p prom-client-benches                         # everything
//! cargo bench -p prom-client-benches --bench counter         # one program
//! cargo bench -p prom-client-benches --bench counter -- inc  # the rows with `inc` in their names
//! cargo run -p prom-client-benches --bin table               # all results so far, against the targets
//! ```
#![allow(
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::missing_panics_doc,
    missing_debug_implementations,
    reason = "nobody outside of this package uses this, and what cannot be set up cannot be measured"
)]

pub mod data;
pub mod harness;
pub mod libraries;
pub mod report;
