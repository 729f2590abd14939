//! When series began, and the lines that say so.

use std::time::Duration;

use prom_client::{Clock, Counter, Family, Gauge, Histogram, Kind, Registry, Snapshot};

use crate::support::{collector, exposition, text};

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

fn start(snapshot: &Snapshot, name: &str, labels: &[(&str, &str)]) -> Option<Duration> {
    snapshot.family(name)?.series(labels)?.start()
}

#[test]
fn every_source_says_when_its_series_began() -> Result {
    let (clock, hand) = Clock::manual(seconds(1_000));
    let registry = Registry::with_clock(clock);
    hand.set(seconds(1_010));
    let _single: Counter = registry.register("single", "")?;
    let _again: Counter = registry.metric("single", "").get_or_register()?;
    let family: Family<(&str,), Histogram> =
        registry.metric("family", "").labels(["a"]).max_series(1).register()?;
    let dense: Family<(bool,), Gauge> = registry.metric("dense", "").labels(["a"]).register()?;
    registry.register_collector(collector(&[("sent", Kind::Counter)], |out| {
        let mut sent = out.family("sent")?;
        sent.counter(&[("to", "nobody")], 0_u64)?;
        sent.since(seconds(77)).counter(&[("to", "all")], 1_u64)
    }))?;
    hand.set(seconds(1_020));
    let held = family.with(&("x",));
    dense.with(&(true,)).inc();
    hand.set(seconds(1_030));
    // More of one series, and one that is refused, which begins the series of all others.
    held.observe(1.0);
    family.with(&("x",)).observe(1.0);
    family.with(&("y",)).observe(1.0);

    let at = |name, labels: &[_]| start(&registry.snapshot(), name, labels);
    assert_eq!(at("single", &[]), Some(seconds(1_010)));
    assert_eq!(at("family", &[("a", "x")]), Some(seconds(1_020)));
    assert_eq!(at("family", &[("a", "_OTHER")]), Some(seconds(1_030)));
    assert_eq!(at("dense", &[("a", "true")]), Some(seconds(1_020)));
    assert_eq!(at("sent", &[("to", "all")]), Some(seconds(77)));
    assert_eq!(at("sent", &[("to", "nobody")]), None, "nobody said so");
    let own = ("prom_client_refused_series", [("family", "family")]);
    assert_eq!(at(own.0, &own.1), Some(seconds(1_000)));
    Ok(())
}

#[test]
fn a_series_that_was_removed_begins_anew() -> Result {
    let (clock, hand) = Clock::manual(seconds(1));
    let registry = Registry::with_clock(clock);
    let family: Family<(u64,), Counter> = registry.metric("f", "").labels(["n"]).register()?;
    // In every turn other records are used again, for other series.
    for turn in 2..50_u64 {
        hand.set(seconds(turn));
        (turn..2 * turn).for_each(|n| family.with(&(n,)).inc());
        let snapshot = registry.snapshot();
        for series in snapshot.family("f").expect("it is registered").all_series() {
            assert_eq!(series.start(), Some(seconds(turn)));
        }
        match turn % 3 {
            0 => family.clear(),
            1 => family.retain(|_, _| false),
            _ => (turn..2 * turn).for_each(|n| assert!(family.remove(&(n,)))),
        }
    }
    let held: Counter = registry.register("single", "")?;
    hand.set(seconds(100));
    assert!(registry.unregister("single") && held.value() == 0);
    let _new: Counter = registry.register("single", "")?;
    assert_eq!(start(&registry.snapshot(), "single", &[]), Some(seconds(100)));
    Ok(())
}

#[test]
fn created_lines_are_there_only_if_asked_for_and_where_each_format_wants_them() -> Result {
    let (clock, hand) = Clock::manual(Duration::from_millis(1_520_430_000_123));
    let registry = Registry::with_clock(clock);
    let jobs: Family<(&str,), Counter> =
        registry.metric("jobs", "Jobs.").labels(["queue"]).register()?;
    let sizes: Histogram = registry.register("sizes", "Sizes.")?;
    let _level: Gauge = registry.register("level", "Level.")?;
    jobs.with(&("fax",)).inc();
    hand.advance(seconds(1));
    jobs.with(&("ma\"il",)).inc();
    sizes.observe(0.3);
    for format in [prom_client::Format::Text, prom_client::Format::OpenMetrics] {
        assert!(!exposition(&registry, format).contains("_created"));
    }
    // Parts of a registry are the same registry.
    registry.with_prefix("part")?.set_created_lines(true);
    let openmetrics = exposition(&registry, prom_client::Format::OpenMetrics);
    assert!(openmetrics.contains(
        "jobs_total{queue=\"fax\"} 1\n\
         jobs_created{queue=\"fax\"} 1520430000.123\n\
         jobs_total{queue=\"ma\\\"il\"} 1\n\
         jobs_created{queue=\"ma\\\"il\"} 1520430001.123\n"
    ));
    assert!(openmetrics.contains("sizes_count 1\nsizes_created 1520430000.123\n"));
    assert!(!openmetrics.contains("level_created"), "a gauge does not begin");
    let help = "When this began to count, in seconds since the Unix epoch.";
    assert!(text(&registry).contains(&format!(
        "jobs_total{{queue=\"fax\"}} 1\n\
         jobs_total{{queue=\"ma\\\"il\"}} 1\n\
         # HELP jobs_created {help}\n\
         # TYPE jobs_created gauge\n\
         jobs_created{{queue=\"fax\"}} 1520430000.123\n\
         jobs_created{{queue=\"ma\\\"il\"}} 1520430001.123\n"
    )));
    assert!(
        text(&registry).ends_with("# TYPE sizes_created gauge\nsizes_created 1520430000.123\n")
    );
    let (_, body) = registry.render("application/openmetrics-text;version=1.0.0");
    assert!(String::from_utf8(body)?.contains("sizes_created"));
    registry.set_created_lines(false);
    assert!(!text(&registry).contains("_created"));
    Ok(())
}
