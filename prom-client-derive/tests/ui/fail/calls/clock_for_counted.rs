use prom_client::{Clock, Counter, counted};

#[counted(|_| *calls, clock = clock)]
fn run(calls: &Counter, clock: &Clock) {
    let _ = (calls, clock);
}

fn main() {}
