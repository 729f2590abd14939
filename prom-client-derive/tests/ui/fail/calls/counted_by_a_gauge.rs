use prom_client::{Gauge, counted};

#[counted(calls)]
fn run(calls: &Gauge) {
    let _ = calls;
}

fn main() {}
