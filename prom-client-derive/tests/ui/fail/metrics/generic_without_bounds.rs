use prom_client::{Counter, Family, Metrics};

#[derive(Metrics)]
struct Jobs<L> {
    /// Jobs done.
    jobs: Family<L, Counter>,
}

fn main() {}
