//! Whether the parts of a query fit together: their types, and what selectors and matching may say.

use std::collections::HashSet;

use super::error::ParseError;
use super::{
    Aggregate, Binary, Call, Cardinality, Expr, ExprKind, Function, Place, ValueType,
    VectorSelector, help,
};
use crate::model::Labels;

/// Checks a tree from the leaves to the root, and makes it canonical: there is a matching only between vectors.
pub(super) fn check(query: &str, expr: &mut Expr) -> Result<(), ParseError> {
    let place = expr.place;
    let fault = |message| ParseError::new(query, place, message);
    match &mut expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) => Ok(()),
        ExprKind::Paren(inner) => check(query, inner),
        ExprKind::Unary(unary) => {
            check(query, &mut unary.expr)?;
            let found = unary.expr.value_type();
            if is_number(found) {
                return Ok(());
            }
            let what =
                "unary expression only allowed on expressions of type scalar or instant vector";
            Err(fault(format!("{what}, got \"{found}\"")))
        }
        ExprKind::Binary(binary) => check_binary(query, binary, place),
        ExprKind::Aggregate(aggregate) => check_aggregate(query, aggregate),
        ExprKind::Call(call) => check_call(query, call, place),
        ExprKind::Vector(selector) => check_selector(selector, true).map_err(fault),
        ExprKind::Matrix(matrix) => check_selector(&matrix.selector, true).map_err(fault),
        ExprKind::Subquery(subquery) => {
            check(query, &mut subquery.expr)?;
            let found = match subquery.expr.value_type() {
                ValueType::InstantVector => return Ok(()),
                // Here the reference has the names of its code.
                ValueType::RangeVector => "matrix".to_owned(),
                found => found.to_string(),
            };
            let what = "subquery is only allowed on instant vector";
            Err(fault(format!("{what}, got {found} instead")))
        }
    }
}

fn is_number(value_type: ValueType) -> bool {
    matches!(value_type, ValueType::Scalar | ValueType::InstantVector)
}

fn expect_type(
    query: &str,
    expr: &mut Expr,
    wanted: ValueType,
    context: &str,
) -> Result<(), ParseError> {
    check(query, expr)?;
    let found = expr.value_type();
    if found == wanted {
        return Ok(());
    }
    let message = format!("expected type {wanted} in {context}, got {found}");
    Err(ParseError::new(query, expr.place, message).with_help(help::wrong_type(wanted, found)))
}

fn check_aggregate(query: &str, aggregate: &mut Aggregate) -> Result<(), ParseError> {
    let context = "aggregation expression";
    expect_type(query, &mut aggregate.expr, ValueType::InstantVector, context)?;
    match (&mut aggregate.parameter, aggregate.op.parameter()) {
        (Some(parameter), Some(wanted)) => {
            expect_type(query, parameter, wanted, "aggregation parameter")
        }
        _ => Ok(()),
    }
}

fn check_binary(query: &str, binary: &mut Binary, place: Place) -> Result<(), ParseError> {
    check(query, &mut binary.left)?;
    check(query, &mut binary.right)?;
    let (left, right) = (binary.left.value_type(), binary.right.value_type());
    let op = binary.op;
    let fault = |place, message: String| Err(ParseError::new(query, place, message));
    let between = between(query, binary);

    if binary.returns_bool && !op.is_comparison() {
        let message = "bool modifier can only be used on comparison operators";
        return fault(between, message.to_owned());
    }
    let scalars = left == ValueType::Scalar && right == ValueType::Scalar;
    if op.is_comparison() && !binary.returns_bool && scalars {
        return fault(between, "comparisons between scalars must use BOOL modifier".to_owned());
    }
    if let Some(label) = repeated_label(binary) {
        let message = format!("label {label:?} must not occur in ON and GROUP clause at once");
        return fault(between, message);
    }
    for (side, found) in [(&binary.left, left), (&binary.right, right)] {
        if !is_number(found) {
            let message = "binary expression must contain only scalar and instant vector types";
            return fault(side.place, message.to_owned());
        }
    }
    let vectors = left == ValueType::InstantVector && right == ValueType::InstantVector;
    if let Some(matching) = &mut binary.matching {
        let fills = matching.fill_left.is_some() || matching.fill_right.is_some();
        if vectors && op.is_set() {
            if matching.cardinality != Cardinality::OneToOne {
                return fault(place, format!("no grouping allowed for \"{op}\" operation"));
            }
            if fills {
                let message = "filling in missing series not allowed for set operators";
                return fault(place, message.to_owned());
            }
            matching.cardinality = Cardinality::ManyToMany;
        } else if !vectors {
            if !matching.labels.is_empty() {
                let message = "vector matching only allowed between instant vectors";
                return fault(place, message.to_owned());
            }
            if fills {
                let message = "filling in missing series only allowed between instant vectors";
                return fault(place, message.to_owned());
            }
        }
    }
    if op.is_set() && (left == ValueType::Scalar || right == ValueType::Scalar) {
        let message = format!("set operator \"{op}\" not allowed in binary scalar expression");
        return fault(place, message);
    }
    if !vectors {
        binary.matching = None;
    }
    Ok(())
}

