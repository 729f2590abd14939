use prom_client::{Counter, Family, Metrics};

#[derive(Metrics)]
#[metrics(const_labels(zone = "a"))]
struct Jobs {
    /// Jobs done.
    #[metric(labels = ["zone"])]
    jobs: Family<(u8,), Counter>,
}

fn main() {}
