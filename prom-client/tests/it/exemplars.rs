//! Exemplars, from updates to expositions.

use std::cell::Cell;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use prom_client::{
    Buckets, Clock, Counter, Desc, Exemplar, Family, Format, Histogram, Kind, LabelValues,
    ManualClock, Metric, Point, Registry, Schema, Sink, set_exemplar_source,
};

use crate::support::{exposition, text};

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

/// What the source says on this thread.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Nothing,
    Trace(u32),
    TooLong,
    Panic,
    /// Counts while it is asked.
    Counts(Counter),
}

thread_local! {
    static ANSWER: Cell<Answer> = const { Cell::new(Answer::Nothing) };
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

/// The source of this process, which has no trace until a test says so on its thread.
fn source(answer: Answer) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let source = |labels: &mut prom_client::ExemplarLabels| {
            ASKED.set(ASKED.get() + 1);
            match ANSWER.get() {
                Answer::Nothing => return false,
                Answer::Trace(id) => {
                    labels.push("trace_id", id);
                }
                Answer::TooLong => {
                    labels.push("trace_id", "x".repeat(121));
                }
                Answer::Panic => panic!("expected"),
                Answer::Counts(counter) => {
                    counter.inc();
                    labels.push("trace_id", "nested");
                }
            }
            true
        };
        assert!(set_exemplar_source(source).is_ok());
        let second = set_exemplar_source(|_| true).expect_err("there is one");
        assert_eq!(second.to_string(), "the process has a source of exemplars already");
    });
    ANSWER.set(answer);
    ASKED.set(0);
}

fn registry() -> (Registry, ManualClock) {
    let (clock, hand) = Clock::manual(Duration::from_millis(1_520_879_607_789));
    (Registry::with_clock(clock), hand)
}

fn trace(exemplar: Option<&Exemplar>) -> Option<String> {
    exemplar.and_then(|e| e.labels().value("trace_id")).map(str::to_owned)
}

fn refused(registry: &Registry) -> u64 {
    let snapshot = registry.snapshot();
    snapshot.counter("prom_client_refused_exemplars_total", &[]).unwrap_or_default()
}

#[test]
fn openmetrics_shows_exemplars_behind_totals_and_buckets_and_text_shows_none() -> Result {
    let (registry, hand) = registry();
    let jobs: Counter = registry.register("jobs", "")?;
    let spent: Counter<f64> = registry.register("spent", "")?;
    let times: Family<(&str,), Histogram> = registry
        .metric("times", "")
        .labels(["q"])
        .buckets(Buckets::new([1.0, 10.0])?)
        .register()?;
    jobs.inc_with_exemplar(&[("trace_id", "KOO5S4vxi0o")]);
    hand.advance(Duration::from_nanos(211_000_001));
    jobs.inc_by_with_exemplar(4, &[("trace_id", "q\"\\\n"), ("span_id", "é")]);
    spent.inc_by_with_exemplar(1e6, &[]);
    let times = times.with(&("mail",));
    times.observe(0.5);
    times.observe_with_exemplar(10.0, &[("trace_id", "ten")]);
    times.observe_with_exemplar(f64::INFINITY, &[("trace_id", "inf")]);
    hand.set(Duration::from_secs(1_520_879_608));
    times.observe_with_exemplar(-0.5, &[("trace_id", "neg")]);
    let openmetrics = exposition(&registry, Format::OpenMetrics);
    let samples: Vec<&str> = openmetrics.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(
        samples,
        [
            "jobs_total 5 # {trace_id=\"q\\\"\\\\\\n\",span_id=\"é\"} 4.0 1520879608.000000001",
            "spent_total 1e+06 # {} 1e+06 1520879608.000000001",
            "times_bucket{q=\"mail\",le=\"1.0\"} 2 # {trace_id=\"neg\"} -0.5 1520879608.0",
            "times_bucket{q=\"mail\",le=\"10.0\"} 3 # {trace_id=\"ten\"} 10.0 1520879608.000000001",
            "times_bucket{q=\"mail\",le=\"+Inf\"} 4 # {trace_id=\"inf\"} +Inf 1520879608.000000001",
            "times_sum{q=\"mail\"} +Inf",
            "times_count{q=\"mail\"} 4",
        ]
    );
    assert!(!text(&registry).contains("trace_id"));

    let snapshot = registry.snapshot();
    let exemplar = snapshot.bucket_exemplar("times", &[("q", "mail")], 3.0).expect("of ten");
    assert_eq!((exemplar.value(), trace(Some(exemplar))), (10.0, Some("ten".into())));
    assert_eq!(exemplar.timestamp(), Duration::new(1_520_879_608, 1));
    assert_eq!(snapshot.exemplar("times", &[("q", "mail")]), None, "it is no counter");
    assert_eq!(snapshot.bucket_exemplar("jobs", &[], 3.0), None, "it is no histogram");
    // A snapshot shows what it has seen.
    let mut replayed = Vec::new();
    let mut encoder = prom_client::Encoder::new(Format::OpenMetrics, &mut replayed);
    snapshot.replay(&mut encoder);
    encoder.finish();
    assert!(String::from_utf8(replayed)?.contains(samples[0]));
    Ok(())
}

