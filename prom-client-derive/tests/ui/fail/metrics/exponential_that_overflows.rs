use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = exponential(1e300, 1e10, 4))]
    jobs: Histogram,
}

fn main() {}
