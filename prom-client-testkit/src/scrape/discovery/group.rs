//! Targets that were found together.

use crate::model::Labels;

/// Targets with labels in common: an entry of `static_configs`, or of a file of `file_sd_configs`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct TargetGroup {
    targets: Vec<Box<str>>,
    labels: Labels,
}

impl TargetGroup {
    /// Targets by their addresses, hosts with ports.
    pub fn new<A: Into<Box<str>>>(addresses: impl IntoIterator<Item = A>) -> Self {
        let targets = addresses.into_iter().map(Into::into).collect();
        Self { targets, labels: Labels::default() }
    }

    /// Sets a label of all of them.
    pub fn label(mut self, name: &str, value: &str) -> Self {
        self.labels = self.labels.iter().chain([(name, value)]).collect();
        self
    }

    /// The labels of each target, with its `__address__`.
    #[must_use = "it is lazy"]
    pub fn iter(&self) -> impl Iterator<Item = Labels> {
        self.targets
            .iter()
            .map(|address| self.labels.iter().chain([("__address__", &**address)]).collect())
    }
}
