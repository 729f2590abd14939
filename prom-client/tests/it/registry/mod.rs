//! Registries.

mod callbacks;
mod collectors;
mod infos;
mod names;
mod order;
mod owners;
mod parts;
#[cfg(all(feature = "process", target_os = "linux"))]
mod process;
mod reading;
mod state_sets;
#[cfg(feature = "statics")]
mod statics;
mod utf8;

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;
