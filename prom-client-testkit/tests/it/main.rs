//! The kit from outside: against corpora of other projects, against printers of its own, and as a command.

mod command;
mod conformance;
mod generate;
#[cfg(feature = "http")]
mod http;
mod lint;
mod mistakes;
mod print;
#[cfg(feature = "regex")]
mod relabel;
mod roundtrip;
mod wire;
