use prom_client::{Counter, counted};

#[counted(|| *calls)]
fn run(calls: &Counter) {
    let _ = calls;
}

fn main() {}
