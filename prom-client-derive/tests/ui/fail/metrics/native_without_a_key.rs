use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = native(1.1))]
    jobs: Histogram,
}

fn main() {}
