//! What an exposition says about a family besides its samples.

use super::Kind;

/// The type, the help text and the unit of a family, as far as somebody has said them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata {
    /// What it counts or measures.
    pub kind: Kind,
    /// What it is about.
    pub help: Option<Box<str>>,
    /// What it is measured in.
    pub unit: Option<Box<str>>,
}
