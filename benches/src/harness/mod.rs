//! How a column is timed.

mod config;
mod pool;
mod program;
mod round;
mod row;

pub use config::{config, pin};
pub use pool::{Operation, Pool, Turn};
pub use program::wanted;
pub use row::Row;
