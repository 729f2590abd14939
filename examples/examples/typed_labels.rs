//! Labels with types: a struct that names them, an enum that lists its values, and what a family
//! can do with them.

use std::convert::Infallible;
use std::error::Error;

use prom_client::{
    Counter, Family, Gauge, LabelName, LabelSet, LabelValue, LabelVisitor, Registry,
};

/// Labels of a query. It borrows the name of its table, so a look-up copies nothing.
struct Query<'a> {
    backend: Backend,
    table: &'a str,
}

impl LabelSet for Query<'_> {
    type Of<'a> = Query<'a>;
    // A struct has all its labels: there is nothing that could be missing or misspelt.
    type Error = Infallible;
    const NAMES: &'static [&'static str] = &["backend", "table"];

    fn visit(&self, _: &[LabelName], visitor: &mut impl LabelVisitor) -> Result<(), Infallible> {
        self.backend.visit(visitor);
        self.table.visit(visitor);
        Ok(())
    }

    fn read<R>(_: &[LabelName], values: &[&str], f: impl FnOnce(&Query<'_>) -> R) -> Option<R> {
        let [backend, table] = values else {
            return None;
        };
        Some(f(&Query { backend: Backend::parse(backend)?, table }))
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Backend {
    Postgres,
    Redis,
}

impl LabelValue for Backend {
    type Of<'a> = Self;
    // With `COUNT` and `index`, a label set of nothing but enums is found in an array.
    const COUNT: usize = 2;

    fn visit(&self, visitor: &mut impl LabelVisitor) {
        visitor.value(match self {
            Self::Postgres => "postgres",
            Self::Redis => "redis",
        });
    }

    fn parse(text: &str) -> Option<Self> {
        match text {
            "postgres" => Some(Self::Postgres),
            "redis" => Some(Self::Redis),
            _ => None,
        }
    }

    fn index(&self) -> usize {
        *self as usize
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();

    // `with` finds a metric or makes it; `find` makes nothing.
    let queries: Family<Query<'static>, Counter> =
        registry.register("db_queries", "Queries run.")?;
    let table = String::from("users");
    queries.with(&Query { backend: Backend::Postgres, table: &table }).inc();
    queries.with(&Query { backend: Backend::Redis, table: "sessions" }).inc_by(3);
    queries.with(&Query { backend: Backend::Redis, table: "carts" }).inc();
    assert!(queries.find(&Query { backend: Backend::Postgres, table: "carts" }).is_none());
    assert_eq!(queries.len(), 3);

    // A handle is eight bytes and may be kept. Once its series is removed, it counts nowhere.
    let sessions = queries.with(&Query { backend: Backend::Redis, table: "sessions" });
    assert!(queries.remove(&Query { backend: Backend::Redis, table: "sessions" }));
    sessions.inc();
    queries.retain(|query, counter| query.backend == Backend::Postgres || counter.value() > 100);
    assert_eq!(queries.len(), 1);

    // Tuples do where a struct would be too much; the family names their labels.
    let connections: Family<(Backend, bool), Gauge> = registry
        .metric("db_connections", "Open connections.")
        .labels(["backend", "idle"])
        .register()?;
    connections.with(&(Backend::Redis, true)).set(9);
    connections.clear();
    connections.with(&(Backend::Redis, false)).set(1);

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
