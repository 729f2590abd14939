use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = [])]
    jobs: Histogram,
}

fn main() {}
