use prom_client::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(const_labels(zone = 5))]
struct Jobs {
    /// Jobs done.
    jobs: Counter,
}

fn main() {}
