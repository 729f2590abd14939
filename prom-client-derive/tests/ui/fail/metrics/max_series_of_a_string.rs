use prom_client::{Counter, Family, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(labels = ["shard"], max_series = "10")]
    jobs: Family<(u8,), Counter>,
}

fn main() {}
