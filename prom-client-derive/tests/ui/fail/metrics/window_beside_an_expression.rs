use prom_client::{Metrics, Quantiles, Summary};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(quantiles = Quantiles::default(), window = "1m")]
    jobs: Summary,
}

fn main() {}
