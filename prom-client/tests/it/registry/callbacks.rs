//! Callbacks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use prom_client::{Counter, Desc, Gauge, Kind, Registry, Unit};

use super::Result;
use crate::support::{samples, text};

#[test]
fn callbacks_are_read_at_every_scrape_and_sorted_among_the_others() -> Result {
    let registry = Registry::new();
    let total = Arc::new(AtomicU64::new(7));
    let read = Arc::clone(&total);
    registry.register::<Gauge>("b", "Between.")?;
    registry.counter_fn("a_total", "Callback.", move || read.load(Ordering::Relaxed))?;
    registry.gauge_fn("c", "Callback.", || -1.5)?;
    assert_eq!(samples(&registry)[..3], ["a_total 7", "b 0", "c -1.5"]);
    total.store(8, Ordering::Relaxed);
    assert_eq!(registry.snapshot().counter("a", &[]), Some(8));
    assert!(text(&registry).starts_with("# HELP a_total Callback.\n# TYPE a_total counter\n"));
    Ok(())
}

#[test]
fn a_callback_gives_any_number_or_none() -> Result {
    let registry = Registry::new();
    registry.gauge_fn("u32", "", || 1_u32)?;
    registry.gauge_fn("u64", "", || u64::MAX)?;
    registry.gauge_fn("usize", "", || 2_usize)?;
    registry.gauge_fn("i32", "", || -1_i32)?;
    registry.gauge_fn("i64", "", || i64::MIN)?;
    registry.gauge_fn("isize", "", || -2_isize)?;
    registry.gauge_fn("f64", "", || 0.5)?;
    registry.gauge_fn("none", "", || None::<f64>)?;
    registry.counter_fn("ok", "", || "3".parse::<u64>())?;
    registry.counter_fn("both", "", || Ok::<_, std::io::Error>(Some(4_i64)))?;
    let samples = samples(&registry);
    let (own, values): (Vec<_>, Vec<_>) =
        samples.iter().map(String::as_str).partition(|line| line.starts_with("prom_client"));
    assert_eq!(
        values,
        [
            "both_total 4",
            "f64 0.5",
            "i32 -1",
            "i64 -9223372036854775808",
            "isize -2",
            "ok_total 3",
            "u32 1",
            "u64 18446744073709551615",
            "usize 2",
        ]
    );
    assert_eq!(own.len(), 10);
    assert!(own.iter().all(|line| line.ends_with("} 0")), "none of them failed: {own:?}");
    let snapshot = registry.snapshot();
    assert_eq!(snapshot.gauge("usize", &[]), Some(2));
    assert_eq!(snapshot.gauge("u64", &[]), None, "it has no room");
    assert_eq!(snapshot.counter("both", &[]), Some(4));
    Ok(())
}

#[test]
fn a_family_of_a_callback_has_the_label_sets_that_it_gives() -> Result {
    let registry = Registry::new();
    let desc = Desc::new("free", "Free space.", Kind::Gauge)?.unit(Unit::BYTES);
    registry.with_prefix("disk")?.family_fn(desc, |out| {
        out.gauge(&[("disk", "sdb")], 2_i64)?;
        out.gauge(&[("disk", "sda"), ("part", "1")], 1_i64)
    })?;
    registry.family_fn(Desc::new("mode", "", Kind::StateSet)?, |out| {
        out.state_set(&[("cpu", "0")], &["fast", "slow"], "slow")
    })?;
    registry.family_fn(Desc::new("os", "", Kind::Info)?, |out| out.info(&[("name", "x")]))?;
    registry.family_fn(Desc::new("nothing", "", Kind::Histogram)?, |_| Ok(()))?;
    assert_eq!(
        samples(&registry)[..5],
        [
            "disk_free_bytes{disk=\"sda\",part=\"1\"} 1",
            "disk_free_bytes{disk=\"sdb\"} 2",
            "mode{cpu=\"0\",mode=\"fast\"} 0",
            "mode{cpu=\"0\",mode=\"slow\"} 1",
            "os_info{name=\"x\"} 1",
        ]
    );
    assert!(!text(&registry).contains("# TYPE nothing"));
    assert_eq!(registry.snapshot().state("mode", &[("cpu", "0")]), Some("slow"));
    assert_eq!(registry.snapshot().info("os", "name"), Some("x"));
    Ok(())
}

#[test]
fn callbacks_of_parts_share_a_family() -> Result {
    let registry = Registry::new();
    for (shard, depth) in [("b", 2_usize), ("a", 1)] {
        registry.with_label("shard", shard)?.gauge_fn("depth", "Jobs.", move || depth)?;
    }
    assert_eq!(
        samples(&registry),
        [
            "depth{shard=\"a\"} 1",
            "depth{shard=\"b\"} 2",
            "prom_client_collector_failures_total{collector=\"depth\"} 0",
        ]
    );
    assert!(registry.with_label("shard", "b")?.unregister("depth"));
    assert_eq!(samples(&registry)[0], "depth{shard=\"a\"} 1");
    let other = registry.with_label("shard", "c")?.register::<Gauge>("depth", "Jobs.");
    let error = other.expect_err("one family, one source").to_string();
    assert!(error.contains("has another source than gauge `depth` at "), "{error}");
    Ok(())
}

#[test]
fn an_unregistered_callback_is_called_no_more_and_frees_its_name() -> Result {
    let registry = Registry::new();
    let part = registry.with_prefix("part")?;
    let held = Arc::new(());
    let holds = Arc::clone(&held);
    part.counter_fn("asked", "", move || Arc::strong_count(&holds) as u64)?;
    assert_eq!(registry.snapshot().counter("part_asked", &[]), Some(2));
    assert!(!registry.unregister("asked"), "it is registered through the part");
    assert!(part.unregister("asked_total"));
    assert!(!part.unregister("asked_total"));
    assert_eq!(Arc::strong_count(&held), 1, "the closure is gone");
    assert_eq!(text(&registry), "");
    part.register::<Counter>("asked", "Free again.")?;
    Ok(())
}

#[test]
fn a_callback_may_use_its_registry_when_called_and_when_dropped() -> Result {
    struct LooksBack(Registry, mpsc::Sender<()>);
    impl Drop for LooksBack {
        fn drop(&mut self) {
            let _ = self.0.unregister("what_it_registered");
            let _ = self.1.send(());
        }
    }

    let registry = Registry::new();
    let (dropped, was_dropped) = mpsc::channel();
    let other = registry.clone();
    let thread = std::thread::spawn(move || {
        for name in ["depth", "depth", "d d"] {
            let inner = LooksBack(other.clone(), dropped.clone());
            let _ = other.gauge_fn(name, "", move || {
                let asked = inner.0.metric::<Counter>("asked", "How often.").get_or_register();
                asked.expect("it is free").inc();
                1_i64
            });
        }
        assert_eq!(other.snapshot().gauge("depth", &[]), Some(1));
        assert!(other.unregister("depth"));
    });
    for _ in 0..3 {
        let waited = was_dropped.recv_timeout(Duration::from_secs(10));
        waited.expect("neither a refusal nor taking it out drops it under a lock");
    }
    thread.join().expect("it found what it looked for");
    assert_eq!(registry.snapshot().counter("asked", &[]), Some(1));
    Ok(())
}
