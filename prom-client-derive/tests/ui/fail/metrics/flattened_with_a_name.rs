use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(flatten, name = "other")]
    jobs: Counter,
}

fn main() {}
