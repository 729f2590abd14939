use prom_client::{Counter, counted};

#[counted(calls)]
const fn run(calls: &Counter) {
    let _ = calls;
}

fn main() {}
