use prom_client::{Clock, Histogram, timed};

#[timed(calls, clock = clock)]
fn run(calls: &Histogram, clock: &Clock) {
    let _ = (calls, clock);
}

fn main() {}
