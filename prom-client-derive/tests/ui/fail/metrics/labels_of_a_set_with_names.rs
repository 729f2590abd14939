use prom_client::{Counter, Family, LabelSet, Metrics};

#[derive(LabelSet)]
struct Shard {
    shard: u8,
}

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(labels = ["shard"])]
    jobs: Family<Shard, Counter>,
}

fn main() {}
