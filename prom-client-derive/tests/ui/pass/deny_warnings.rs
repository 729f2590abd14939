#![deny(warnings, unused, unused_braces, unused_parens, rust_2024_compatibility, elided_lifetimes_in_paths)]
#![deny(missing_docs, missing_debug_implementations, unreachable_pub)]
#![forbid(unsafe_code)]

//! A program that is told off for everything.

use prom_client::{
    Counter, Family, Gauge, Histogram, LabelSet, LabelValue, Metrics, Outcome, Registry, counted, in_flight, timed,
};

/// A label.
#[derive(Clone, Copy, Debug, LabelValue)]
pub enum Kind {
    /// The one.
    A,
    /// The others.
    #[label(other)]
    B,
}

/// Labels.
#[derive(Debug, LabelSet)]
pub struct Labels<'a> {
    /// A kind.
    pub kind: Kind,
    /// A name.
    pub name: &'a str,
    /// An outcome.
    pub outcome: Outcome,
}

/// Metrics.
#[derive(Debug, Metrics)]
pub struct Metered {
    /// Calls.
    pub calls: Family<Labels<'static>, Counter>,
    /// Times.
    pub times: Histogram,
    /// Calls under way.
    pub under_way: Gauge,
}

#[timed(metered.times)]
#[in_flight(metered.under_way)]
#[counted(|outcome| metered.calls.with(&Labels { kind: Kind::A, name: "unit", outcome }))]
fn unit(metered: &Metered) {}

#[timed(|_| metered.times)]
#[counted(|outcome| metered.calls.with(&Labels { kind: Kind::B, name, outcome }))]
fn result(metered: &Metered, name: &str) -> Result<usize, std::num::ParseIntError> {
    let length = name.parse::<usize>()?;
    if length > 5 {
        return Ok(5);
    }
    Ok(length)
}

#[timed(|_| metered.times)]
#[counted(|outcome| metered.calls.with(&Labels { kind: Kind::B, name, outcome }))]
async fn future(metered: &Metered, name: &str) -> Result<usize, std::num::ParseIntError> {
    result(metered, name)
}

#[counted(|outcome| metered.calls.with(&Labels { kind: Kind::B, name: "never", outcome }))]
fn never(metered: &Metered) -> ! {
    panic!("expected")
}

fn main() {
    let metered = Metered::register(&Registry::new()).expect("names");
    unit(&metered);
    drop(future(&metered, "7"));
    let _never: fn(&Metered) -> ! = never;
}
