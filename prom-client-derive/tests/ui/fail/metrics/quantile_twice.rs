use prom_client::{Metrics, Summary};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(quantiles = [0.5, 0.50])]
    jobs: Summary,
}

fn main() {}
