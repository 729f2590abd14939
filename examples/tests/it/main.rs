//! What several crates do together, and what others make of it: real servers and strict readers.
//!
//! These programs are asked, if they are there: `prometheus` and `promtool` of any version from
//! 2.42 on, `victoria-metrics`, and `python3`, or what the environment variable `PROM_PYTHON` names,
//! with the package `prometheus_client`. A test whose program is missing says `skipped: no NAME` and
//! passes, but fails where `PROM_REQUIRE_SERVERS=1` is set. A second, newer Prometheus, which is what
//! `PROM_NEWER` names, is asked only if there is one.

mod examples;
mod generated;
mod http;
mod judge;
mod kit;
mod lab;
mod load;
mod matrix;
mod prometheus;
mod samples;
mod tools;
mod web;

/// The tests in this example are themselves what it shows.
#[path = "../../examples/unit_test.rs"]
#[allow(dead_code, reason = "the example's `main`, which is run as a program of its own")]
mod unit_test;

/// Whatever may go wrong in a test.
type Failure = Box<dyn std::error::Error + Send + Sync>;