/// The operator with its modifiers.
fn between(query: &str, binary: &Binary) -> Place {
    let (start, end) = (binary.left.place.end, binary.right.place.start);
    let text = query.get(start..end).unwrap_or_default();
    let leading = text.len() - text.trim_start().len();
    Place { start: start + leading, end: end - (text.len() - text.trim_end().len()) }
}

/// A label that is both matched on and taken over.
fn repeated_label(binary: &Binary) -> Option<&str> {
    let matching = binary.matching.as_ref().filter(|matching| matching.on)?;
    let include: HashSet<&str> = matching.include.iter().map(|label| &**label).collect();
    matching.labels.iter().map(|label| &**label).find(|label| include.contains(label))
}

fn check_call(query: &str, call: &mut Call, place: Place) -> Result<(), ParseError> {
    let signature = call.function.signature();
    let (given, name) = (call.args.len(), call.function);
    let fault = |place, message: String| Err(ParseError::new(query, place, message));
    let counted = match signature.most {
        Some(most) if most == signature.least && given != most => Some(("", most)),
        _ if given < signature.least => Some(("at least ", signature.least)),
        Some(most) if given > most => Some(("at most ", most)),
        _ => None,
    };
    if let Some((bound, wanted)) = counted {
        let what = format!("expected {bound}{wanted} argument(s) in call to \"{name}\"");
        return fault(place, format!("{what}, got {given}"));
    }
    let context = format!("call to function \"{name}\"");
    for (at, arg) in call.args.iter_mut().enumerate() {
        if (name, at) == (Function::Info, 1) {
            let found = arg.value_type();
            let message = match &arg.kind {
                ExprKind::Vector(selector) if selector.name.is_some() => {
                    "expected label selectors only, got vector selector instead".to_owned()
                }
                ExprKind::Vector(selector) => {
                    check_selector(selector, false)
                        .map_err(|message| ParseError::new(query, arg.place, message))?;
                    continue;
                }
                _ if found != ValueType::InstantVector => {
                    format!("expected type instant vector in {context}, got {found}")
                }
                _ => "expected label selectors only".to_owned(),
            };
            return fault(arg.place, message);
        }
        // A function of no arguments has been given none.
        let wanted = signature.args[at.min(signature.args.len() - 1)];
        expect_type(query, arg, wanted, &context)?;
    }
    Ok(())
}

/// A selector has one name, and does not mean all series there are.
fn check_selector(selector: &VectorSelector, bounded: bool) -> Result<(), String> {
    let matchers = &selector.matchers;
    if let Some(name) = &selector.name {
        // The last one is the name's.
        let others = &matchers[..matchers.len() - 1];
        return match others.iter().find(|matcher| matcher.name() == Labels::NAME) {
            Some(other) => {
                let other = other.value();
                Err(format!("metric name must not be set twice: {name:?} or {other:?}"))
            }
            None => Ok(()),
        };
    }
    if bounded && matchers.iter().all(|matcher| matcher.matches("")) {
        return Err("vector selector must contain at least one non-empty matcher".to_owned());
    }
    Ok(())
}
