use prom_client::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(const_labels(__zone = "a"))]
struct Jobs {
    /// Jobs done.
    jobs: Counter,
}

fn main() {}
