//! How long the creation of a series takes while another thread scrapes its family without pause.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use prom_client_benches::data::{Labels, label_sets};
use prom_client_benches::harness::{pin, wanted};
use prom_client_benches::libraries::{self, Counters};
use prom_client_benches::report::{self, Measurement};

const SERIES: usize = 200_000;
const REPETITIONS: usize = 5;
/// Where each creation waits for a scrape, not all series come into being.
const PATIENCE: Duration = Duration::from_secs(1);

const MAX: &str = "latency_create_max";
const P999: &str = "latency_create_p999";

fn main() -> io::Result<()> {
    if !wanted(&[MAX, P999]) {
        return Ok(());
    }
    let sets = label_sets(SERIES);
    let mut measurements = Vec::new();
    println!("{:<18} {:>10} {:>10} {:>10}", "", "created", "p99.9 us", "max us");
    column::<libraries::ours::Counters>(&sets, &mut measurements);
    column::<libraries::prometheus::Counters>(&sets, &mut measurements);
    column::<libraries::prometheus_client::Counters>(&sets, &mut measurements);
    column::<libraries::metrics::Counters>(&sets, &mut measurements);
    column::<libraries::fastmetrics::Counters>(&sets, &mut measurements);
    column::<libraries::measured::Counters>(&sets, &mut measurements);
    report::save("latency", &measurements)
}

/// Medians over a few repetitions: on a shared machine, one maximum is luck.
fn column<C: Counters>(sets: &[Labels<'_>], measurements: &mut Vec<Measurement>) {
    let runs: Vec<Vec<Duration>> = (0..REPETITIONS).map(|_| creations::<C>(sets)).collect();
    let median = |value: fn(&[Duration]) -> Duration| {
        let mut values: Vec<Duration> = runs.iter().map(|run| value(run)).collect();
        values.sort_unstable();
        values[REPETITIONS / 2]
    };
    let max = median(|run| run[run.len() - 1]);
    let p999 = median(|run| run[(run.len() - 1) * 999 / 1_000]);
    let created = runs.iter().map(Vec::len).sum::<usize>() / REPETITIONS;

    let us = |duration: Duration| duration.as_secs_f64() * 1e6;
    println!("{:<18} {created:>10} {:>10.1} {:>10.1}", C::LIBRARY, us(p999), us(max));
    for (row, duration) in [(MAX, max), (P999, p999)] {
        measurements.push(Measurement::new(row, 2, C::LIBRARY, duration.as_secs_f64() * 1e9));
    }
}

/// What each creation took, in ascending order.
fn creations<C: Counters>(sets: &[Labels<'_>]) -> Vec<Duration> {
    let family = C::new();
    let (scraping, done) = (AtomicBool::new(false), AtomicBool::new(false));
    let mut times = Vec::with_capacity(sets.len());
    thread::scope(|scope| {
        scope.spawn(|| {
            pin(1);
            let mut body = C::Body::default();
            while !done.load(Ordering::Relaxed) {
                family.scrape(&mut body);
                scraping.store(true, Ordering::Relaxed);
            }
        });
        scope.spawn(|| {
            pin(0);
            while !scraping.load(Ordering::Relaxed) {
                thread::yield_now();
            }
            let start = Instant::now();
            for labels in sets {
                let before = Instant::now();
                family.inc(*labels);
                let after = Instant::now();
                times.push(after - before);
                if after - start > PATIENCE {
                    break;
                }
            }
            done.store(true, Ordering::Relaxed);
        });
    });
    times.sort_unstable();
    times
}
