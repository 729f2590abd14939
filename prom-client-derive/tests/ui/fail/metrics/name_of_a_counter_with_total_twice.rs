use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    jobs_total_total: Counter,
}

fn main() {}
