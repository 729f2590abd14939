use prom_client::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefix = "shop")]
struct Jobs {
    /// Jobs done.
    jobs: Counter,
}

fn main() {}
