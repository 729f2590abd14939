use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = native(max_buckets = 1_000))]
    jobs: Histogram,
}

fn main() {}
