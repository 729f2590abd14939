use prom_client::{Counter, Metrics};

#[derive(Metrics)]
struct Jobs(Counter);

fn main() {}
