use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(name = "__jobs")]
    jobs: Counter,
}

fn main() {}
