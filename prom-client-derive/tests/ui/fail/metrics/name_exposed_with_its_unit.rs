use prom_client::{Gauge, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(unit = seconds)]
    jobs: Gauge,
    /// Jobs again.
    jobs_seconds: Gauge,
}

fn main() {}
