use prom_client::{Counter, Family, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    jobs: Family<(u8,), Counter>,
}

fn main() {}
