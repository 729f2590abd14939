//! PromQL from outside: scripts, claims, and servers.

#[cfg(feature = "http")]
mod beside;
mod claims;
#[cfg(feature = "http")]
mod remote_write;
mod runner;
mod scripts;
#[cfg(feature = "http")]
mod server;
