use prom_client::{Counter, timed};

#[timed(|_| *calls)]
fn run(calls: &Counter) {
    let _ = calls;
}

fn main() {}
