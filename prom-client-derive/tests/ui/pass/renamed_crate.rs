pub extern crate prom_client as other;

mod facade {
    pub use other as metrics;
}

mod prom_client {}

use facade::metrics::{Counter, Family, Registry};

#[derive(facade::metrics::LabelValue)]
#[label(crate = facade::metrics)]
enum Kind {
    A,
}

#[derive(facade::metrics::LabelSet)]
#[label(crate = facade::metrics)]
struct Labels {
    kind: Kind,
    outcome: facade::metrics::Outcome,
}

#[derive(facade::metrics::State, Clone, Copy, PartialEq)]
#[label(crate = facade::metrics)]
enum Door {
    Shut,
}

#[derive(facade::metrics::Metrics)]
#[metrics(crate = facade::metrics)]
struct Metered {
    /// Calls.
    calls: Family<Labels, Counter>,
    /// The door.
    door: facade::metrics::StateSet<Door>,
}

#[facade::metrics::counted(
    |outcome| metered.calls.with(&Labels { kind: Kind::A, outcome }),
    crate = facade::metrics
)]
fn call(metered: &Metered) {
    metered.door.set(Door::Shut);
}

fn main() {
    use facade::metrics::Metrics;

    let registry = Registry::new();
    call(&Metered::register(&registry).unwrap());
}
