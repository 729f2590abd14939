use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(ttl = "1h")]
    jobs: Counter,
}

fn main() {}
