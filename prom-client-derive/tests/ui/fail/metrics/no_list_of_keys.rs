use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric]
    jobs: Counter,
}

fn main() {}
