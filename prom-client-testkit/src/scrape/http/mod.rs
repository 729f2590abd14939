//! Targets over HTTP, asked as Prometheus asks.
//!
//! ```text
//!  Http ── client ──► status, Content-Type ── body ──► bytes, decompressed and limited
//!            └ redirects, credentials
//! ```

mod body;
mod client;
mod error;
mod target;

#[cfg(feature = "promql")]
pub(crate) use client::Ask;
pub(crate) use client::{Client, parse};
pub use error::HttpError;
pub use target::Http;
pub(super) use target::seconds;
