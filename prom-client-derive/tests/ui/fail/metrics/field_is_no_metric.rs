use prom_client::{Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    jobs: String,
}

fn main() {}
