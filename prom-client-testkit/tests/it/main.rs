//! The kit from outside: against corpora of other projects, against printers of its own, and as a command.

#[cfg(feature = "yaml")]
mod beside_prometheus;
mod chart;
mod command;
#[cfg(feature = "yaml")]
mod config;
mod conformance;
#[cfg(feature = "yaml")]
mod discovery;
#[cfg(feature = "promql")]
mod engine;
mod generate;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "regex")]
mod job;
#[cfg(feature = "yaml")]
mod jobs;
mod lab;
#[cfg(feature = "promql")]
mod language;
mod lint;
mod mistakes;
mod native;
mod print;
#[cfg(feature = "promql")]
mod promql;
#[cfg(any(feature = "yaml", all(feature = "http", feature = "promql")))]
mod real;
#[cfg(feature = "regex")]
mod relabel;
mod roundtrip;
mod scrape;
mod store;
mod wire;
