//! Groups of targets as JSON: `[{"targets": ["host:port"], "labels": {"name": "value"}}]`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::TargetGroup;
use super::error::Reason;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    #[serde(default)]
    targets: Option<Vec<String>>,
    #[serde(default)]
    labels: Option<BTreeMap<Name, String>>,
}

/// A name of a label, which is any but an empty one.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String")]
struct Name(String);

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        if name.is_empty() {
            return Err(format!("{name:?} is not a valid label name"));
        }
        Ok(Self(name))
    }
}

/// Reads a list of groups; `labels` are added to those of each.
pub(super) fn read(body: &[u8], labels: &[(&str, &str)]) -> Result<Vec<TargetGroup>, Reason> {
    // The reference takes `null` for an empty list.
    let groups: Option<Vec<Option<Group>>> = serde_json::from_slice(body)?;
    let groups = groups.unwrap_or_default().into_iter().enumerate();
    let groups = groups.map(|(at, group)| {
        let group = group.ok_or(Reason::NullGroup(at))?;
        let all = group.labels.unwrap_or_default();
        let read = all.iter().map(|(name, value)| (&*name.0, &**value));
        let addresses = group.targets.unwrap_or_default();
        let empty = TargetGroup::new(addresses);
        Ok(read
            .chain(labels.iter().copied())
            .fold(empty, |group, (name, value)| group.label(name, value)))
    });
    groups.collect()
}
