use prom_client::{Counter, counted};

#[counted(|_| calls.inc())]
fn run(calls: &Counter) {
    let _ = calls;
}

fn main() {}
