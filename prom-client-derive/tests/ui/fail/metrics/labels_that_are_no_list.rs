use prom_client::{Counter, Family, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(labels = "shard")]
    jobs: Family<(u8,), Counter>,
}

fn main() {}
