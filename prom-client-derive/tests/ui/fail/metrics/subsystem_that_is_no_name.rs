use prom_client::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(subsystem = "")]
struct Jobs {
    /// Jobs done.
    jobs: Counter,
}

fn main() {}
