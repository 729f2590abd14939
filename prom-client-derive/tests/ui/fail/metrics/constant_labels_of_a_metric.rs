use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(const_labels(zone = "a"))]
    jobs: Counter,
}

fn main() {}
