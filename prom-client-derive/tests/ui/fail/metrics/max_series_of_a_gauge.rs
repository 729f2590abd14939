use prom_client::{Gauge, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(max_series = 10)]
    jobs: Gauge,
}

fn main() {}
