use prom_client::{Counter, Histogram, counted};

#[counted(|_| metrics.1)]
fn run(metrics: (Histogram, Counter), text: &str) -> u8 {
    let _ = metrics;
    text.lenght() as u8
}

fn main() {}
