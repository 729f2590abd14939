//! Expositions as text and as protobuf, into the [model](crate::model), with the place of every mistake.
//!
//! ```text
//!            ┌─ text/         lenient as Prometheus 3.5, strict as promtool
//!  Parser ───┼─ openmetrics/  lenient as Prometheus 3.5, strict as the specification
//!            └─ protobuf/
//! ```
//!
//! Text is read by hand-written scanners over [`cursor`], which share the labels in [`braces`]: samples have
//! to be read at some millions per second, without an allocation for each. Nothing here recurses, and
//! memory is bounded by the size of the body.

mod braces;
mod cursor;
mod error;
mod fault;
mod format;
mod media_type;
mod number;
mod openmetrics;
mod parser;
#[cfg(feature = "protobuf")]
mod protobuf;
mod text;

pub use error::ParseError;
pub use format::Format;
pub use parser::Parser;
