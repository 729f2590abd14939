use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(exemplars = true)]
    jobs: Counter,
}

fn main() {}
