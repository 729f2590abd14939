//! How long the creation of a series takes while another thread scrapes its family without pause.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use prom_client_benches::data::{Labels, label_sets, label_sets_of_their_own};
use prom_client_benches::harness::{pin, wanted};
use prom_client_benches::libraries::{self, Counters};
use prom_client_benches::report::{self, Measurement};

const SERIES: usize = 200_000;
const REPETITIONS: usize = 5;
/// Where each creation waits for a scrape, not all series come into being.
const PATIENCE: Duration = Duration::from_secs(1);

/// The rows of one kind of label sets: the longest creation, and the 99.9th percentile.
type Rows = [&'static str; 2];

/// Few values, many combinations.
const SHARED: Rows = ["latency_create_max", "latency_create_p999"];
/// A long value of its own for each series.
const OWN: Rows = ["latency_own_max", "latency_own_p999"];

fn main() -> io::Result<()> {
    let mut measurements = Vec::new();
    if wanted(&SHARED) {
        columns(SHARED, &label_sets(SERIES), &mut measurements);
    }
    if wanted(&OWN) {
        columns(OWN, &label_sets_of_their_own(SERIES), &mut measurements);
    }
    if measurements.is_empty() { Ok(()) } else { report::save("latency", &measurements) }
}

fn columns(rows: Rows, sets: &[Labels<'_>], measurements: &mut Vec<Measurement>) {
    println!("{:<18} {:>10} {:>10} {:>10}", rows[0], "created", "p99.9 us", "max us");
    column::<libraries::ours::Counters>(rows, sets, measurements);
    column::<libraries::prometheus::Counters>(rows, sets, measurements);
    column::<libraries::prometheus_client::Counters>(rows, sets, measurements);
    column::<libraries::metrics::Counters>(rows, sets, measurements);
    column::<libraries::fastmetrics::Counters>(rows, sets, measurements);
    column::<libraries::measured::Counters>(rows, sets, measurements);
}

/// Medians over a few repetitions: on a shared machine, one maximum is luck.
fn column<C: Counters>(rows: Rows, sets: &[Labels<'_>], measurements: &mut Vec<Measurement>) {
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
    for (row, duration) in rows.into_iter().zip([max, p999]) {
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
