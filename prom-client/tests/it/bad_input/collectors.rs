//! Collectors that fail, panic, or say what cannot be.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use prom_client::{
    CollectError, Collection, Collector, Desc, Format, Gauge, Histogram, Kind, NameError, Registry,
};

use super::{Result, refused, registry, still_there, unharmed};
use crate::support::{collector, exposition, samples, text};

type Collect = fn(&mut Collection) -> Result<(), CollectError>;

const STATES: &str = "the states are empty or not different, or it is none of them";
const BUCKETS: &str = "the bounds do not increase, or the buckets do not fit them";

/// What a collector does wrong, and what it is told.
const WRONG: &[(Collect, &str)] = &[
    (|_| Err(CollectError::other("the disk is gone")), "the disk is gone"),
    (|_| Err(std::io::Error::other("no route").into()), "no route"),
    (|out| out.family("other").map(drop), "the collector did not describe a family `other`"),
    (|out| out.family("g")?.counter(&[], 1_u64), "the family is a gauge, the value a counter"),
    (
        |out| out.family("g")?.gauge(&[("a-b", "")], 1_i64),
        "invalid name `a-b`: '-' at position 1 is not an ASCII letter, digit or underscore; \
         `Registry::with_names(Names::Utf8)` allows such names",
    ),
    (
        |out| out.family("h")?.histogram(&[("le", "1")], &[1.0], &[0, 0], 0.0),
        "invalid name `le`: a histogram uses this label itself",
    ),
    (|out| out.family("g")?.gauge(&[("a", "1"), ("a", "2")], 1_i64), "the label `a` stands twice"),
    (|out| out.family("g")?.gauge(&[("zone", "us")], 1_i64), "the label `zone` stands twice"),
    (|out| out.family("c")?.counter(&[], -1.0), "-1 is no counter's total"),
    (|out| out.family("c")?.counter(&[], -1_i64), "-1 is no counter's total"),
    (|out| out.family("c")?.counter(&[], f64::NAN), "NaN is no counter's total"),
    (|out| out.family("h")?.histogram(&[], &[2.0, 1.0], &[0, 0, 0], 0.0), BUCKETS),
    (|out| out.family("h")?.histogram(&[], &[f64::INFINITY], &[0, 0], 0.0), BUCKETS),
    (|out| out.family("h")?.histogram(&[], &[f64::NAN], &[0, 0], 0.0), BUCKETS),
    (|out| out.family("h")?.histogram(&[], &[1.0], &[0], 0.0), BUCKETS),
    (|out| out.family("s")?.state_set(&[], &[], "a"), STATES),
    (|out| out.family("s")?.state_set(&[], &["a", "b"], "c"), STATES),
    (|out| out.family("s")?.state_set(&[], &["a", "b", "a"], "a"), STATES),
    (|out| out.family("s")?.state_set(&[], &["a", ""], "a"), STATES),
    (
        |out| out.family("s")?.state_set(&[("s", "a")], &["a"], "a"),
        "invalid name `s`: a stateset uses this label itself",
    ),
    (|out| out.family("g")?.info(&[]), "the family is a gauge, the value an info"),
    (|out| out.family("i_info")?.info(&[("zone", "us")]), "the label `zone` stands twice"),
    // These two are not told: one is over, the other is found when it is over.
    (|_| panic!("expected by a test"), ""),
    (
        |out| {
            out.family("g")?.gauge(&[("a", "1"), ("b", "")], 1_i64)?;
            out.family("g")?.gauge(&[("a", "1")], 2_i64)
        },
        "",
    ),
];