#[test]
fn labels_that_cannot_be_exposed_are_refused_and_counted_and_the_update_is_not() -> Result {
    let (registry, _hand) = registry();
    let counter: Counter = registry.register("counter", "")?;
    let histogram: Histogram = registry.register("histogram", "")?;
    counter.inc_with_exemplar(&[("trace_id", "kept")]);
    let (long, most) = ("é".repeat(121), "é".repeat(120));
    let mut updates = 1;
    for labels in [
        &[("trace_id", long.as_str())][..],
        &[("trace_id", most.as_str()), ("a", "b")],
        &[("", "1")],
        &[("trace-id", "1")],
        &[("__trace", "1")],
        &[("a", "1"), ("a", "2")],
    ] {
        let before = refused(&registry);
        counter.inc_with_exemplar(labels);
        histogram.observe_with_exemplar(1.0, labels);
        updates += 1;
        assert!(refused(&registry) >= before + 2, "{labels:?}");
    }
    let before = refused(&registry);
    histogram.observe_with_exemplar(f64::NAN, &[("trace_id", "1")]);
    assert!(refused(&registry) > before, "NaN is in no bucket");
    let snapshot = registry.snapshot();
    assert_eq!(counter.value(), updates);
    assert_eq!(snapshot.histogram("histogram", &[]).map(|h| h.count()), Some(updates));
    assert_eq!(trace(snapshot.exemplar("counter", &[])).as_deref(), Some("kept"));
    assert_eq!(snapshot.bucket_exemplar("histogram", &[], 1.0), None);
    counter.inc_with_exemplar(&[("trace_id", &most)]);
    assert_eq!(trace(registry.snapshot().exemplar("counter", &[])), Some(most));
    // An amount that a counter cannot take leaves no exemplar either.
    let spent: Counter<f64> = registry.register("spent", "")?;
    spent.inc_by_with_exemplar(-1.0, &[("trace_id", "1")]);
    assert_eq!(registry.snapshot().exemplar("spent", &[]), None);
    Ok(())
}

#[test]
fn an_exemplar_does_not_outlive_its_series() -> Result {
    let (registry, _hand) = registry();
    let jobs: Family<(u32,), Counter> = registry.metric("jobs", "").labels(["n"]).register()?;
    let mut old = Vec::new();
    for turn in 0..200 {
        let counter = jobs.with(&(turn,));
        let label = turn.to_string();
        let found = || trace(registry.snapshot().exemplar("jobs", &[("n", &label)]));
        assert_eq!(found(), None, "turn {turn}");
        counter.inc_with_exemplar(&[("trace_id", &label)]);
        old.iter().for_each(|old: &Counter| old.inc_with_exemplar(&[("trace_id", "old")]));
        assert_eq!(found(), Some(label.clone()));
        jobs.remove(&(turn,));
        old.push(counter);
    }
    assert!(old.iter().all(|old| !old.is_live()));
    Ok(())
}

