use prom_client::{Counter, Histogram, timed};

#[timed(metrics.0)]
async fn run(metrics: (Histogram, Counter), text: &str) -> u8 {
    let _ = metrics;
    text.len()
}

fn main() {}
