//! Metrics in statics, on the default registry.

use prom_client::{
    Counter, Family, Gauge, Histogram, Metric, State, StateSet, Unit, default_registry,
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Switch {
    Off,
    On,
}

impl State for Switch {
    const ALL: &'static [Self] = &[Self::Off, Self::On];
    const NAMES: &'static [&'static str] = &["off", "on"];
}

prom_client::statics! {
    /// Requests that nobody
    /// made.
    static UNTOUCHED: Counter = "static_untouched_total";

    /// Answers that nobody waited for.
    static UNSEEN: Histogram = "static_unseen", |metric| metric.unit(Unit::SECONDS);

    /// Answers that were slow.
    static SLOW: Histogram = "static_slow", |metric| metric.unit(Unit::SECONDS);

    /// Visits.
    static VISITS: Family<(&'static str,), Counter> = "static_visits", |m| m.labels(["page"]).max_series(1);

    /// Whether it is on.
    static SWITCH: StateSet<Switch> = "static_switch";

    /// The first of its name.
    static FIRST: Gauge = "static_twice";

    /// The second of its name.
    static SECOND: Gauge = "static_twice";
}

#[test]
fn statics_are_exposed_as_zero_before_they_are_touched() {
    let text = default_registry().to_text();
    for line in [
        "# HELP static_untouched_total Requests that nobody made.",
        "# TYPE static_untouched_total counter",
        "static_untouched_total 0",
        "static_unseen_seconds_bucket{le=\"0.005\"} 0",
        "static_unseen_seconds_count 0",
        "# TYPE static_visits_total counter",
        "static_switch{static_switch=\"off\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}");
    }
    SWITCH.set(Switch::On);
    assert_eq!(default_registry().snapshot().state("static_switch", &[]), Some("on"));
    UNTOUCHED.inc();
    assert_eq!(default_registry().snapshot().counter("static_untouched", &[]), Some(1));
    assert!(UNTOUCHED.is_live() && UNTOUCHED.error().is_none());
    assert_eq!(UNSEEN.snapshot().map(|reading| reading.count()), Some(0));
}

#[test]
fn static_families_and_histograms_take_options() {
    SLOW.observe(0.001);
    VISITS.with(&("/",)).inc();
    VISITS.with(&("/about",)).inc();
    let snapshot = default_registry().snapshot();
    assert_eq!(snapshot.counter("static_visits", &[("page", "_OTHER")]), Some(1));
    assert_eq!(
        snapshot.histogram("static_slow_seconds", &[]).map(|reading| reading.count()),
        Some(1)
    );
}

#[test]
fn the_compiler_knows_which_names_a_static_cannot_have() {
    use prom_client::__private::is_metric_name;
    const {
        assert!(is_metric_name("jobs_total") && is_metric_name("_9"));
        assert!(!is_metric_name("") && !is_metric_name("9") && !is_metric_name("__name__"));
        assert!(!is_metric_name("jobs-done") && !is_metric_name("job:rate5m"));
        assert!(!is_metric_name("naïve") && !is_metric_name("a b"));
    }
}

#[test]
fn a_static_whose_name_is_taken_counts_unseen_and_says_why() {
    FIRST.set(1);
    SECOND.set(2);
    let (first, second) = (FIRST.error(), SECOND.error());
    assert!(first.is_some() != second.is_some(), "one of them is exposed");
    let error = first.or(second).expect("see above").to_string();
    assert!(error.contains("exposes `static_twice`, as does gauge `static_twice` at "), "{error}");
    assert_eq!((FIRST.value(), SECOND.value()), (1, 2));
    let shown = if first.is_none() { 1 } else { 2 };
    assert_eq!(default_registry().snapshot().gauge("static_twice", &[]), Some(shown));
}
