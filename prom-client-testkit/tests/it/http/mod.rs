//! Targets over HTTP, against servers on loopback.

mod answers;
mod requests;
mod server;
