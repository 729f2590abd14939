use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    jobs: Counter,
    /// Jobs of the inner one.
    inner_jobs: Counter,
    #[metric(nested)]
    inner: Inner,
}

#[derive(Metrics)]
struct Inner {
    /// Jobs done.
    jobs: Counter,
}

fn main() {}
