//! What a scraped series and a sample take, the scraper's memory of the target included.

use std::alloc::System;

use prom_client_testkit::{ScrapeResponse, Scraper, Store, Target, Timestamp};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Requests by user, route and the like: seven labels with the target's two, one of them with a value of its
/// own in each series.
fn body(series: usize, value: f64) -> ScrapeResponse {
    let line = |i: usize| {
        format!(
            "requests_total{{method=\"GET\",route=\"/route/{}\",status=\"{}\",user=\"user-{i}\",zone=\"eu\"}} {value}\n",
            i % 100,
            200 + i % 7,
        )
    };
    let lines: String = (0..series).map(line).collect();
    ScrapeResponse::new("text/plain", format!("# TYPE requests_total counter\n{lines}"))
}

/// Scrapes it so often, and says how many bytes are live afterwards that were not before.
fn live_bytes(series: usize, scrapes: u32) -> f64 {
    let region = Region::new(ALLOCATOR);
    let mut store = Store::new();
    let mut scraper = Scraper::new(Target::new("shop", |_: &str| (String::new(), Vec::new())));
    for turn in 0..scrapes {
        let at = Timestamp::from_seconds(f64::from(turn) * 15.0);
        let scrape = scraper.append(&mut store, at, Ok(body(series, f64::from(turn) * 1.1)));
        assert_eq!((scrape.error, scrape.kept), (None, series));
    }
    let change = region.change();
    let live = change.bytes_allocated as f64 - change.bytes_deallocated as f64;
    assert_eq!(store.len(), series + 5);
    live
}

// The only test here: others would allocate beside it.
#[test]
fn a_series_takes_at_most_500_bytes_and_a_sample_18() {
    // Tables are emptiest where they have just grown.
    for series in [1_000, 1_800, 29_000] {
        let bytes = live_bytes(series, 1) / series as f64;
        println!("{series} series: {bytes:.0} B per series with its first sample");
        assert!(bytes <= 500.0, "{bytes} bytes per series of {series}");
    }
    let base = live_bytes(200, 1);
    for scrapes in [100, 1_000] {
        let samples = f64::from(scrapes - 1) * 200.0;
        let bytes = (live_bytes(200, scrapes) - base) / samples;
        println!("{scrapes} scrapes: {bytes:.2} B per sample");
        assert!(bytes <= 18.0, "{bytes} bytes per sample");
    }
}
