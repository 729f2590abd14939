//! What a query is, as a tree: every node knows which bytes of the text it came from.

use super::{AggregateOp, BinaryOp, DurationExpr, Function, Text, ValueType};
use crate::model::{Matcher, Timestamp};

/// Bytes of a query: the first, and the one after the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Place {
    /// The offset of the first byte.
    pub start: usize,
    /// The offset after the last byte.
    pub end: usize,
}

impl Place {
    /// From the begin of this place to the end of another.
    pub(crate) fn to(self, last: Self) -> Self {
        Self { start: self.start, end: last.end }
    }
}

/// A query, or a part of one.
///
/// Two are equal if they say the same, wherever they stood, and whatever the order of matchers.
/// `{}` prints it in one line, as Prometheus does.
///
/// # Examples
/// ```
/// use prom_client_testkit::promql::{Expr, ExprKind, ValueType};
///
/// let query: Expr = "sum(rate(http_requests_total[5m])) by (code)".parse()?;
/// assert_eq!(query.to_string(), "sum by (code) (rate(http_requests_total[5m]))");
/// assert_eq!(query.value_type(), ValueType::InstantVector);
/// let ExprKind::Aggregate(sum) = &query.kind else { panic!() };
/// assert_eq!((sum.expr.place.start, sum.expr.place.end), (4, 33));
/// # Ok::<(), prom_client_testkit::promql::ParseError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stood.
    pub place: Place,
}

/// What an [`Expr`] is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ExprKind {
    /// `1.5`, `Inf`, `5m`
    Number(Number),
    /// `"text"`
    String(Text),
    /// `(1 + 2)`
    Paren(Box<Expr>),
    /// `-up`. The minus of a number is in the number.
    Unary(Unary),
    /// `a / on (job) b`
    Binary(Binary),
    /// `sum by (job) (up)`
    Aggregate(Aggregate),
    /// `rate(up[5m])`
    Call(Call),
    /// `up{job="shop"} offset 5m`
    Vector(VectorSelector),
    /// `up[5m] @ end()`
    Matrix(MatrixSelector),
    /// `rate(up[5m])[1h:1m]`
    Subquery(Subquery),
}

/// A number.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Number {
    /// How much: seconds, if it is a duration.
    pub value: f64,
    /// Whether it was written as a duration, like `5m`.
    pub duration: bool,
}

/// A sign before an expression.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Unary {
    /// Whether it is a minus; a plus otherwise, which changes nothing but the name of a series.
    pub negative: bool,
    /// What it is the sign of.
    pub expr: Box<Expr>,
}

/// An operator between two expressions.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Binary {
    /// The operator.
    pub op: BinaryOp,
    /// Whether a comparison answers with 0 or 1, instead of leaving out what it does not hold for.
    pub returns_bool: bool,
    /// How series of both sides find each other. It is there if both sides are instant vectors, and only then.
    pub matching: Option<Matching>,
    /// What stands before the operator.
    pub left: Box<Expr>,
    /// What stands after the operator.
    pub right: Box<Expr>,
}

/// How series of two vectors find each other.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Matching {
    /// Whether only `labels` have to be equal; otherwise all others have to be.
    pub on: bool,
    /// The labels of `on` or `ignoring`.
    pub labels: Vec<Box<str>>,
    /// How many series of each side may belong together.
    pub cardinality: Cardinality,
    /// Labels of the side of one that are taken over into the result: those of `group_left` or `group_right`.
    pub include: Vec<Box<str>>,
    /// The value of a series that the left side lacks.
    pub fill_left: Option<f64>,
    /// The value of a series that the right side lacks.
    pub fill_right: Option<f64>,
}

/// How many series of each side of an operator may belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cardinality {
    /// One of each side.
    OneToOne,
    /// `group_left`
    ManyToOne,
    /// `group_right`
    OneToMany,
    /// That of `and`, `or` and `unless`.
    ManyToMany,
}

/// An aggregation over series.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Aggregate {
    /// What is made of each group.
    pub op: AggregateOp,
    /// The `5` of `topk(5, up)`; there exactly if [the operator has one](AggregateOp::parameter).
    pub parameter: Option<Box<Expr>>,
    /// The vector.
    pub expr: Box<Expr>,
    /// Which series form a group.
    pub grouping: Grouping,
}

/// Which series form a group. All of them form one by no labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grouping {
    /// Whether series are in one group that differ in `labels` at most; otherwise those that do not differ in them.
    pub without: bool,
    /// The labels, in the order of the query.
    pub labels: Vec<Box<str>>,
}

/// A call of a function.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Call {
    /// The function.
    pub function: Function,
    /// As many as the function takes, and of those types.
    pub args: Vec<Expr>,
}

