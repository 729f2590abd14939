use prom_client::{Histogram, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(init = |_| todo!(), buckets = [1.0])]
    jobs: Histogram,
}

fn main() {}
