use prom_client::{Counter, Family, Metrics};

#[derive(Metrics)]
struct Labelled {
    /// Jobs.
    #[metric(labels = ["region"])]
    jobs: Family<(bool,), Counter>,
}

#[derive(Metrics)]
#[metrics(const_labels(region = "us"))]
struct Constant {
    /// Tasks.
    tasks: Counter,
}

#[derive(Metrics)]
#[metrics(const_labels(region = "eu"))]
struct Outer {
    #[metric(nested)]
    labelled: Labelled,
    #[metric(nested)]
    constant: Constant,
}

fn main() {}
