//! Labels with types: a struct that names them, an enum that lists its values, and what a family
//! can do with them.

use std::error::Error;

use prom_client::{Counter, Family, Gauge, LabelSet, LabelValue, Registry};

/// Labels of a query, by the names of the fields. It borrows the name of its table, so a look-up copies
/// nothing.
#[derive(LabelSet)]
struct Query<'a> {
    backend: Backend,
    #[label(rename = "table")]
    table_name: &'a str,
}

/// A label set of nothing but enums and booleans is found in an array.
#[derive(LabelValue, Clone, Copy, Debug, PartialEq)]
enum Backend {
    Postgres,
    #[label(rename = "redis")]
    RedisV7,
}

fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();

    // `with` finds a metric or makes it; `find` makes nothing.
    let queries: Family<Query<'static>, Counter> =
        registry.register("db_queries", "Queries run.")?;
    let table = String::from("users");
    queries.with(&Query { backend: Backend::Postgres, table_name: &table }).inc();
    queries.with(&Query { backend: Backend::RedisV7, table_name: "sessions" }).inc_by(3);
    queries.with(&Query { backend: Backend::RedisV7, table_name: "carts" }).inc();
    assert!(queries.find(&Query { backend: Backend::Postgres, table_name: "carts" }).is_none());
    assert_eq!(queries.len(), 3);

    // A handle is eight bytes and may be kept. Once its series is removed, it counts nowhere.
    let sessions = queries.with(&Query { backend: Backend::RedisV7, table_name: "sessions" });
    assert!(queries.remove(&Query { backend: Backend::RedisV7, table_name: "sessions" }));
    sessions.inc();
    queries.retain(|query, counter| query.backend == Backend::Postgres || counter.value() > 100);
    assert_eq!(queries.len(), 1);

    // Tuples do where a struct would be too much; the family names their labels.
    let connections: Family<(Backend, bool), Gauge> = registry
        .metric("db_connections", "Open connections.")
        .labels(["backend", "idle"])
        .register()?;
    connections.with(&(Backend::RedisV7, true)).set(9);
    connections.clear();
    connections.with(&(Backend::RedisV7, false)).set(1);

    // Labels that come from outside should have a bound. What is beyond it is counted together.
    let hosts: Family<(&str,), Counter> = registry
        .metric("db_clients", "Connections accepted, by the host they came from.")
        .labels(["host"])
        .max_series(2)
        .register()?;
    for host in ["app-1", "app-2", "scanner-1", "scanner-2", "app-1"] {
        hosts.with(&(host,)).inc();
    }
    assert_eq!(hosts.with(&("_OTHER",)).value(), 2);
    assert_eq!(hosts.refused(), 2);

    print!("{}", registry.to_text());
    Ok(())
}
