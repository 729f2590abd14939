use prom_client::{Metrics, Summary};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(window = "1m")]
    jobs: Summary,
}

fn main() {}
