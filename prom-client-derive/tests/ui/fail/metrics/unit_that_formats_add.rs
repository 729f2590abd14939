use prom_client::{Gauge, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(unit = "total")]
    jobs: Gauge,
}

fn main() {}
