use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(quantiles = [0.5])]
    jobs: Histogram,
}

fn main() {}
