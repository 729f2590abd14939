use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    jobs: Counter,
    /// Jobs again.
    jobs_total: Counter,
}

fn main() {}
