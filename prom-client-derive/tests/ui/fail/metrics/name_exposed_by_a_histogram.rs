use prom_client::{Gauge, Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    jobs: Histogram,
    /// How many.
    jobs_count: Gauge,
}

fn main() {}
