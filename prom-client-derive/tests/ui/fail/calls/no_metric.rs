use prom_client::{Counter, counted};

#[counted]
fn run(calls: &Counter) {
    let _ = calls;
}

fn main() {}
