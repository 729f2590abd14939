//! A family as the linter sees it.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::model::{Family, Kind, Labels};

/// A family of the text format.
pub(super) struct Metric<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) kind: Kind,
    pub(super) has_help: bool,
    /// The labels of each metric. Of histograms and summaries many samples make one metric.
    pub(super) labels: Vec<Labels>,
}

impl<'a> Metric<'a> {
    /// The family, if it has any samples.
    pub(super) fn of(family: &'a Family) -> Option<Self> {
        if family.samples.is_empty() {
            return None;
        }
        let suffixed = |suffix| {
            let name = format!("{}{suffix}", family.name);
            family.samples.iter().any(|sample| sample.name() == name).then_some(name)
        };
        let (kind, name) = match family.kind {
            Kind::Counter => (Kind::Counter, suffixed("_total")),
            Kind::Info => (Kind::Gauge, suffixed("_info")),
            Kind::StateSet => (Kind::Gauge, None),
            kind => (kind, None),
        };
        Some(Self {
            name: name.map_or(Cow::Borrowed(&*family.name), Cow::Owned),
            kind,
            has_help: family.help.is_some(),
            labels: labels(family),
        })
    }
}

fn labels(family: &Family) -> Vec<Labels> {
    let all = family.samples.iter().filter(|sample| {
        // The time at which a counter began is no metric beside it.
        family.kind != Kind::Counter || sample.name().strip_prefix(&family.name) != Some("_created")
    });
    match family.kind.bound_label() {
        None => all.map(|sample| sample.labels.without(&[Labels::NAME])).collect(),
        Some(bound) => {
            let mut seen = HashSet::new();
            let metrics = all.map(|sample| sample.labels.without(&[Labels::NAME, bound]));
            metrics.filter(|labels| seen.insert(labels.clone())).collect()
        }
    }
}
