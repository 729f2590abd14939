use prom_client::{Counter, counted};

#[counted(metric = calls)]
fn run(calls: &Counter) {
    let _ = calls;
}

fn main() {}
