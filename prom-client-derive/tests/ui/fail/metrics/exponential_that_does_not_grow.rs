use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = exponential(1.0, 1.0, 4))]
    jobs: Histogram,
}

fn main() {}
