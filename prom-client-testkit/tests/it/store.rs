//! The store, against maps that do the same slowly.

use std::collections::BTreeMap;
use std::time::Duration;

use prom_client_testkit::{
    AppendError, Format, Labels, Matcher, NativeHistogram, STALE, Selector, Store, Timestamp,
    Value, ValueRef,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

type Point = (i64, Value);

/// What a store is: for each series its samples, in the order of time.
#[derive(Clone, Debug, Default)]
struct Model(BTreeMap<Labels, Vec<Point>>);

/// A scrape, roughly.
#[derive(Clone, Debug)]
struct Batch {
    samples: Vec<(Labels, i64, Value)>,
    commits: bool,
}

impl Model {
    /// What `append` says against what was committed.
    fn verdict(&self, labels: &Labels, at: i64, value: &Value) -> Result<(), AppendError> {
        match self.0.get(labels).and_then(|points| points.last()) {
            Some((last, _)) if at < *last => Err(AppendError::OutOfOrder),
            Some((last, old)) if at == *last && old != value => Err(AppendError::Duplicate),
            _ => Ok(()),
        }
    }

    fn commit(&mut self, batch: &Batch) {
        for (labels, at, value) in &batch.samples {
            let points = self.0.entry(labels.clone()).or_default();
            if points.last().is_none_or(|(last, _)| last < at) {
                points.push((*at, value.clone()));
            }
        }
    }
}

fn apply(store: &mut Store, model: &Model, batch: &Batch) {
    let mut appender = store.appender();
    for (labels, at, value) in &batch.samples {
        let series = appender.series(labels);
        let borrowed = match value {
            Value::Float(number) => ValueRef::Float(*number),
            Value::Histogram(histogram) => ValueRef::Histogram(histogram),
        };
        let result = appender.append(series, Timestamp::from_millis(*at), borrowed);
        assert_eq!(result, model.verdict(labels, *at, value), "{labels} at {at}");
    }
    if batch.commits {
        appender.commit();
    }
}

/// All samples of a selection, both kinds merged by time.
fn dump(store: &Store, selector: &Selector) -> Vec<(Labels, Vec<Point>)> {
    let series = store.select(selector);
    let points = |series: &prom_client_testkit::StoredSeries<'_>| {
        let (times, histograms) = series.histograms();
        let floats = series.times().iter().zip(series.values());
        let floats = floats.map(|(at, value)| (at.as_millis(), Value::Float(*value)));
        let histograms = times.iter().zip(histograms);
        let histograms = histograms
            .map(|(at, value)| (at.as_millis(), Value::Histogram(Box::new((**value).clone()))));
        let mut all: Vec<Point> = floats.chain(histograms).collect();
        all.sort_by_key(|(at, _)| *at);
        all
    };
    series.iter().map(|series| (series.labels(), points(series))).collect()
}

fn labels() -> impl Strategy<Value = Labels> {
    let value = || select(&["", "x", "y", "zé"][..]);
    (select(&["m", "n"][..]), value(), value())
        .prop_map(|(name, a, b)| [("__name__", name), ("a", a), ("b", b)].into())
}

fn value() -> impl Strategy<Value = Value> {
    let histogram = (0..3_u8).prop_map(|count| {
        let mut histogram = NativeHistogram::default();
        histogram.count = f64::from(count);
        Value::Histogram(Box::new(histogram))
    });
    let float = select(&[0.0, -0.0, 1.0, f64::NAN, STALE, f64::INFINITY][..]);
    prop_oneof![3 => float.prop_map(Value::Float), 1 => histogram]
}

fn batches() -> impl Strategy<Value = Vec<Batch>> {
    let sample = (labels(), 0..20_i64, value());
    vec((vec(sample, 0..8), prop::bool::weighted(0.7)), 0..12).prop_map(|batches| {
        batches.into_iter().map(|(samples, commits)| Batch { samples, commits }).collect()
    })
}

fn matcher() -> impl Strategy<Value = Matcher> {
    let name = select(&["__name__", "a", "b", "none"][..]);
    (name, select(&["", "m", "x", "y", "other"][..]), any::<bool>()).prop_map(
        |(name, value, equal)| {
            if equal { Matcher::equal(name, value) } else { Matcher::not_equal(name, value) }
        },
    )
}

