use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(buckets = [1.0])]
    jobs: Counter,
}

fn main() {}
