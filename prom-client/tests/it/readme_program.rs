use prom_client::{Buckets, Counter, Family, Gauge, Histogram, Registry, Unit};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::new();
    let requests: Family<(&str, u16), Counter> = registry
        .metric("requests", "Requests served.")
        .labels(["route", "code"])
        .max_series(1_000)
        .register()?;
    let open: Gauge = registry.register("connections", "Connections in use.")?;
    let latency: Histogram = registry
        .metric("latency", "Time to answer.")
        .unit(Unit::SECONDS)
        .buckets(Buckets::new([0.1, 1.0])?)
        .register()?;

    let _connection = open.track(); // counts down when it is dropped
    requests.with(&("/users", 200)).inc();
    requests.with(&("/users", 503)).inc();
    latency.observe(0.25);

    print!("{}", registry.to_text());
    Ok(())
}
