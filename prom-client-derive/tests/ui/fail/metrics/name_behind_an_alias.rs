use prom_client::{Gauge, Metrics};

type Number = Gauge;

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    jobs_total: Number,
}

fn main() {}
