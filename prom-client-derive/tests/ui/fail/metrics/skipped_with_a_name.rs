use prom_client::{Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(skip, name = "other")]
    jobs: u8,
}

fn main() {}
