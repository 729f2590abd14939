use prom_client::{Metrics};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(init = |registry| registry.register("jobs", "Jobs done."))]
    jobs: String,
}

fn main() {}
