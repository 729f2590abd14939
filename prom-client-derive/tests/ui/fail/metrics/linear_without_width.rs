use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = linear(1.0, 0.0, 4))]
    jobs: Histogram,
}

fn main() {}
