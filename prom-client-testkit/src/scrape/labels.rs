//! The labels of a series, as the exposition, the target and the limits make them.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Limit, Limits};
use crate::model::{Labels, Series};

/// What a label of the exposition is called when the target has one of its name.
const EXPORTED: &str = "exported_";

/// The labels of a series with the target's. If both have one, the exposed one wins, or gets another name.
pub(super) fn with_target(series: &Series<'_>, target: &Labels, honor: bool) -> Labels {
    let mut all = vec![(Cow::Borrowed(Labels::NAME), series.name())];
    let mut moved = Vec::new();
    for (name, value) in series.labels() {
        if !honor && target.get(&name).is_some() {
            moved.push((name, value));
        } else {
            all.push((name, value));
        }
    }
    // An exposed label without a value takes the target's away.
    all.extend(borrowed(target).filter(|(name, _)| !(honor && series.exposes(name))));
    moved.sort_by_key(|(name, _)| name.len());
    for (name, value) in moved {
        let mut name = format!("{EXPORTED}{name}");
        while all.iter().any(|(other, _)| **other == name) {
            name.insert_str(0, EXPORTED);
        }
        all.push((name.into(), value));
    }
    all.into_iter().collect()
}

/// How many labels are there once more than they may be, of those that are left. One that the target has too is left
/// under another name.
pub(super) fn repeated(series: &Series<'_>, left: &Labels, target: &Labels, honor: bool) -> usize {
    let mut seen = HashSet::from([Cow::Borrowed(Labels::NAME)]);
    let mut twice: Vec<Cow<'_, str>> = series.labels().map(|(name, _)| name).collect();
    twice.retain(|name| !seen.insert(name.clone()));
    let is_left = |name: &str| left.get(name).is_some() || !honor && target.get(name).is_some();
    twice.iter().filter(|name| is_left(name)).count()
}

/// The labels of a series that reports on the target.
pub(super) fn of_report(name: &str, target: &Labels) -> Labels {
    borrowed(target).chain([(Labels::NAME.into(), name.into())]).collect()
}

/// Checks the limits for one series, of whose labels so many are there once more.
pub(super) fn check(series: &Labels, repeated: usize, limits: &Limits) -> Result<(), Limit> {
    let exceeds = |length: usize, limit: usize| limit > 0 && length > limit;
    if exceeds(series.len() + repeated, limits.labels) {
        return Err(Limit::Labels { series: series.clone(), limit: limits.labels });
    }
    for (name, value) in series.iter() {
        let of = || (series.clone(), Box::from(name));
        if exceeds(name.len(), limits.label_name) {
            let (series, name) = of();
            return Err(Limit::LabelName { series, name, limit: limits.label_name });
        }
        if exceeds(value.len(), limits.label_value) {
            let (series, name) = of();
            return Err(Limit::LabelValue { series, name, limit: limits.label_value });
        }
    }
    Ok(())
}

fn borrowed(labels: &Labels) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    labels.iter().map(|(name, value)| (name.into(), value.into()))
}