#[test]
fn the_source_is_asked_for_what_was_shown_or_is_new_and_only_where_it_was_asked_for() -> Result {
    let (registry, _hand) = registry();
    let plain: Counter = registry.register("plain", "")?;
    let counter: Counter = registry.metric("counter", "").exemplars().register()?;
    let family: Family<(&str,), Histogram> = registry
        .metric("family", "")
        .labels(["a"])
        .buckets(Buckets::new([1.0])?)
        .exemplars()
        .register()?;
    let shown = || {
        let snapshot = registry.snapshot();
        let of = |value| trace(snapshot.bucket_exemplar("family", &[("a", "x")], value));
        (trace(snapshot.exemplar("counter", &[])), of(0.5), of(5.0))
    };
    let some = |n: u32| Some(n.to_string());
    source(Answer::Nothing);
    counter.inc();
    family.with(&("x",)).observe(0.5);
    plain.inc();
    assert_eq!((shown(), ASKED.get()), ((None, None, None), 2));
    source(Answer::Trace(1));
    (0..20).for_each(|_| counter.inc());
    (0..20).for_each(|_| family.with(&("x",)).observe(0.5));
    plain.inc();
    assert_eq!((shown(), ASKED.get()), ((some(1), some(1), None), 2));
    source(Answer::Trace(2));
    (0..20).for_each(|_| counter.inc_by(2));
    (0..20).for_each(|_| family.with(&("x",)).observe(f64::from(u32::MAX)));
    assert_eq!((shown(), ASKED.get()), ((some(2), some(1), some(2)), 2));
    // Nobody reads: the newest is not old for ever.
    source(Answer::Trace(3));
    counter.inc();
    source(Answer::Trace(4));
    (0..300).for_each(|_| counter.inc());
    assert!((1..=2).contains(&ASKED.get()), "{}", ASKED.get());
    assert_eq!(shown().0, some(4));
    assert_eq!(registry.snapshot().exemplar("plain", &[]), None);
    assert_eq!((plain.value(), counter.value()), (2, 1 + 20 + 40 + 1 + 300));
    // An update with labels of its own wins.
    counter.inc_with_exemplar(&[("trace_id", "own")]);
    assert_eq!(shown().0.as_deref(), Some("own"));
    Ok(())
}

#[test]
fn a_source_that_panics_counts_or_says_too_much_harms_no_update() -> Result {
    let (registry, _hand) = registry();
    let counter: Counter = registry.metric("counter", "").exemplars().register()?;
    for answer in [Answer::Panic, Answer::TooLong] {
        source(answer);
        let before = refused(&registry);
        counter.inc();
        assert!(refused(&registry) > before, "{answer:?}");
        assert_eq!(registry.snapshot().exemplar("counter", &[]), None, "{answer:?}");
    }
    source(Answer::Counts(counter));
    counter.inc();
    assert_eq!((counter.value(), ASKED.get()), (4, 1));
    assert_eq!(trace(registry.snapshot().exemplar("counter", &[])).as_deref(), Some("nested"));
    source(Answer::Trace(7));
    registry.unregister("counter");
    counter.inc();
    assert_eq!(ASKED.get(), 0, "it goes nowhere");
    Ok(())
}

#[test]
fn timers_carry_exemplars() -> Result {
    let (registry, hand) = registry();
    let times: Histogram = registry.register("times", "")?;
    let ended = |end: fn(prom_client::Timer)| {
        let mut timer = times.start_timer();
        timer.set_exemplar(&[("trace_id", "timer")]);
        hand.advance(Duration::from_millis(20));
        end(timer);
        times.start_timer().stop();
        let snapshot = registry.snapshot();
        let exemplar = snapshot.bucket_exemplar("times", &[], 0.02).map(Exemplar::value);
        (exemplar, snapshot.histogram("times", &[]).map(|times| times.count()))
    };
    assert_eq!(ended(|timer| assert!(!timer.discard().is_zero())), (None, Some(1)));
    assert_eq!(ended(drop), (Some(0.02), Some(3)));
    assert_eq!(ended(|timer| assert!(!timer.stop().is_zero())), (Some(0.02), Some(5)));
    Ok(())
}

