//! Why a query that can be read has no answer.

use std::error::Error;
use std::fmt;

use crate::promql::{DurationEvalError, Place, ValueType};

/// What stopped an evaluation, and the part of the query where it did.
///
/// Where Prometheus stops too, the words are its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalError {
    kind: Box<Kind>,
    place: Option<Place>,
}

/// The reasons. The words of each are in `Display`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    TooManySamples,
    TooManySteps,
    TooMuchText,
    TooDeep,
    ZeroStep,
    EndBeforeStart,
    RangeOfRanges(ValueType),
    /// The expression was not checked.
    Mistyped(ValueType),
    SameLabels,
    /// Several series of the side that has to have one.
    DuplicateMatch {
        group: Box<str>,
        side: &'static str,
        series: [Box<str>; 2],
    },
    ManyToOneImplicit,
    ManyToOneAmbiguous,
    ParameterNan,
    ParameterOverflow(Box<str>),
    ParameterUnderflow(Box<str>),
    LabelName(Box<str>),
    LabelNameIn {
        function: &'static str,
        role: &'static str,
        name: Box<str>,
    },
    Pattern(Box<str>),
    Duration(DurationEvalError),
    NativeHistogram(Box<str>),
    Unsupported(&'static str),
}

impl EvalError {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind: Box::new(kind), place: None }
    }

    /// The same of this part of the query, unless a smaller part is known.
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place.get_or_insert(place);
        self
    }

    /// The part of the query that has no value, if it is not all of it.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// Whether Prometheus has an answer, and the kit only lacks what the query asks for: it knows numbers, not
    /// yet native histograms, and nothing experimental.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        matches!(*self.kind, Kind::NativeHistogram(_) | Kind::Unsupported(_))
    }
}

impl From<Kind> for EvalError {
    fn from(kind: Kind) -> Self {
        Self::new(kind)
    }
}

impl From<DurationEvalError> for EvalError {
    fn from(error: DurationEvalError) -> Self {
        let place = error.place;
        Self::new(Kind::Duration(error)).at(place)
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            Kind::TooManySamples => f.write_str(
                "query processing would load too many samples into memory in query execution",
            ),
            Kind::TooManySteps => f.write_str(
                "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the \
                 query resolution (?step=XX)",
            ),
            Kind::TooMuchText => f.write_str("labels would take too much memory"),
            Kind::TooDeep => f.write_str("the expression is nested too deeply"),
            Kind::ZeroStep => f.write_str(
                "zero or negative query resolution step widths are not accepted. Try a positive \
                 integer",
            ),
            Kind::EndBeforeStart => f.write_str("end timestamp must not be before start time"),
            Kind::RangeOfRanges(found) => write!(
                f,
                "invalid expression type \"{found}\" for range query, must be Scalar or instant \
                 Vector"
            ),
            Kind::Mistyped(expected) => write!(f, "expected type {expected}"),
            Kind::SameLabels => f.write_str("vector cannot contain metrics with the same labelset"),
            Kind::DuplicateMatch { group, side, series: [first, second] } => write!(
                f,
                "found duplicate series for the match group {group} on the {side} hand-side of the \
                 operation: [{first}, {second}];many-to-many matching not allowed: matching labels \
                 must be unique on one side"
            ),
            Kind::ManyToOneImplicit => f.write_str(
                "multiple matches for labels: many-to-one matching must be explicit \
                 (group_left/group_right)",
            ),
            Kind::ManyToOneAmbiguous => f.write_str(
                "multiple matches for labels: grouping labels must ensure unique matches",
            ),
            Kind::ParameterNan => f.write_str("Parameter value is NaN"),
            Kind::ParameterOverflow(value) => write!(f, "Scalar value {value} overflows int64"),
            Kind::ParameterUnderflow(value) => write!(f, "Scalar value {value} underflows int64"),
            Kind::LabelName(name) => write!(f, "invalid label name {name}"),
            Kind::LabelNameIn { function, role, name } => {
                write!(f, "invalid {role} label name in {function}(): {name}")
            }
            Kind::Pattern(pattern) => {
                write!(f, "invalid regular expression in label_replace(): {pattern}")
            }
            Kind::Duration(error) => error.fmt(f),
            Kind::NativeHistogram(series) => write!(
                f,
                "unsupported: {series} has native histograms, and the kit computes with numbers only"
            ),
            Kind::Unsupported(what) => write!(f, "unsupported: {what}"),
        }
    }
}

impl Error for EvalError {}
