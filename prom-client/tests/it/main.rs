//! What a user of the crate can rely on, tested from outside.

mod auto_traits;
mod bad_input;
mod concurrency;
mod endpoint;
mod exemplars;
mod expiry;
#[cfg(feature = "exporter")]
mod exporter;
mod family_model;
#[cfg(feature = "http")]
mod http;
mod native;
mod pieces_of_code;
mod readme;
mod registry;
mod start_times;
mod summary;
mod support;
