use prom_client::{Histogram, in_flight};

#[in_flight(calls)]
fn run(calls: &Histogram) {
    let _ = calls;
}

fn main() {}
