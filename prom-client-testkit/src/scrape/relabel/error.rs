//! What is wrong with a rule.

use std::error::Error;
use std::fmt;

use super::rule::Action;
use crate::model::PatternError;

/// A rule that Prometheus would refuse. The words are its.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RelabelError {
    /// There is no such action.
    UnknownAction(String),
    /// `regex` is no regular expression.
    Pattern(PatternError),
    /// The action needs a `target_label`, and there is none.
    NoTarget(Action),
    /// The `replacement` is empty, and a `labelmap` makes names of it.
    NoReplacement(Action),
    /// The action writes what it makes itself, and there is a `replacement`.
    UselessReplacement(Action),
    /// `hashmod` without a `modulus`, or with 0.
    NoModulus,
    /// `keepequal` and `dropequal` compare two things, and there is a third.
    OnlySourceAndTarget(Action),
    /// `labeldrop` and `labelkeep` look at names only, and there is more than a `regex`.
    OnlyRegex(Action),
}

impl RelabelError {
    /// The field that is wrong or missing, as it is called in a configuration.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::UnknownAction(_) | Self::OnlySourceAndTarget(_) | Self::OnlyRegex(_) => "action",
            Self::Pattern(_) => "regex",
            Self::NoTarget(_) => "target_label",
            Self::NoReplacement(_) | Self::UselessReplacement(_) => "replacement",
            Self::NoModulus => "modulus",
        }
    }
}

impl fmt::Display for RelabelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownAction(action) => write!(f, "unknown relabel action {action:?}"),
            Self::Pattern(error) => error.fmt(f),
            Self::NoTarget(action) => {
                write!(f, "relabel configuration for {action} action requires 'target_label' value")
            }
            Self::NoReplacement(action) => {
                write!(f, "\"\" is invalid 'replacement' for {action} action")
            }
            Self::UselessReplacement(action) => {
                write!(f, "'replacement' can not be set for {action} action")
            }
            Self::NoModulus => {
                f.write_str("relabel configuration for hashmod requires non-zero modulus")
            }
            Self::OnlySourceAndTarget(action) => write!(
                f,
                "{action} action requires only 'source_labels' and `target_label`, and no other fields"
            ),
            Self::OnlyRegex(action) => {
                write!(f, "{action} action requires only 'regex', and no other fields")
            }
        }
    }
}

impl Error for RelabelError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Pattern(error) => Some(error),
            _ => None,
        }
    }
}

impl From<PatternError> for RelabelError {
    fn from(error: PatternError) -> Self {
        Self::Pattern(error)
    }
}
