//! Claims: what a query says to be so.

use super::error::{Missing, Side, SideRow, Unmet};
use super::{QueryError, Source};
use crate::model::{Labels, Matcher, Selector, Timestamp, Value};
use crate::promql::{
    Binary, Cardinality, Dialect, Expr, ExprKind, QueryValue, Shift, ValueType, VectorSample,
    VectorSelector,
};

/// Claims that a query is so now; see [`Source::assert_query`].
pub(crate) async fn claim(source: &(impl Source + ?Sized), query: &str) -> Result<(), QueryError> {
    let expr = Expr::parse_as(query, Dialect::EXPERIMENTAL).map_err(QueryError::Parse)?;
    let at = source.now().await?;
    let claim = Claim { source, query, at };
    let answer = claim.vector(query).await?;
    let mut sides = Vec::new();
    let holds = match &expr.without_parens().kind {
        ExprKind::Binary(binary) if binary.op.is_comparison() && !binary.returns_bool => {
            let holds;
            (holds, sides) = claim.sides(binary, Some(&answer)).await?;
            holds
        }
        ExprKind::Binary(binary) if binary.op.is_set() => {
            if answer.is_empty() {
                (_, sides) = claim.sides(binary, None).await?;
            }
            !answer.is_empty()
        }
        kind => {
            let holds = !answer.is_empty() && answer.iter().all(is_true);
            if !holds {
                sides.push(side("the value of ", query, &answer, is_true));
            }
            if let (false, ExprKind::Binary(binary)) = (holds, kind) {
                sides.extend(claim.sides(binary, None).await?.1);
            }
            holds
        }
    };
    if holds {
        return Ok(());
    }
    let missing = claim.missing(&expr).await;
    // Where series are there and their rates are not, a window may be too short.
    let unanswered = missing.is_empty() && sides.iter().any(|side| side.rows.is_empty());
    let short = if unanswered { claim.short(&expr).await } else { Vec::new() };
    Err(QueryError::Unmet(Box::new(Unmet::new(query, at, sides, missing, short))))
}

/// A number is true unless it is 0 or NaN.
fn is_true(sample: &VectorSample) -> bool {
    sample.value.as_float().is_none_or(|value| value != 0.0 && !value.is_nan())
}

/// Whether each series of the right side is compared, and not each of the left one.
fn compares_right(binary: &Binary) -> bool {
    match &binary.matching {
        Some(matching) => matching.cardinality == Cardinality::OneToMany,
        None => binary.left.value_type() != ValueType::InstantVector,
    }
}

/// Whether a comparison answers this of a series of the side that it compares. Labels may be gone from the answer, or
/// come from the other side.
fn is_of(kept: &VectorSample, sample: &VectorSample, binary: &Binary) -> bool {
    let is_own = |name: &str| match &binary.matching {
        None => true,
        Some(matching) if matching.cardinality == Cardinality::OneToOne => {
            matching.on == matching.labels.iter().any(|label| **label == *name)
        }
        Some(matching) => matching.include.iter().all(|label| **label != *name),
    };
    // Not every server keeps the name.
    let named = kept.labels.name().is_some();
    let own = |labels: &'_ Labels| -> Labels {
        labels.iter().filter(|(name, _)| is_own(name) && (named || *name != Labels::NAME)).collect()
    };
    own(&kept.labels) == own(&sample.labels)
}

/// A part of a claim with its value.
fn side(
    name: &'static str,
    text: &str,
    samples: &[VectorSample],
    holds: impl Fn(&VectorSample) -> bool,
) -> Side {
    let row = |sample: &VectorSample| {
        let text = match sample.labels.is_empty() {
            true => sample.value.to_string(),
            false => format!("{} {}", sample.labels, sample.value),
        };
        SideRow { holds: holds(sample), text }
    };
    Side { name, text: text.into(), rows: samples.iter().map(row).collect() }
}

/// Whom to ask about a claim, and when.
struct Claim<'a, S: ?Sized> {
    source: &'a S,
    query: &'a str,
    at: Timestamp,
}