#[test]
fn a_collector_that_fails_or_panics_is_left_out_and_counted() -> Result {
    for (case, (wrong, message)) in WRONG.iter().enumerate() {
        let registry = registry();
        let well = Arc::new(AtomicBool::new(false));
        let told = Arc::new(Mutex::new(String::new()));
        let (is_well, is_told) = (Arc::clone(&well), Arc::clone(&told));
        let descs = [
            ("g", Kind::Gauge),
            ("c", Kind::Counter),
            ("h", Kind::Histogram),
            ("i", Kind::Info),
            ("s", Kind::StateSet),
        ];
        let bad = collector(&descs, move |out| {
            out.family("g")?.gauge(&[("good", "1")], 1_i64)?;
            if is_well.load(Ordering::Relaxed) {
                return Ok(());
            }
            wrong(out).inspect_err(|error| {
                *is_told.lock().expect("nobody panics with it") = error.to_string();
            })
        });
        let other =
            collector(&[("other", Kind::Gauge)], |out| out.family("other")?.gauge(&[], 1_i64));
        registry.with_label("zone", "eu")?.register_collector(bad)?;
        registry.register_collector(other)?;
        for scrape in 1..=2 {
            let failures =
                format!("prom_client_collector_failures_total{{collector=\"g\"}} {scrape}");
            assert_eq!(
                samples(&registry),
                [
                    "bystander 7",
                    "other 1",
                    &failures,
                    "prom_client_collector_failures_total{collector=\"other\"} 0",
                ],
                "case {case}"
            );
        }
        assert_eq!(*told.lock().expect("nobody panics with it"), *message, "case {case}");
        well.store(true, Ordering::Relaxed);
        for format in [Format::Text, Format::OpenMetrics] {
            let text = exposition(&registry, format);
            assert!(text.contains("\ng{good=\"1\",zone=\"eu\"} 1\n"), "case {case}: {text}");
        }
        still_there(&registry);
    }
    Ok(())
}

#[test]
fn failures_of_collectors_without_families_are_counted_apart_or_together_but_not_twice() -> Result {
    let registry = registry();
    for _ in 0..2 {
        registry.register_collector(collector(&[], |_| Err(CollectError::other("no"))))?;
    }
    let mut samples = samples(&registry);
    let all = samples.len();
    samples.sort();
    samples.dedup_by(|a, b| a.split(' ').next() == b.split(' ').next());
    assert_eq!(samples.len(), all, "no series stands twice");
    still_there(&registry);
    Ok(())
}

#[test]
fn a_collector_that_describes_a_taken_name_is_refused_whole() -> Result {
    let registry = registry();
    registry.register::<Histogram>("time", "")?;
    let before = text(&registry);
    for taken in ["bystander", "time_sum", "free"] {
        let descs = [("free", Kind::Gauge), (taken, Kind::Gauge)];
        let error = refused(registry.register_collector(collector(&descs, |_| Ok(()))));
        assert!(error.contains(&format!("exposes `{taken}`, as does ")), "{error}");
        assert_eq!(text(&registry), before);
    }
    registry.register::<Gauge>("free", "It is free.")?;
    let error =
        refused(registry.register_collector(collector(&[("a b", Kind::Gauge)], |_| Ok(()))));
    assert!(error.starts_with("invalid name `a b`"), "{error}");
    still_there(&registry);
    Ok(())
}

/// A collector that looks at its registry when it is dropped.
#[derive(Debug)]
struct LooksBack(Registry, mpsc::Sender<()>);

impl Collector for LooksBack {
    fn describe(&self) -> Result<Vec<Desc>, NameError> {
        Ok(vec![Desc::new("bystander", "", Kind::Gauge)?])
    }
    fn collect(&self, _: &mut Collection) -> Result<(), CollectError> {
        Ok(())
    }
}

impl Drop for LooksBack {
    fn drop(&mut self) {
        let _ = self.0.unregister("what_it_registered");
        let _ = self.1.send(());
    }
}

#[test]
fn a_collector_that_is_refused_is_dropped_without_a_lock() {
    let registry = registry();
    let (dropped, was_dropped) = mpsc::channel();
    let other = registry.clone();
    std::thread::spawn(move || {
        other.register_collector(Arc::new(LooksBack(other.clone(), dropped))).is_err()
    });
    was_dropped
        .recv_timeout(Duration::from_secs(10))
        .expect("dropping it takes no lock that is held");
    unharmed(&registry);
}
