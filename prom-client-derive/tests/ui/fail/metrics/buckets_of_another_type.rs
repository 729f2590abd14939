use prom_client::{Histogram, Metrics};

fn bounds() -> Vec<f64> {
    vec![1.0]
}

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = bounds())]
    jobs: Histogram,
}

fn main() {}
