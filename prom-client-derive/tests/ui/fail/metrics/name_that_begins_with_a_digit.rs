use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(name = "2nd")]
    jobs: Counter,
}

fn main() {}
