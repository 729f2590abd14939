use prom_client::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(const_labels(zone = "a", zone = "b"))]
struct Jobs {
    /// Jobs done.
    jobs: Counter,
}

fn main() {}
