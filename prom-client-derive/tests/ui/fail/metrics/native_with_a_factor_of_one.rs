use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = native(factor = 1.0))]
    jobs: Histogram,
}

fn main() {}
