use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(nested)]
    jobs: Counter,
}

fn main() {}
