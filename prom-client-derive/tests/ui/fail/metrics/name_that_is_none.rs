use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(name = "jobs.done")]
    jobs: Counter,
}

fn main() {}
