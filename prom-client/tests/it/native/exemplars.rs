//! Exemplars of native histograms.

use std::time::Duration;

use prom_client::{Buckets, Clock, Format, Histogram, Metric, Native, Registry};

use super::owned;

/// Value and trace of each, as a reading shows them.
fn shown(histogram: Histogram) -> Vec<(f64, String)> {
    let reading = histogram.snapshot().unwrap();
    let exemplars = reading.native().unwrap().exemplars().iter();
    exemplars.map(|e| (e.value(), e.labels().value("trace").unwrap().to_owned())).collect()
}

#[test]
fn at_most_ten_exemplars_are_kept_by_value_with_their_times() {
    let (histogram, hand) = owned(Buckets::native());
    for i in (0..10).rev() {
        hand.advance(Duration::from_secs(1));
        histogram.observe_with_exemplar(2_f64.powi(i), &[("trace", &i.to_string())]);
    }
    let powers = |i: i32| (2_f64.powi(i), i.to_string());
    assert_eq!(shown(*histogram), (0..10).map(powers).collect::<Vec<_>>());
    let reading = histogram.snapshot().unwrap();
    let exemplars = reading.native().unwrap().exemplars();
    assert!(exemplars.is_sorted_by(|a, b| a.timestamp() == b.timestamp() + Duration::from_secs(1)));
    // One that is close to another takes its place; after five minutes the oldest makes way.
    histogram.observe_with_exemplar(8.5, &[("trace", "near")]);
    assert_eq!(shown(*histogram)[3], (8.5, "near".to_owned()));
    hand.advance(Duration::from_secs(300));
    histogram.observe_with_exemplar(8.6, &[("trace", "late")]);
    let late = shown(*histogram);
    assert_eq!(late.len(), 10);
    assert!(late.contains(&(8.6, "late".to_owned())) && late.contains(&(8.5, "near".to_owned())));
    assert!(!late.contains(&powers(9)), "it was the oldest");
    assert_eq!(histogram.snapshot().unwrap().count(), 12);
}

#[test]
fn an_exemplar_of_nan_is_refused_and_one_of_infinity_is_kept() {
    let (histogram, _hand) = owned(Native::default());
    histogram.observe_with_exemplar(f64::NAN, &[("trace", "nan")]);
    histogram.observe_with_exemplar(f64::INFINITY, &[("trace", "inf")]);
    assert_eq!(shown(*histogram), [(f64::INFINITY, "inf".to_owned())]);
    assert_eq!(histogram.snapshot().unwrap().count(), 2);
}

#[test]
fn exemplars_go_with_their_series() {
    for _ in 0..20 {
        let (histogram, _hand) = owned(Buckets::native());
        assert_eq!(shown(*histogram), []);
        histogram.observe_with_exemplar(1.0, &[("trace", "a")]);
        let stale = *histogram;
        drop(histogram);
        stale.observe_with_exemplar(2.0, &[("trace", "b")]);
        assert!(!stale.is_live() && stale.snapshot().is_none());
    }
}

/// `+Inf` is no bucket of a histogram that has only native ones, though text, which shows these not at all, has it.
#[test]
fn exemplars_of_a_histogram_without_classic_buckets_are_those_of_native_ones() {
    let (clock, hand) = Clock::manual(Duration::from_secs(1));
    let registry = Registry::with_clock(clock);
    let histogram: Histogram =
        registry.metric("native_only", "").buckets(Buckets::native()).register().unwrap();
    for value in [1.0, 4.0] {
        hand.advance(Duration::from_secs(1));
        histogram.observe_with_exemplar(value, &[("trace", &format!("t{value}"))]);
    }
    let written = |format| {
        let mut body = Vec::new();
        registry.encode(format, &mut body);
        String::from_utf8_lossy(&body).into_owned()
    };
    let times = |body: &str, trace| body.matches(trace).count();
    let without_native_buckets = [Format::Text, Format::OpenMetrics];
    for format in Format::ALL.iter().filter(|format| !without_native_buckets.contains(format)) {
        let body = written(*format);
        assert_eq!((times(&body, "t1"), times(&body, "t4")), (1, 1), "{format:?}");
    }
    let text = written(Format::OpenMetrics);
    assert!(text.contains("native_only_bucket{le=\"+Inf\"} 2 # {trace=\"t4\"} 4.0"), "{text}");
}
