use prom_client::{Gauge, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(exemplars)]
    jobs: Gauge,
}

fn main() {}
