use prom_client::{Counter, Family, counted};

#[counted(calls)]
fn run(calls: &Family<(u8,), Counter>) {
    let _ = calls;
}

fn main() {}
