use prom_client::{Counter, counted};

#[counted(calls, labels = ["x"])]
fn run(calls: &Counter) {
    let _ = calls;
}

fn main() {}
