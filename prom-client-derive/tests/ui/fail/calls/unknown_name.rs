use prom_client::{Counter, counted};

#[counted(cals)]
fn run(calls: &Counter) {
    let _ = calls;
}

fn main() {}
