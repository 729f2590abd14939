use prom_client::{Buckets, Histogram, Metrics, Quantiles, Registry, Summary};

const BOUNDS: [f64; 2] = [1.0, 2.0];

#[derive(Metrics)]
struct Metered {
    /// Sizes.
    #[metric(buckets = Buckets::new(BOUNDS)?)]
    sizes: Histogram,
    /// Times.
    #[metric(quantiles = Quantiles::new([0.5])?)]
    times: Summary,
}

fn main() {
    let registry = Registry::new();
    let metered = Metered::register(&registry).unwrap();
    metered.sizes.observe(1.5);
    metered.times.observe(1.5);
}
