use prom_client::{Gauge, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(name = "jobs_bucket")]
    jobs: Gauge,
}

fn main() {}
