//! Targets over HTTP, against servers on loopback.

mod answers;
mod discovery;
mod requests;
pub(crate) mod server;
