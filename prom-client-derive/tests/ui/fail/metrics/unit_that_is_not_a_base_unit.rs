use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(unit = milliseconds)]
    jobs: Histogram,
}

fn main() {}
