use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = exponential(START, 2.0, 4))]
    jobs: Histogram,
}

fn main() {}