impl<S: Source + ?Sized> Claim<'_, S> {
    /// The value of a query as a vector; a number is one series without labels.
    async fn vector(&self, query: &str) -> Result<Vec<VectorSample>, QueryError> {
        match self.source.query_at(query, Some(self.at)).await?.value {
            QueryValue::Vector(vector) => Ok(vector),
            QueryValue::Scalar(value) => {
                Ok(vec![VectorSample { labels: Labels::default(), value: Value::Float(value) }])
            }
            other => Err(QueryError::NoClaim(other.kind())),
        }
    }

    /// The text of a part of the query.
    fn text(&self, expr: &Expr) -> &str {
        self.query.get(expr.place.start..expr.place.end).unwrap_or_default()
    }

    /// Both sides of an operator, but for numbers that are in the query. With the answer of a comparison, what is not
    /// in it does not hold; and whether all does.
    async fn sides(
        &self,
        binary: &Binary,
        answer: Option<&[VectorSample]>,
    ) -> Result<(bool, Vec<Side>), QueryError> {
        let (mut holds_of_all, mut sides) = (true, Vec::new());
        for (right, name, expr) in
            [(false, "the left side, ", &binary.left), (true, "the right side, ", &binary.right)]
        {
            let samples = self.vector(self.text(expr)).await?;
            let answer = answer.filter(|_| right == compares_right(binary));
            let holds = |sample: &VectorSample| match answer {
                Some(answer) => answer.iter().any(|kept| is_of(kept, sample, binary)),
                None => true,
            };
            let side = side(name, self.text(expr), &samples, holds);
            if answer.is_some() {
                holds_of_all = !side.rows.is_empty() && side.rows.iter().all(|row| row.holds);
            }
            if !matches!(expr.without_parens().kind, ExprKind::Number(_)) {
                sides.push(side);
            }
        }
        Ok((holds_of_all, sides))
    }

    /// Whether a query has a value, and that is no series. Of one that has none, as where samples are native histograms,
    /// nothing is known; the claim does not hold all the same.
    async fn is_empty(&self, query: &str) -> bool {
        self.vector(query).await.is_ok_and(|vector| vector.is_empty())
    }

    /// Selectors that mean no series.
    async fn missing(&self, expr: &Expr) -> Vec<Missing> {
        let mut asked = Vec::new();
        selectors(expr, &mut asked);
        let mut missing: Vec<Missing> = Vec::new();
        for (_, selector) in asked {
            let matchers = &selector.matchers;
            let now =
                VectorSelector { shift: Shift::default(), extended: None, ..selector.clone() };
            let selector = Expr::new(ExprKind::Vector(now), expr.place).to_string();
            let known = missing.iter().any(|missing| *missing.selector == *selector);
            if known || !self.is_empty(&selector).await {
                continue;
            }
            let name = matchers.iter().find(|matcher| matcher.name() == Labels::NAME);
            let name = name.filter(|name| name.only_value().is_some());
            let others = match name {
                Some(name) if matchers.len() > 1 => {
                    let same = Selector::new([name.clone()]).to_string();
                    self.vector(&same).await.unwrap_or_default()
                }
                _ => Vec::new(),
            };
            let others = others.iter().map(|sample| format!("{} {}", sample.labels, sample.value));
            missing.push(Missing {
                selector: selector.into(),
                name: name.and_then(Matcher::only_value).map(Box::from),
                others: others.collect(),
                alike: Vec::new(),
            });
        }
        missing
    }

    /// Windows in which no series has two samples, though there are series now.
    async fn short(&self, expr: &Expr) -> Vec<Box<str>> {
        let mut asked = Vec::new();
        selectors(expr, &mut asked);
        let mut short: Vec<Box<str>> = Vec::new();
        for (expr, selector) in asked {
            let window = self.text(expr);
            if !matches!(expr.kind, ExprKind::Matrix(_)) || selector.extended.is_some() {
                continue;
            }
            let two = format!("count_over_time({window}) >= 2");
            if self.is_empty(&two).await && !short.iter().any(|known| **known == *window) {
                short.push(window.into());
            }
        }
        short
    }
}

/// The selectors of an expression.
fn selectors<'a>(expr: &'a Expr, all: &mut Vec<(&'a Expr, &'a VectorSelector)>) {
    match &expr.kind {
        ExprKind::Vector(selector) => all.push((expr, selector)),
        ExprKind::Matrix(matrix) => all.push((expr, &matrix.selector)),
        _ => expr.children().for_each(|child| selectors(child, all)),
    }
}
