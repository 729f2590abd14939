//! Live bytes of the kit: per series with its first sample, and per sample; what the scraper remembers included.

use std::alloc::System;
use std::io;

use prom_client_benches::data::{exposition, label_sets};
use prom_client_benches::harness::wanted;
use prom_client_benches::report::{self, Measurement};
use prom_client_testkit::{ScrapeResponse, Scraper, Store, Target, Timestamp};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const SERIES_ROW: &str = "kit_memory_series";
const SAMPLE_ROW: &str = "kit_memory_sample";
const SERIES: usize = 29_000;
const SCRAPES: usize = 1_000;

fn main() -> io::Result<()> {
    if !wanted(&[SERIES_ROW, SAMPLE_ROW]) {
        return Ok(());
    }
    let series = live_bytes(SERIES, 1) / SERIES as f64;
    let few = SERIES / 100;
    let samples = few * (SCRAPES - 1);
    let sample = (live_bytes(few, SCRAPES) - live_bytes(few, 1)) / samples as f64;
    println!("{series:.0} bytes per series, {sample:.2} per sample");
    report::save(
        "kit_memory",
        &[
            Measurement::new(SERIES_ROW, 1, "ours", series),
            Measurement::new(SAMPLE_ROW, 1, "ours", sample),
        ],
    )
}

/// What lives after so many scrapes of counters with three labels each, and the target's two.
fn live_bytes(series: usize, scrapes: usize) -> f64 {
    // Before, since these are leaked.
    let sets = label_sets(series);
    let region = Region::new(ALLOCATOR);
    let mut store = Store::new();
    let mut scraper = Scraper::new(Target::new("shop", |_: &str| (String::new(), Vec::new())));
    for turn in 0..scrapes {
        let answer = ScrapeResponse::new("text/plain", exposition(&sets, turn));
        let at = Timestamp::from_seconds(turn as f64 * 15.0);
        assert_eq!(scraper.append(&mut store, at, Ok(answer)).kept, series);
    }
    let change = region.change();
    let live = change.bytes_allocated as f64 - change.bytes_deallocated as f64;
    assert_eq!(store.len(), series + 5);
    live
}
