//! The labels of a series, as the exposition, the target and the limits make them.

use super::{Limit, Limits};
use crate::model::{Labels, Series};

/// What a label of the exposition is called when the target has one of its name.
const EXPORTED: &str = "exported_";

/// The labels of a series with the target's. If both have one, the exposed one wins, or gets another name.
pub(super) fn with_target(series: &Series<'_>, target: &Labels, honor: bool) -> Labels {
    let exposed = series.to_labels();
    if honor {
        // An exposed label without a value takes the target's away.
        let has = |name: &str| series.exposes(name);
        return owned(&exposed).chain(owned(target).filter(|(name, _)| !has(name))).collect();
    }
    let mut taken: Vec<(Box<str>, Box<str>)> =
        owned(&exposed.without(&names(target))).chain(owned(target)).collect();
    let mut moved: Vec<_> = exposed.iter().filter(|(name, _)| target.get(name).is_some()).collect();
    moved.sort_by_key(|(name, _)| name.len());
    for (name, value) in moved {
        let mut name = format!("{EXPORTED}{name}");
        while taken.iter().any(|(other, _)| **other == name) {
            name.insert_str(0, EXPORTED);
        }
        taken.push((name.into(), value.into()));
    }
    taken.into_iter().collect()
}

/// The labels of a series that reports on the target.
pub(super) fn of_report(name: &str, target: &Labels) -> Labels {
    owned(target).chain([(Labels::NAME.into(), name.into())]).collect()
}

/// Checks the limits for one series.
pub(super) fn check(series: &Labels, limits: &Limits) -> Result<(), Limit> {
    let exceeds = |length: usize, limit: usize| limit > 0 && length > limit;
    if exceeds(series.len(), limits.labels) {
        return Err(Limit::Labels { series: series.clone(), limit: limits.labels });
    }
    for (name, value) in series.iter() {
        let (series, label) = (series.clone(), name.into());
        if exceeds(name.len(), limits.label_name) {
            return Err(Limit::LabelName { series, name: label, limit: limits.label_name });
        }
        if exceeds(value.len(), limits.label_value) {
            return Err(Limit::LabelValue { series, name: label, limit: limits.label_value });
        }
    }
    Ok(())
}

fn names(labels: &Labels) -> Vec<&str> {
    labels.iter().map(|(name, _)| name).collect()
}

fn owned(labels: &Labels) -> impl Iterator<Item = (Box<str>, Box<str>)> {
    labels.iter().map(|(name, value)| (name.into(), value.into()))
}
