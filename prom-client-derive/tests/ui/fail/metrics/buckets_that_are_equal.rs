use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = [1, 1.0])]
    jobs: Histogram,
}

fn main() {}
