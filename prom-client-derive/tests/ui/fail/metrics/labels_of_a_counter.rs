use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(labels = ["shard"])]
    jobs: Counter,
}

fn main() {}
