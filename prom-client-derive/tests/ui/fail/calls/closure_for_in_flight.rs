use prom_client::{Gauge, in_flight};

#[in_flight(|_| *calls)]
fn run(calls: &Gauge) {
    let _ = calls;
}

fn main() {}
