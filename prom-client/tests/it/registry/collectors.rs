//! Collectors that do well.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use prom_client::{Collector, Counter, Gauge, HistogramSnapshot, Kind, Metric, Owned, Registry};

use super::Result;
use crate::support::{collector, samples, text};

/// Exposes how often it was asked.
fn counting() -> Arc<dyn Collector> {
    let asked = AtomicU64::new(0);
    collector(&[("asked", Kind::Counter)], move |out| {
        let n = asked.fetch_add(1, Ordering::Relaxed) + 1;
        out.family("asked")?.counter(&[], n)
    })
}

#[test]
fn a_collector_may_be_in_several_registries() -> Result {
    let (one, two) = (Registry::new(), Registry::new());
    let counting = counting();
    one.register_collector(Arc::clone(&counting))?;
    two.with_prefix("two")?.register_collector(Arc::clone(&counting))?;
    assert_eq!(one.snapshot().counter("asked", &[]), Some(1));
    assert_eq!(two.snapshot().counter("two_asked", &[]), Some(2));
    assert!(one.unregister_collector(&counting));
    assert_eq!(text(&one), "");
    assert_eq!(two.snapshot().counter("two_asked_total", &[]), Some(3));
    Ok(())
}

#[test]
fn an_owned_metric_of_a_collector_shows_in_every_registry_of_the_collector() -> Result {
    let hits = Owned::<Counter>::new();
    let handle = *hits;
    let cache = collector(&[("hits", Kind::Counter)], move |out| {
        out.family("hits")?.counter(&[], hits.value())
    });
    let (one, two) = (Registry::new(), Registry::new());
    one.register_collector(Arc::clone(&cache))?;
    two.register_collector(cache)?;
    handle.inc();
    drop(one);
    handle.inc();
    assert_eq!(two.snapshot().counter("hits", &[]), Some(2));
    drop(two);
    assert!(!handle.is_live(), "the last owner is gone");
    Ok(())
}

#[test]
fn unregister_collector_takes_out_the_one_of_the_part_and_frees_its_names() -> Result {
    let registry = Registry::new();
    let part = registry.with_prefix("part")?;
    let counting = counting();
    part.register_collector(Arc::clone(&counting))?;
    assert!(!registry.unregister_collector(&counting), "it is registered through the part");
    assert!(!part.unregister_collector(&self::counting()), "that is another one");
    assert!(part.register::<Gauge>("asked", "Taken.").is_err());
    assert!(part.unregister_collector(&counting));
    assert!(!part.unregister_collector(&counting));
    part.register::<Gauge>("asked", "Free again.")?;
    Ok(())
}

#[test]
fn a_collector_may_use_its_registry_while_it_is_asked() -> Result {
    let registry = Registry::new();
    let inner = registry.clone();
    registry.register_collector(collector(&[("depth", Kind::Gauge)], move |out| {
        let asked: Counter =
            inner.metric("asked", "How often.").get_or_register().expect("it is free");
        asked.inc();
        out.family("depth")?.gauge(&[], 1_i64)
    }))?;
    assert_eq!(registry.snapshot().gauge("depth", &[]), Some(1));
    assert_eq!(registry.snapshot().counter("asked", &[]), Some(2));
    Ok(())
}

#[test]
fn a_collector_can_expose_every_kind_of_value() -> Result {
    let registry = Registry::new();
    let kinds = [
        ("c", Kind::Counter),
        ("g", Kind::Gauge),
        ("h", Kind::Histogram),
        ("i", Kind::GaugeHistogram),
        ("nothing", Kind::Gauge),
        ("u", Kind::Unknown),
    ];
    registry.register_collector(collector(&kinds, |out| {
        out.family("c")?.counter(&[("n", "u64")], u64::MAX)?;
        out.family("c")?.counter(&[("n", "f64")], 0.5)?;
        out.family("g")?.gauge(&[("n", "i64")], i64::MIN)?;
        out.family("g")?.gauge(&[("n", "f64")], f64::NEG_INFINITY)?;
        out.family("h")?.histogram(&[], &[1.0, 2.0], &[1, 0, 2], 7.5)?;
        out.family("i")?.gauge_histogram(&[], &[1.0], &[1, 2], 3.5)?;
        assert!(out.family("h")?.gauge_histogram(&[], &[1.0], &[1, 2], 3.5).is_err());
        assert!(out.family("i")?.gauge_histogram(&[], &[1.0], &[1], 3.5).is_err());
        assert!(out.family("g")?.unknown(&[], 1.5).is_err());
        out.family("u")?.unknown(&[], 1.5)
    }))?;
    let snapshot = registry.snapshot();
    assert_eq!(snapshot.histogram("i", &[]).map(HistogramSnapshot::counts), Some(&[1, 2][..]));
    assert_eq!(snapshot.float("u", &[]), Some(1.5));
    assert_eq!(
        samples(&registry),
        [
            "c_total{n=\"f64\"} 0.5",
            "c_total{n=\"u64\"} 18446744073709551615",
            "g{n=\"f64\"} -Inf",
            "g{n=\"i64\"} -9223372036854775808",
            "h_bucket{le=\"1\"} 1",
            "h_bucket{le=\"2\"} 1",
            "h_bucket{le=\"+Inf\"} 3",
            "h_sum 7.5",
            "h_count 3",
            "i_bucket{le=\"1\"} 1",
            "i_bucket{le=\"+Inf\"} 3",
            "i_sum 3.5",
            "i_count 3",
            "prom_client_collector_failures_total{collector=\"c\"} 0",
            "u 1.5",
        ]
    );
    Ok(())
}
