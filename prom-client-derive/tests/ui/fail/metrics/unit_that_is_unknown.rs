use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(unit = euros)]
    jobs: Counter,
}

fn main() {}
