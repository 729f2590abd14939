//! A family: the samples of one metric, and what is said about them.

use super::{Kind, Sample};

/// Metrics that share a name, with the samples that belong to it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Family {
    /// The name that its metadata has: in OpenMetrics without `_total` and `_info`.
    pub name: String,
    /// What it counts or measures.
    pub kind: Kind,
    /// What it is about, if the exposition says so.
    pub help: Option<String>,
    /// What it is measured in, if the exposition says so.
    pub unit: Option<String>,
    /// The samples, in the order of the exposition.
    pub samples: Vec<Sample>,
}
