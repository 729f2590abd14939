//! PromQL from outside: scripts, claims, and servers.

#[cfg(feature = "http")]
mod server;
