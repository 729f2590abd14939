use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    jobs: Counter,
    /// Jobs again.
    #[metric(name = "jobs")]
    other: Counter,
}

fn main() {}
