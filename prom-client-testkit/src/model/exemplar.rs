//! Exemplars: single observations that stand for a sample, with labels that lead to a trace.

use std::borrow::Cow;

use super::series::Pairs;
use super::{Labels, Timestamp};

/// An exemplar, borrowed from the exposition.
#[derive(Clone, Copy, Debug)]
pub struct ExemplarRef<'a> {
    pub(crate) pairs: Pairs<'a>,
    pub(crate) value: f64,
    pub(crate) timestamp: Option<Timestamp>,
}

/// An exemplar, owned. Two are equal if their values have the same bits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exemplar {
    /// What it points to.
    pub labels: Labels,
    /// What was observed.
    pub value: f64,
    /// When it was observed, if that is known.
    pub timestamp: Option<Timestamp>,
}

impl<'a> ExemplarRef<'a> {
    /// The labels, in the order of the exposition, without those that are empty.
    pub fn labels(&self) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> + use<'a> {
        self.pairs.iter().filter(|(_, value)| !value.is_empty())
    }

    /// What was observed.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// When it was observed, if the exposition says so.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.timestamp
    }

    /// The same, owned.
    #[must_use]
    pub fn to_owned(&self) -> Exemplar {
        Exemplar {
            labels: self.labels().map(|(n, v)| (Box::from(n), Box::from(v))).collect(),
            value: self.value,
            timestamp: self.timestamp,
        }
    }
}

impl PartialEq for Exemplar {
    fn eq(&self, other: &Self) -> bool {
        self.labels == other.labels
            && self.value.to_bits() == other.value.to_bits()
            && self.timestamp == other.timestamp
    }
}
