use prom_client::{Counter, Family, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(labels = ["a", "a"])]
    jobs: Family<(u8, u8), Counter>,
}

fn main() {}
