//! What a registry says about itself.
//!
//! Each of these appears once there is something that it could count, so that a registry which uses none
//! of it exposes only what was registered. Refused updates are counted for the process, since a handle
//! knows no registry, and show in all registries once there is one.

use super::table::{CustomEntry, Entry};
use crate::desc::{Desc, Kind};
use crate::label::LabelName;
use crate::metric::{refused_exemplars, refused_updates};
use crate::snapshot::{FamilySnapshot, Number, Series, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Names that nobody else may register.
pub(super) const PREFIX: &str = "prom_client_";

/// The families about this registry, which began at `start`. What is counted for the process began before,
/// nobody knows when.
pub(super) fn families(
    entries: &[Arc<Entry>],
    collectors: &[Arc<CustomEntry>],
    start: Duration,
) -> Vec<FamilySnapshot> {
    let failures = collectors.iter().map(|entry| (entry.label.as_str(), &entry.failures));
    let callbacks = entries.iter().flat_map(|entry| {
        entry.callbacks().map(|callback| (entry.desc.name(), &callback.failures))
    });
    let failures = failures.chain(callbacks).map(|(label, failures)| {
        (Some(("collector", label.to_owned())), failures.load(Ordering::Relaxed))
    });
    let refused = entries.iter().filter_map(|entry| {
        let parts = entry.parts.iter().filter_map(|part| part.source.refused());
        let total = parts.reduce(u64::wrapping_add)?;
        Some((Some(("family", entry.desc.name().to_owned())), total))
    });
    let of_process = |n: u64| Some(n).filter(|n| *n > 0).map(|n| (None, n)).into_iter();
    [
        family(
            "collector_failures",
            "Scrapes in which a collector or callback failed or panicked and was left out.",
            failures,
            Some(start),
        ),
        family(
            "refused_exemplars",
            "Exemplars refused because their labels, or they, cannot be exposed.",
            of_process(refused_exemplars()),
            None,
        ),
        family(
            "refused_series",
            "Look-ups refused because a family was full.",
            refused,
            Some(start),
        ),
        family(
            "refused_updates",
            "Updates refused: a counter cannot grow by such an amount, or there was no room in quantiles or native buckets.",
            of_process(refused_updates()),
            None,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A counter with these series, those of the same label added up; nothing if there are none.
fn family(
    name: &str,
    help: &str,
    series: impl Iterator<Item = (Option<(&'static str, String)>, u64)>,
    start: Option<Duration>,
) -> Option<FamilySnapshot> {
    let mut totals: BTreeMap<_, u64> = BTreeMap::new();
    for (label, total) in series {
        *totals.entry(label).or_default() += total;
    }
    let desc = Desc::new(&format!("{PREFIX}{name}"), help, Kind::Counter).expect("a fixed name");
    let mut family = FamilySnapshot::new(desc);
    for (label, total) in totals {
        let labels =
            label.map(|(name, value)| (LabelName::parse(name).expect("a fixed name"), value));
        let labels = labels.into_iter().collect();
        let series = Series::new(labels, Value::Counter(Number::U64(total)));
        family.push(series.with_start(start));
    }
    (!family.all_series().is_empty()).then_some(family)
}
