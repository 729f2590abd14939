//! Registries.

mod collectors;
mod names;
mod order;
mod owners;
mod parts;
mod reading;
#[cfg(feature = "statics")]
mod statics;
mod utf8;

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;
