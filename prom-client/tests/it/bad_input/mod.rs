//! Bad input gets a clear error, or does what is written here, and loses nothing else.
//!
//! `docs/bad-input.md` is the table of all this for readers; it names these tests.

mod amounts;
mod callbacks;
mod clashes;
mod collectors;
mod labels;
mod names;
mod strings;
mod utf8;

use prom_client::{
    Counter, Format, Gauge, Histogram, Kind, RegisterError, Registry, State, StateSet,
};

use crate::support::{exposition, text};

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// A registry that was there before the bad input came.
fn registry() -> Registry {
    let registry = Registry::new();
    let bystander: Gauge =
        registry.register("bystander", "Was here before.").expect("it is the first");
    bystander.set(7);
    registry
}

/// What such a registry shows, and what it must go on showing.
const BYSTANDER: &str = "# HELP bystander Was here before.\n# TYPE bystander gauge\nbystander 7\n";

/// Nothing was added and nothing was lost.
#[track_caller]
fn unharmed(registry: &Registry) {
    assert_eq!(text(registry), BYSTANDER);
    assert!(exposition(registry, Format::OpenMetrics).ends_with("bystander 7\n# EOF\n"));
}

/// The rest of the registry is still there.
#[track_caller]
fn still_there(registry: &Registry) {
    for format in [Format::Text, Format::OpenMetrics] {
        let exposition = exposition(registry, format);
        assert!(exposition.contains("\nbystander 7\n"), "{exposition}");
    }
}

/// Registers a metric of this kind, as if it were done where this is called.
#[track_caller]
fn register(registry: &Registry, kind: Kind, name: &str) -> Result<(), RegisterError> {
    match kind {
        Kind::Counter => registry.register::<Counter>(name, "").map(drop),
        Kind::Gauge => registry.register::<Gauge>(name, "").map(drop),
        Kind::Info => registry.info(name, "", &[("version", "1")]).map(drop),
        Kind::StateSet => registry.register::<StateSet<Light>>(name, "").map(drop),
        _ => registry.register::<Histogram>(name, "").map(drop),
    }
}

/// States of something.
#[derive(Clone, Copy, PartialEq)]
enum Light {
    Off,
    On,
}

impl State for Light {
    const ALL: &'static [Self] = &[Self::Off, Self::On];
    const NAMES: &'static [&'static str] = &["off", "on"];
}

/// What the message goes on with where a larger set has the name.
const OR_UTF8: &str = "; `Registry::with_names(Names::Utf8)` allows such names";

/// The message for a metric or a label that has this name.
fn invalid(name: &str, why: &str) -> String {
    let is_utf8 = why == "it begins with a digit" || why.ends_with("letter, digit or underscore");
    let or_utf8 = if is_utf8 { OR_UTF8 } else { "" };
    format!("invalid name `{}`: {why}{or_utf8}", name.escape_debug())
}

/// The message of what must be an error.
#[track_caller]
fn refused<T, E: ToString>(result: Result<T, E>) -> String {
    match result {
        Ok(_) => panic!("it was accepted"),
        Err(error) => error.to_string(),
    }
}
