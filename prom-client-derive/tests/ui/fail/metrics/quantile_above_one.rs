use prom_client::{Metrics, Summary};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(quantiles = [0.5, 99])]
    jobs: Summary,
}

fn main() {}
