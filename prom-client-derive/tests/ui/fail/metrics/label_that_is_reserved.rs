use prom_client::{Counter, Family, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(labels = ["le"])]
    jobs: Family<(u8,), Counter>,
}

fn main() {}
