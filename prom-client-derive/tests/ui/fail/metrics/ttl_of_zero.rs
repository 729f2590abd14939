use prom_client::{Counter, Family, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(labels = ["shard"], ttl = "0s")]
    jobs: Family<(u8,), Counter>,
}

fn main() {}
