//! The program that is scraped: a metric of every type, with everything that a metric can have.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prom_client::{
    Buckets, Clock, CollectError, Collection, Collector, Counter, Desc, Family, Gauge, Histogram,
    Kind, NameError, Names, Native, Quantiles, Registry, State, StateSet, Summary, Unit,
};

use crate::Failure;

/// A registry that nobody updates any more, so that all scrapes of it are the same.
///
/// It began a minute ago by its own clock, in whole seconds, so that a server that rounds times to milliseconds keeps them
/// whole, and so that its beginning is not the time of any scrape.
pub(super) fn registry() -> Result<Registry, Failure> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let (clock, hand) = Clock::manual(Duration::from_secs(now.as_secs() - 60));
    let tick = || hand.advance(Duration::from_secs(1));
    let registry = Registry::with_clock(clock);
    registry.set_created_lines(true);
    numbers(&registry, tick)?;
    distributions(&registry, tick)?;
    native(&registry, tick)?;
    words(&registry)?;
    registry.register_collector(Arc::new(Elsewhere))?;
    Ok(registry)
}

fn numbers(registry: &Registry, tick: impl Fn()) -> Result<(), Failure> {
    let requests: Family<(&str, u16), Counter> = registry
        .metric("requests", "Requests, \"quoted\" and\\so on.\nIn two lines.")
        .labels(["route", "code"])
        .register()?;
    requests.with(&("/", 200)).inc_by((1 << 53) + 1);
    tick();
    let odd = requests.with(&("a \"b\\\nc{d=\"e\"} 1: 花火", 500));
    odd.inc_by_with_exemplar(3, &[("trace_id", "0af7651916cd43dd"), ("span_id", "b7ad")]);
    tick();
    // Its series begins with its first look-up, later than the others.
    requests.with(&("/late", 200)).inc();

    let sent: Counter<f64> = registry.metric("sent", "Bytes sent.").unit(Unit::BYTES).register()?;
    sent.inc_by(0.125);
    registry.register::<Counter>("never", "Never counted.")?;
    registry.register::<Gauge>("balance", "May be below 0.")?.set(-17);
    registry.register::<Gauge<f64>>("level", "With a fraction.")?.set(1e-7);
    Ok(())
}

fn distributions(registry: &Registry, tick: impl Fn()) -> Result<(), Failure> {
    let latency: Family<(&str,), Histogram> = registry
        .metric("latency", "Classic buckets.")
        .unit(Unit::SECONDS)
        .labels(["route"])
        .buckets(Buckets::new([0.25, 1.0, 1e6])?)
        .register()?;
    for (value, trace) in [(0.125, "c1a551c1"), (0.5, "c1a551c2"), (2e6, "c1a551c3")] {
        tick();
        latency.with(&("/",)).observe_with_exemplar(value, &[("trace_id", trace)]);
        latency.with(&("/",)).observe(value);
    }
    let _ = latency.with(&("/never",));
    let change: Histogram = registry
        .metric("change", "Bounds below 0.")
        .buckets(Buckets::new([-1.0, 0.0, 1.0])?)
        .register()?;
    [-2.0, 0.5].into_iter().for_each(|value| change.observe(value));

    let size: Summary = registry
        .metric("size", "Quantiles.")
        .unit(Unit::BYTES)
        .quantiles(Quantiles::new([0.5, 0.99])?)
        .register()?;
    [1.0, 2.0, 4.0].into_iter().for_each(|value| size.observe(value));
    registry.register::<Summary>("pause", "No quantiles.")?.observe(0.5);
    Ok(())
}

fn native(registry: &Registry, tick: impl Fn()) -> Result<(), Failure> {
    let native: Family<(&str,), Histogram> = registry
        .metric("work", "Native buckets.")
        .unit(Unit::SECONDS)
        .labels(["kind"])
        .buckets(Buckets::native())
        .register()?;
    // On both sides of 0, on bounds, close together and far apart.
    let values = [-8.0, -0.5, 0.0, 0.25, 0.26, 0.3, 1.0, 1.1, 1.5, 1024.0];
    values.into_iter().for_each(|value| native.with(&("mixed",)).observe(value));
    for (value, trace) in [(0.5, "0a71fe01"), (3.0, "0a71fe02"), (100.0, "0a71fe03")] {
        tick();
        native.with(&("traced",)).observe_with_exemplar(value, &[("trace_id", trace)]);
    }
    let _ = native.with(&("never",));
    let coarse = Native::factor(16.0)?.zero_threshold(0.5)?;
    let coarse: Histogram =
        registry.metric("coarse", "Of another resolution.").buckets(coarse).register()?;
    [-0.25, 0.5, 2.0, 20.0, 2000.0].into_iter().for_each(|value| coarse.observe(value));

    let both = Buckets::new([0.5, 2.0])?.and_native(Native::factor(1.5)?)?;
    let both: Histogram =
        registry.metric("both", "Classic and native buckets.").buckets(both).register()?;
    for (value, trace) in [(0.25, "b0710001"), (1.0, "b0710002"), (8.0, "b0710003")] {
        tick();
        both.observe_with_exemplar(value, &[("trace_id", trace)]);
    }
    Ok(())
}

/// What is told in words: names, labels, states.
fn words(registry: &Registry) -> Result<(), Failure> {
    registry.info("build", "What was built.", &[("version", "1.2.3"), ("commit", "f00")])?;
    let doors: Family<(&str,), StateSet<Door>> =
        registry.metric("door", "State of the doors.").labels(["room"]).register()?;
    doors.with(&("attic",)).set(Door::Open);
    doors.with(&("cellar",)).set(Door::Shut);

    let part = registry.with_names(Names::Utf8);
    let requests: Family<(&str,), Counter> =
        part.metric("http.requests", "Dots.").labels(["http.method"]).register()?;
    requests.with(&("GET",)).inc_with_exemplar(&[("trace_id", "d075")]);
    let waiting: Histogram = part
        .metric("größe \"x\"", "Quotes and letters.")
        .unit(Unit::BYTES)
        .buckets(Buckets::new([1.0])?)
        .register()?;
    waiting.observe(0.5);
    let spans: Histogram =
        part.metric("http.spans", "Native.").buckets(Buckets::native()).register()?;
    spans.observe(0.5);
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Door {
    Open,
    Shut,
}

impl State for Door {
    const ALL: &'static [Self] = &[Self::Open, Self::Shut];
    const NAMES: &'static [&'static str] = &["open", "shut"];
}

/// What no metric of ours is: only collectors have it.
#[derive(Debug)]
struct Elsewhere;

impl Collector for Elsewhere {
    fn describe(&self) -> Result<Vec<Desc>, NameError> {
        Ok(vec![
            Desc::new("ages", "Of what is there now.", Kind::GaugeHistogram)?,
            Desc::new("mystery", "Nobody knows.", Kind::Unknown)?,
            Desc::new("reads", "Counted by the kernel.", Kind::Counter)?,
        ])
    }

    fn collect(&self, out: &mut Collection) -> Result<(), CollectError> {
        out.family("ages")?.gauge_histogram(&[("cache", "a")], &[1.0, 60.0], &[3, 2, 1], 100.5)?;
        out.family("mystery")?.unknown(&[], 42.5)?;
        // Without a start.
        out.family("reads")?.counter(&[("disk", "sda")], 17_u64)
    }
}
