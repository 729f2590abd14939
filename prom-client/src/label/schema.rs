//! The label names of a family, once for all its series.

use std::fmt;

use super::LabelName;
use crate::desc::{Desc, Escaping, Kind, NameError, Names};

/// The constant labels and the label names that the series of a family share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    constant: Vec<(LabelName, String)>,
    names: Vec<LabelName>,
}

impl Schema {
    /// Label names for a metric of the given kind, behind constant labels. Constant labels are sorted
    /// by name; an empty value equals an absent label, so such constant labels are left out.
    ///
    /// # Errors
    /// When a name stands twice, also once it is escaped, or is one that this kind of metric uses
    /// itself (`le`). A registry also refuses the family's name as a label of a state set.
    pub fn new(
        mut constant: Vec<(LabelName, String)>,
        names: Vec<LabelName>,
        kind: Kind,
    ) -> Result<Self, SchemaError> {
        constant.retain(|(_, value)| !value.is_empty());
        constant.sort();
        let mut seen: Vec<&LabelName> = Vec::with_capacity(constant.len() + names.len());
        for name in constant.iter().map(|(name, _)| name).chain(&names) {
            if kind.own_label() == Some(name.as_str()) {
                return Err(SchemaError::Name(NameError::format_label(name.as_str(), kind)));
            }
            if seen.contains(&name) {
                return Err(SchemaError::Repeated(name.as_str().into()));
            }
            seen.push(name);
        }
        check_escaped(&seen)?;
        Ok(Self { constant, names })
    }

    /// The same schema, if a family of this description may have it: a state set names its states by a
    /// label of its own, also where names are escaped.
    pub(crate) fn checked(self, desc: &Desc) -> Result<Self, SchemaError> {
        if let Some(own) = desc.own_label() {
            let own = LabelName::parse_in(Names::Utf8, own.to_owned())?;
            let names = self.constant.iter().map(|(name, _)| name).chain(&self.names);
            let mut names: Vec<&LabelName> = names.collect();
            if names.contains(&&own) {
                return Err(SchemaError::Name(NameError::format_label(own.as_str(), desc.kind())));
            }
            names.push(&own);
            check_escaped(&names)?;
        }
        Ok(self)
    }

    /// The labels with the same value on every series, sorted by name.
    #[must_use]
    pub fn constant(&self) -> &[(LabelName, String)] {
        &self.constant
    }

    /// The names of the labels whose values each series brings, in that order.
    #[must_use]
    pub fn names(&self) -> &[LabelName] {
        &self.names
    }
}

/// Checks that no two of these names, which are different, become the same by escaping.
///
/// A server throws a whole scrape away for a series that has a label twice.
pub(crate) fn check_escaped(names: &[&LabelName]) -> Result<(), SchemaError> {
    // Whatever two names become the same, one of them is not classic.
    for one in names.iter().filter(|name| !name.is_classic()) {
        for scheme in Escaping::CHANGING {
            let escaped = one.escaped(scheme);
            let same = |other: &&&LabelName| other != &one && other.escaped(scheme) == escaped;
            if let Some(other) = names.iter().find(same) {
                return Err(SchemaError::Alike {
                    names: [one.as_str().into(), other.as_str().into()],
                    escaped: escaped.into_owned(),
                });
            }
        }
    }
    Ok(())
}

/// Why label names do not fit together or do not fit the metric.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaError {
    /// A name that is no label name, or one that the metric uses itself.
    Name(NameError),
    /// A label stands twice.
    Repeated(String),
    /// Two labels would be the same to readers that know no UTF-8 names.
    Alike {
        /// Their names.
        names: [String; 2],
        /// What becomes of both.
        escaped: String,
    },
    /// A label set with a fixed number of values was given another number of names.
    Count {
        /// How many values the label set has.
        values: usize,
        /// How many names were given.
        names: usize,
    },
    /// A label set that has its own names was given others.
    Renamed {
        /// The names of the label set.
        own: Vec<&'static str>,
    },
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(error) => write!(f, "{error}"),
            Self::Repeated(name) => write!(f, "the label `{name}` stands twice"),
            Self::Alike { names: [one, other], escaped } => write!(
                f,
                "to readers that know no UTF-8 names the labels `{}` and `{}` would both be `{escaped}`",
                one.escape_debug(),
                other.escape_debug(),
            ),
            Self::Count { values, names } => {
                write!(f, "a label set of {values} values was given {names} names")
            }
            Self::Renamed { own } => write!(f, "the label set has its own names {own:?}"),
        }
    }
}

// The message has all of what is inside, so there is no source to print again.
impl std::error::Error for SchemaError {}

impl From<NameError> for SchemaError {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}
