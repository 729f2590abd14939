use prom_client::{Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(skip)]
    jobs: std::time::Instant,
}

fn main() {}
