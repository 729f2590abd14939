use prom_client::{Counter, timed};

#[timed(calls)]
fn run(calls: &Counter) {
    let _ = calls;
}

fn main() {}
