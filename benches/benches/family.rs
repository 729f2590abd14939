//! Look-ups in families, each followed by an operation on the metric that was found.

use criterion::{Criterion, criterion_group, criterion_main};
use fastmetrics::derive::LabelSet;
use measured::{CounterVec, LabelGroup, label::StaticLabelSet};
use prom_client_benches::data::{
    Draws, EnumLabels, Labels, Method, Route, Status, enum_labels, label_sets, latencies,
};
use prom_client_benches::harness::{Row, config};
use prom_client_benches::libraries::prometheus_static::Requests;
use prom_client_benches::libraries::{self, Counters, Histograms};
use prometheus_client::encoding::EncodeLabelSet;

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config();
    targets = family_inc_100, family_inc_10k, family_observe_100, family_enum_100
}

fn family_inc_100(criterion: &mut Criterion) {
    family_inc(criterion, "family_inc_100", 100);
}

fn family_inc_10k(criterion: &mut Criterion) {
    family_inc(criterion, "family_inc_10k", 10_000);
}

fn family_inc(criterion: &mut Criterion, id: &str, series: usize) {
    let sets = Draws::new(&label_sets(series));
    Row::each(criterion, id, |row| {
        counters::<libraries::ours::Counters>(row, sets);
        counters::<libraries::prometheus::Counters>(row, sets);
        counters::<libraries::prometheus_client::Counters>(row, sets);
        counters::<libraries::metrics::Counters>(row, sets);
        counters::<libraries::fastmetrics::Counters>(row, sets);
        counters::<libraries::measured::Counters>(row, sets);
    });
}

fn counters<C: Counters>(row: &mut Row<'_>, sets: Draws<Labels<'static>>) {
    let family = || {
        let family = C::new();
        sets.items().iter().for_each(|labels| family.inc(*labels));
        family
    };
    row.given(C::LIBRARY, sets, family, |family, labels| family.inc(labels));
}

fn family_observe_100(criterion: &mut Criterion) {
    let sets = Draws::new(&label_sets(100));
    Row::each(criterion, "family_observe_100", |row| {
        histograms::<libraries::ours::Histograms>(row, sets);
        histograms::<libraries::prometheus::Histograms>(row, sets);
        histograms::<libraries::prometheus_client::Histograms>(row, sets);
        histograms::<libraries::metrics::Histograms>(row, sets);
        histograms::<libraries::fastmetrics::Histograms>(row, sets);
        histograms::<libraries::measured::Histograms>(row, sets);
    });
}

fn histograms<H: Histograms>(row: &mut Row<'_>, sets: Draws<Labels<'static>>) {
    let inputs = (sets, latencies());
    row.settled(H::LIBRARY, inputs, H::new, H::settle, |family, (labels, latency)| {
        family.observe(labels, latency)
    });
}

/// `metrics` knows no labels but strings.
fn family_enum_100(criterion: &mut Criterion) {
    let sets = Draws::new(&enum_labels());
    Row::each(criterion, "family_enum_100", |row| {
        row.given("ours", sets, libraries::ours::enum_counters, |(_, family), labels| {
            family.with(&labels).inc();
        });
        row.given("prometheus", sets, Requests::new, Requests::inc);
        let prometheus_client =
            prometheus_client::metrics::family::Family::<Key, ClientCounter>::default;
        row.given("prometheus-client", sets, prometheus_client, |family, labels| {
            family.get_or_create(&labels.into()).inc();
        });
        let fastmetrics = fastmetrics::metrics::family::Family::<Key, FastCounter>::default;
        row.given("fastmetrics", sets, fastmetrics, |family, labels| {
            family.with_or_new(&labels.into(), |counter| counter.inc());
        });
        row.given(
            "measured",
            sets,
            || CounterVec::with_label_set(key_set()),
            |family, labels| {
                family.inc(labels.into());
            },
        );
    });
}

type ClientCounter = prometheus_client::metrics::counter::Counter;
type FastCounter = fastmetrics::metrics::counter::Counter;

/// The label set of the libraries that take a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet, LabelSet, LabelGroup)]
#[label(set = KeySet)]
struct Key {
    method: Method,
    route: Route,
    status: Status,
}

impl From<EnumLabels> for Key {
    #[inline]
    fn from((method, route, status): EnumLabels) -> Self {
        Self { method, route, status }
    }
}

fn key_set() -> KeySet {
    KeySet {
        method: StaticLabelSet::new(),
        route: StaticLabelSet::new(),
        status: StaticLabelSet::new(),
    }
}
