use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = linear(1.0, 1.0, 1))]
    jobs: Histogram,
}

fn main() {}
