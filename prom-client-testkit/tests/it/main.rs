//! The kit from outside: against corpora of other projects, against printers of its own, and as a command.

mod command;
mod conformance;
mod generate;
mod lab;
mod lint;
mod mistakes;
mod print;
mod roundtrip;
mod scrape;
mod store;
mod wire;