/// Writers, a series that comes and goes, and readers, all on the same words: what is shown is whole, of the
/// series that shows it, and counted.
#[test]
fn exemplars_are_whole_and_counted_while_all_goes_on() -> Result {
    let registry = Registry::new();
    let family: Family<(u32,), Histogram> = registry
        .metric("f", "")
        .labels(["n"])
        .buckets(Buckets::new([1.0, 2.0, 3.0])?)
        .exemplars()
        .register()?;
    let stop = AtomicBool::new(false);
    let shown = std::thread::scope(|scope| {
        for thread in 0..3_u32 {
            let (family, stop) = (family.clone(), &stop);
            scope.spawn(move || {
                for i in 0_u32.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let n = i % 5;
                    // Value and labels say the same, at lengths on both sides of what is kept inline.
                    let value = f64::from(i % 4) + 0.5;
                    let (series, bucket) = (n.to_string(), (i % 4).to_string());
                    let more = "x".repeat((i as usize * 7 + thread as usize) % 90);
                    let labels = [("n", series.as_str()), ("bucket", &bucket), ("more", &more)];
                    family.with(&(n,)).observe_with_exemplar(value, &labels);
                    if i % 16 == 0 {
                        family.remove(&(i / 16 % 5,));
                    }
                }
            });
        }
        let mut shown = 0;
        for _ in 0..3_000 {
            for series in registry.snapshot().family("f").expect("it is registered").all_series() {
                let prom_client::Value::Histogram(histogram) = series.value() else { continue };
                for bucket in 0..4 {
                    let Some(exemplar) = series.bucket_exemplar(bucket) else { continue };
                    let of = |name| exemplar.labels().value(name);
                    let n = series.labels().next().map(|(_, n)| n);
                    assert_eq!((of("n"), of("bucket")), (n, Some(&*bucket.to_string())));
                    assert_eq!(exemplar.value(), bucket as f64 + 0.5);
                    assert!(histogram.counts()[bucket] > 0, "{exemplar:?} is not counted");
                    shown += 1;
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
        shown
    });
    assert!(shown > 0);
    Ok(())
}

#[test]
fn a_family_that_is_sampled_counts_as_any_other() -> Result {
    let (registry, _hand) = registry();
    let jobs: Family<(u32,), Counter<f64>> =
        registry.metric("jobs", "").labels(["n"]).exemplars().register()?;
    assert_eq!(registry.snapshot().family("jobs").map(|f| f.desc().kind()), Some(Kind::Counter));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..20_000).for_each(|i| jobs.with(&(i % 4,)).inc_by(0.5)));
        }
    });
    let snapshot = registry.snapshot();
    for n in ["0", "1", "2", "3"] {
        assert_eq!(snapshot.float("jobs", &[("n", n)]), Some(10_000.0));
    }
    Ok(())
}

/// Counts series; exemplars are nothing to it.
///
/// What registries say about the process, in which other tests run too, is not counted.
#[derive(Default)]
struct Counting {
    series: usize,
    is_about: bool,
}

impl Sink for Counting {
    fn family(&mut self, desc: &Desc) {
        self.is_about = desc.name().starts_with("prom_client_");
    }

    fn schema(&mut self, _: &Schema) {}

    fn series(&mut self, _: &LabelValues, _: &Point<'_>, _: Option<Duration>) {
        self.series += usize::from(!self.is_about);
    }
}

#[test]
fn a_sink_without_a_place_for_exemplars_gets_every_series() -> Result {
    let registry = Registry::new();
    let single: Histogram = registry.register("single", "")?;
    let family: Family<(usize,), Counter> =
        registry.metric("family", "").labels(["n"]).register()?;
    single.observe_with_exemplar(0.5, &[("trace_id", "a")]);
    (0..1_000).for_each(|n| family.with(&(n,)).inc());
    family.with(&(500,)).inc_with_exemplar(&[("trace_id", "b")]);
    let mut sink = Counting::default();
    registry.gather(&mut sink);
    assert_eq!(sink.series, 1_001);
    assert_eq!(registry.to_openmetrics().matches(" # {").count(), 2);
    Ok(())
}

#[test]
fn a_native_histogram_asks_the_source_too_and_keeps_what_it_says() -> Result {
    source(Answer::Trace(1));
    let (registry, hand) = registry();
    let latency: Histogram =
        registry.metric("latency", "").buckets(Buckets::native()).exemplars().register()?;
    for (trace, value) in [(1, 4.0), (2, 0.5), (3, 30.0)] {
        ANSWER.set(Answer::Trace(trace));
        latency.observe(value);
        latency.observe(value);
        hand.advance(Duration::from_secs(1));
        // It is asked again when a reading has shown what there is.
        assert!(text(&registry).contains("latency_count"));
        let _ = exposition(&registry, Format::OpenMetrics);
    }
    let reading = latency.snapshot().expect("it lives");
    let native = reading.native().expect("it is native");
    let kept: Vec<_> = native.exemplars().iter().map(|e| (e.value(), trace(Some(e)))).collect();
    let expected = [(0.5, "2"), (4.0, "1"), (30.0, "3")];
    assert_eq!(kept, expected.map(|(value, trace)| (value, Some(trace.to_owned()))));
    assert_eq!(reading.count(), 6);
    assert_eq!(native.positive().iter().map(|(_, n)| n).sum::<u64>(), 6);
    Ok(())
}
