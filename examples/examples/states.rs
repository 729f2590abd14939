//! What a program is, and in what state: build info, an info that changes, and state sets.

use prom_client::{Family, Registry, State, StateSet, build_info};

/// The states of a circuit breaker.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Circuit {
    Closed,
    Open,
    HalfOpen,
}

impl State for Circuit {
    const ALL: &'static [Self] = &[Self::Closed, Self::Open, Self::HalfOpen];
    const NAMES: &'static [&'static str] = &["closed", "open", "half_open"];
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::new();
    build_info!(&registry, "shop")?;
    let config = registry.info("shop_config", "Configuration in use.", &[("hash", "9b1d")])?;
    let circuits: Family<(&str,), StateSet<Circuit>> = registry
        .metric("shop_circuit", "State of the circuit breakers.")
        .labels(["to"])
        .register()?;

    let bank = circuits.with(&("bank",));
    circuits.with(&("mail",)).set(Circuit::HalfOpen);
    bank.set(Circuit::Open);
    config.set(&[("hash", "77f0"), ("source", "disk")])?;

    assert_eq!(bank.state(), Circuit::Open);
    let snapshot = registry.snapshot();
    assert_eq!(snapshot.state("shop_circuit", &[("to", "mail")]), Some("half_open"));
    assert_eq!(snapshot.info("shop_config", "source"), Some("disk"));
    print!("{}", registry.to_text());
    Ok(())
}
