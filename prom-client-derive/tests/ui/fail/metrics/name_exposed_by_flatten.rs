use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    jobs: Counter,
    #[metric(flatten)]
    inner: Inner,
}

#[derive(Metrics)]
struct Inner {
    /// Jobs done.
    jobs: Counter,
}

fn main() {}
