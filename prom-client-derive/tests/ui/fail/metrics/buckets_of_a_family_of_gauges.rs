use prom_client::{Family, Gauge, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(labels = ["shard"], buckets = [1.0])]
    jobs: Family<(u8,), Gauge>,
}

fn main() {}
