use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = [0.1, 1.0, 0.5])]
    jobs: Histogram,
}

fn main() {}
