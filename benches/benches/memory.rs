//! Live bytes per series.
//!
//! Each measurement runs in a process of its own: what a library keeps for reuse would otherwise make the next
//! measurement look better.

use std::alloc::System;
use std::env;
use std::io;
use std::process::Command;

use prom_client_benches::data::{Inputs, label_sets, latencies};
use prom_client_benches::harness::wanted;
use prom_client_benches::libraries::{self, Counters, Histograms, Scrape};
use prom_client_benches::report::{self, Measurement};
use serde::{Deserialize, Serialize};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const COUNTERS: usize = 100_000;
const HISTOGRAMS: usize = 10_000;
/// How often each series is touched.
const TOUCHES: usize = 3;

/// What the parent passes to a child.
const CHILD: &str = "--measure";

/// One library, one kind of metric.
struct Case {
    row: &'static str,
    library: &'static str,
    measure: fn() -> Usage,
}

/// Bytes per series.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Usage {
    touched: f64,
    /// After a first scrape, whose text is gone.
    scraped: f64,
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [flag, row, library] = &arguments[..]
        && flag == CHILD
    {
        return child(row, library);
    }
    if wanted(&[COUNTER_ROW, HISTOGRAM_ROW]) {
        parent()?;
    }
    Ok(())
}

const COUNTER_ROW: &str = "memory_counter_100k";
const HISTOGRAM_ROW: &str = "memory_histogram_10k";

fn cases() -> Vec<Case> {
    vec![
        counters::<libraries::ours::Counters>(),
        counters::<libraries::prometheus::Counters>(),
        counters::<libraries::prometheus_client::Counters>(),
        counters::<libraries::metrics::Counters>(),
        counters::<libraries::fastmetrics::Counters>(),
        counters::<libraries::measured::Counters>(),
        histograms::<libraries::ours::Histograms>(),
        histograms::<libraries::prometheus::Histograms>(),
        histograms::<libraries::prometheus_client::Histograms>(),
        histograms::<libraries::metrics::Histograms>(),
        histograms::<libraries::fastmetrics::Histograms>(),
        histograms::<libraries::measured::Histograms>(),
    ]
}

fn counters<C: Counters>() -> Case {
    let measure = || {
        let sets = label_sets(COUNTERS);
        usage(COUNTERS, || {
            let family = C::new();
            for _ in 0..TOUCHES {
                sets.iter().for_each(|labels| family.inc(*labels));
            }
            family
        })
    };
    Case { row: COUNTER_ROW, library: C::LIBRARY, measure }
}

fn histograms<H: Histograms>() -> Case {
    let measure = || {
        let (sets, latencies) = (label_sets(HISTOGRAMS), latencies());
        usage(HISTOGRAMS, || {
            let family = H::new();
            for touch in 0..TOUCHES {
                for (series, labels) in sets.iter().enumerate() {
                    family.observe(*labels, latencies.at(series * TOUCHES + touch));
                }
            }
            family.settle();
            family
        })
    };
    Case { row: HISTOGRAM_ROW, library: H::LIBRARY, measure }
}

fn usage<S: Scrape>(series: usize, family: impl FnOnce() -> S) -> Usage {
    let region = Region::new(ALLOCATOR);
    let live = || {
        let change = region.change();
        (change.bytes_allocated - change.bytes_deallocated) as f64 / series as f64
    };
    let family = family();
    let touched = live();
    let mut body = S::Body::default();
    family.scrape(&mut body);
    drop(body);
    Usage { touched, scraped: live() }
}

fn child(row: &str, library: &str) -> io::Result<()> {
    let case = cases().into_iter().find(|case| case.row == row && case.library == library);
    let usage = (case.expect("the parent asks for what there is").measure)();
    Ok(serde_json::to_writer(io::stdout(), &usage)?)
}

fn parent() -> io::Result<()> {
    let mut measurements = Vec::new();
    println!("{:<22} {:<18} {:>8} {:>8}", "bytes per series", "", "touched", "scraped");
    for case in cases() {
        let output =
            Command::new(env::current_exe()?).args([CHILD, case.row, case.library]).output()?;
        let Usage { touched, scraped } = serde_json::from_slice(&output.stdout)?;
        println!("{:<22} {:<18} {touched:>8.1} {scraped:>8.1}", case.row, case.library);
        measurements.push(Measurement::new(case.row, 1, case.library, touched));
        let scraped = Measurement::new(case.row, 1, &format!("{}-scraped", case.library), scraped);
        measurements.extend(scraped.library.starts_with("ours").then_some(scraped));
    }
    report::save("memory", &measurements)
}
