use prom_client::{Metrics, Summary};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(quantiles = [])]
    jobs: Summary,
}

fn main() {}
