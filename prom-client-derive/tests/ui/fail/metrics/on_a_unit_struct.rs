use prom_client::Metrics;

#[derive(Metrics)]
struct Jobs;

fn main() {}
