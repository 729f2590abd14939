//! Who keeps a metric alive, and what its handles do afterwards.

use std::time::Duration;

use prom_client::{Clock, Counter, Family, Gauge, Histogram, Metric, Registry};

use super::Result;
use crate::support::samples;

#[test]
fn dropping_the_last_handle_of_a_registry_ends_its_metrics() -> Result {
    let registry = Registry::new();
    let part = registry.with_prefix("part")?;
    let counter: Counter = registry.register("jobs", "")?;
    let gauge: Gauge = registry.register("open", "")?;
    let histogram: Histogram = registry.register("time", "")?;
    let (guard, timer) = (gauge.track(), histogram.start_timer());
    drop(registry);
    assert!(counter.is_live(), "a part is the same registry");
    drop(part);
    assert!(!counter.is_live() && !gauge.is_live() && !histogram.is_live());
    counter.inc();
    gauge.set(5);
    histogram.observe(1.0);
    drop((guard, timer));
    assert_eq!((counter.value(), gauge.value(), histogram.snapshot()), (0, 0, None));
    Ok(())
}

#[test]
fn a_family_that_is_kept_elsewhere_outlives_its_registry() -> Result {
    let registry = Registry::new();
    let kept: Family<(&str,), Counter> = registry.metric("kept", "").labels(["a"]).register()?;
    let left: Family<(&str,), Counter> = registry.metric("left", "").labels(["a"]).register()?;
    let (in_kept, in_left) = (kept.with(&("x",)), left.with(&("x",)));
    drop(left);
    assert!(in_left.is_live(), "the registry owns it");
    assert!(registry.unregister("kept"));
    drop(registry);
    assert!(!in_left.is_live());
    in_kept.inc();
    assert_eq!(kept.with(&("x",)).value(), 1);
    drop(kept);
    assert!(!in_kept.is_live());
    Ok(())
}

#[test]
fn what_is_removed_from_a_family_is_gone_and_begins_again_at_zero() -> Result {
    let (clock, hand) = Clock::manual(Duration::from_secs(100));
    let registry = Registry::with_clock(clock);
    let family: Family<(&str,), Counter> =
        registry.metric("jobs", "").labels(["queue"]).register()?;
    let old = family.with(&("mail",));
    old.inc_by(5);
    assert!(family.remove(&("mail",)) && !family.remove(&("mail",)));
    assert_eq!(samples(&registry), [""; 0]);
    hand.advance(Duration::from_secs(1));
    let new = family.with(&("mail",));
    old.inc_by(7);
    new.inc();
    assert_eq!(samples(&registry), ["jobs_total{queue=\"mail\"} 1"]);
    let snapshot = registry.snapshot();
    let series = snapshot.family("jobs").and_then(|family| family.series(&[("queue", "mail")]));
    assert_eq!(series.and_then(|series| series.start()), Some(Duration::from_secs(101)));
    Ok(())
}