proptest! {
    #[test]
    fn the_store_is_a_map_of_series_to_samples(
        batches in batches(),
        matchers in vec(vec(matcher(), 0..4), 1..6),
    ) {
        let mut store = Store::new();
        let mut model = Model::default();
        for batch in &batches {
            apply(&mut store, &model, batch);
            if batch.commits {
                model.commit(batch);
            }
        }
        prop_assert_eq!(store.len(), model.0.len());
        let newest = model.0.values().filter_map(|points| points.last()).map(|(at, _)| *at).max();
        prop_assert_eq!(store.newest().map(Timestamp::as_millis), newest);
        for matchers in matchers {
            let selector = Selector::new(matchers);
            let expected = model.0.iter().filter(|(labels, _)| selector.matches(labels));
            let expected: Vec<_> =
                expected.map(|(labels, points)| (labels.clone(), points.clone())).collect();
            prop_assert_eq!(dump(&store, &selector), expected, "{}", selector);
        }
        for (labels, points) in &model.0 {
            let name = |(name, value)| Matcher::equal(name, value);
            let absent = ["a", "b"].into_iter().filter(|name| labels.get(name).is_none());
            let absent = absent.map(|name| Matcher::equal(name, ""));
            let selector = Selector::new(labels.iter().map(name).chain(absent));
            let found = store.select(&selector);
            prop_assert_eq!(found.len(), 1);
            for at in -1..25 {
                let shown = found[0].at(Timestamp::from_millis(at), Duration::from_millis(5));
                let shown = shown.map(|(time, value)| (time.as_millis(), value.to_owned()));
                let last = points.iter().rev().find(|(time, _)| *time <= at);
                let last = last.filter(|(time, _)| *time > at - 5);
                let last = last.filter(|(_, value)| *value != Value::Float(STALE));
                prop_assert_eq!(shown, last.cloned());
            }
        }
    }
}

#[test]
fn what_was_not_committed_leaves_nothing_behind() {
    let mut store = Store::new();
    let append = |store: &mut Store, name: &str, commits: bool| {
        let mut appender = store.appender();
        let series = appender.series(&[("__name__", name), ("shared", "s")].into());
        appender
            .append(series, Timestamp::from_millis(1), ValueRef::Float(1.0))
            .expect("it is the first one");
        if commits {
            appender.commit();
        }
        series
    };
    let first = append(&mut store, "first", true);
    let lost = append(&mut store, "lost", false);
    let second = append(&mut store, "second", true);
    // Its number is free again.
    assert_eq!(lost, second);
    assert_ne!(first, second);
    let names = |selector: &str| -> Vec<String> {
        let found = store.select(&selector.parse().expect(selector));
        found.iter().map(|series| series.labels().to_string()).collect()
    };
    assert_eq!(names("{shared='s'}"), ["first{shared=\"s\"}", "second{shared=\"s\"}"]);
    assert_eq!(names("lost"), [""; 0]);
}

#[test]
fn metadata_and_exemplars_and_starts_are_kept() {
    let mut store = Store::new();
    let exemplars = |value: u32| {
        let body =
            format!("# TYPE a counter\na_total 1 # {{id=\"{value}\"}} {value} {value}\n# EOF\n");
        let parser = prom_client_testkit::Parser::new(Format::OpenMetrics);
        let exposition = parser.parse(body.as_bytes()).expect("it is right");
        exposition.samples().next().expect("one").exemplars[0].clone()
    };
    let labels = Labels::from([("__name__", "a_total")]);
    for second in 1..=200_u32 {
        let at = Timestamp::from_seconds(f64::from(second));
        let mut appender = store.appender();
        appender.help("a", "Things.");
        appender.kind("a", prom_client_testkit::Kind::Counter);
        let series = appender.series(&labels);
        appender.append(series, at, ValueRef::Float(1.0)).expect("it is the next one");
        appender.exemplar(series, at, exemplars(second));
        // The same once more, and an older one.
        appender.exemplar(series, at, exemplars(second));
        appender.exemplar(series, at, exemplars(1));
        appender.start(series, at, Timestamp::from_seconds(f64::from(second / 100)));
        appender.commit();
    }
    let metadata = store.metadata("a").expect("it was described");
    assert_eq!(metadata.help.as_deref(), Some("Things."));
    assert_eq!(metadata.kind, prom_client_testkit::Kind::Counter);
    let found = store.select(&"a_total".parse().expect("a selector"));
    let values: Vec<f64> = found[0].exemplars().map(|exemplar| exemplar.value).collect();
    let newest: Vec<f64> = (73..=200).map(f64::from).collect();
    assert_eq!(values, newest);
    for (at, start) in [(0.5, None), (1.0, Some(0.0)), (99.0, Some(0.0)), (150.0, Some(1.0))] {
        let start = start.map(Timestamp::from_seconds);
        assert_eq!(found[0].start(Timestamp::from_seconds(at)), start, "at {at}");
    }
}
