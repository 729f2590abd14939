use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    ///
    jobs: Counter,
}

fn main() {}