/// Series at a moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VectorSelector {
    /// The name, if it stood before the braces.
    pub name: Option<Box<str>>,
    /// What has to hold, in the order of the query; the name that stood before the braces comes last.
    pub matchers: Vec<Matcher>,
    /// Which moment.
    pub shift: Shift,
    /// `anchored` or `smoothed`, which are experimental.
    pub extended: Option<Extended>,
}

/// Series over a time.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MatrixSelector {
    /// Which series, and which moment the time ends at.
    pub selector: VectorSelector,
    /// How long.
    pub range: DurationExpr,
}

/// A query, asked at several moments.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Subquery {
    /// What is asked.
    pub expr: Box<Expr>,
    /// How long.
    pub range: DurationExpr,
    /// The time between two moments, or the default of whoever evaluates.
    pub step: Option<DurationExpr>,
    /// Which moment the time ends at.
    pub shift: Shift,
}

/// The moment that a selector or a subquery looks at, if it is not that of the query.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Shift {
    /// `@ 1600000000`, `@ start()`
    pub at: Option<At>,
    /// `offset 5m`. An offset of nothing is none.
    pub offset: Option<DurationExpr>,
}

/// A moment that is not that of the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum At {
    /// This one.
    Time(Timestamp),
    /// The begin of the query's range.
    Start,
    /// The end of the query's range.
    End,
}

/// How a selector treats the ends of its time. Experimental.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extended {
    /// `anchored`
    Anchored,
    /// `smoothed`
    Smoothed,
}

impl Expr {
    pub(crate) fn new(kind: ExprKind, place: Place) -> Self {
        Self { kind, place }
    }

    /// The expression without the parentheses around it.
    #[must_use]
    pub fn without_parens(&self) -> &Self {
        let mut expr = self;
        while let ExprKind::Paren(inner) = &expr.kind {
            expr = inner;
        }
        expr
    }

    /// The parts that are expressions themselves, in the order in which they are written.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        let (boxed, args): ([Option<&Self>; 2], &[Self]) = match &self.kind {
            ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Vector(_)
            | ExprKind::Matrix(_) => ([None, None], &[]),
            ExprKind::Paren(expr) => ([Some(expr), None], &[]),
            ExprKind::Unary(unary) => ([Some(&unary.expr), None], &[]),
            ExprKind::Binary(binary) => ([Some(&binary.left), Some(&binary.right)], &[]),
            ExprKind::Aggregate(aggregate) => {
                ([aggregate.parameter.as_deref(), Some(&aggregate.expr)], &[])
            }
            ExprKind::Call(call) => ([None, None], &call.args),
            ExprKind::Subquery(subquery) => ([Some(&subquery.expr), None], &[]),
        };
        boxed.into_iter().flatten().chain(args)
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl PartialEq for Number {
    /// By their bits, so that what is not a number is equal to itself.
    fn eq(&self, other: &Self) -> bool {
        let same = self.value.to_bits() == other.value.to_bits();
        (same || self.value.is_nan() && other.value.is_nan()) && self.duration == other.duration
    }
}

impl PartialEq for VectorSelector {
    fn eq(&self, other: &Self) -> bool {
        let sorted = |selector: &Self| {
            let mut matchers: Vec<String> =
                selector.matchers.iter().map(ToString::to_string).collect();
            matchers.sort_unstable();
            matchers
        };
        self.name == other.name
            && self.shift == other.shift
            && self.extended == other.extended
            && sorted(self) == sorted(other)
    }
}

impl PartialEq for Matching {
    /// Values by their bits, so that what is not a number is equal to itself.
    fn eq(&self, other: &Self) -> bool {
        let bits = |matching: &Self| {
            [matching.fill_left, matching.fill_right].map(|value| value.map(f64::to_bits))
        };
        (self.on, self.cardinality) == (other.on, other.cardinality)
            && (&self.labels, &self.include) == (&other.labels, &other.include)
            && bits(self) == bits(other)
    }
}

impl Default for Matching {
    /// One to one, on all labels.
    fn default() -> Self {
        Self {
            on: false,
            labels: Vec::new(),
            cardinality: Cardinality::OneToOne,
            include: Vec::new(),
            fill_left: None,
            fill_right: None,
        }
    }
}

impl Expr {
    /// What it is evaluated to.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
        match &self.kind {
            ExprKind::Number(_) => ValueType::Scalar,
            ExprKind::String(_) => ValueType::String,
            ExprKind::Paren(expr) => expr.value_type(),
            ExprKind::Unary(unary) => unary.expr.value_type(),
            ExprKind::Binary(binary) => {
                match (binary.left.value_type(), binary.right.value_type()) {
                    (ValueType::Scalar, ValueType::Scalar) => ValueType::Scalar,
                    _ => ValueType::InstantVector,
                }
            }
            ExprKind::Aggregate(_) | ExprKind::Vector(_) => ValueType::InstantVector,
            ExprKind::Call(call) => call.function.signature().returns,
            ExprKind::Matrix(_) | ExprKind::Subquery(_) => ValueType::RangeVector,
        }
    }
}
