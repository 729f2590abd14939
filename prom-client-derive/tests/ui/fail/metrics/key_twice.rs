use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(name = "a", name = "b")]
    jobs: Counter,
}

fn main() {}
