use prom_client::{Counter, Metrics};

#[derive(Metrics)]
union Jobs {
    done: Counter,
}

fn main() {}
