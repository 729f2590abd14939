use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckts = [1.0])]
    jobs: Histogram,
}

fn main() {}
