use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(unit = 5)]
    jobs: Counter,
}

fn main() {}
