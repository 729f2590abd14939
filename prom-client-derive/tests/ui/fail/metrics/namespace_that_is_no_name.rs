use prom_client::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(namespace = "my-shop")]
struct Jobs {
    /// Jobs done.
    jobs: Counter,
}

fn main() {}
