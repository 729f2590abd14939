//! The same query with a fixed moment, so that it may be asked at any other.

use crate::model::Timestamp;
use crate::promql::{At, Expr, ExprKind, Function, Shift};

/// Functions whose result depends on when they are asked, whatever their arguments do.
const BOUND_TO_NOW: [Function; 15] = [
    Function::DayOfMonth,
    Function::DayOfWeek,
    Function::DayOfYear,
    Function::DaysInMonth,
    Function::End,
    Function::Hour,
    Function::Minute,
    Function::Month,
    Function::PredictLinear,
    Function::Range,
    Function::Start,
    Function::Step,
    Function::Time,
    Function::Timestamp,
    Function::Year,
];

/// Lets every selector and subquery look at this moment, but for those that look at one already and those inside of a
/// subquery. There is none if the result would still depend on when it is asked.
pub(super) fn pinned(mut expr: Expr, at: Timestamp) -> Option<Expr> {
    pin(&mut expr, at).then_some(expr)
}

fn pin(expr: &mut Expr, at: Timestamp) -> bool {
    match &mut expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) => true,
        ExprKind::Vector(selector) => fix(&mut selector.shift, at),
        ExprKind::Matrix(matrix) => fix(&mut matrix.selector.shift, at),
        // What is inside looks at the subquery's moments.
        ExprKind::Subquery(subquery) => fix(&mut subquery.shift, at),
        ExprKind::Paren(inner) => pin(inner, at),
        ExprKind::Unary(unary) => pin(&mut unary.expr, at),
        ExprKind::Binary(binary) => pin(&mut binary.left, at) && pin(&mut binary.right, at),
        ExprKind::Aggregate(aggregate) => {
            let parameter = aggregate.parameter.as_deref_mut();
            parameter.is_none_or(|parameter| pin(parameter, at)) && pin(&mut aggregate.expr, at)
        }
        ExprKind::Call(call) => {
            !BOUND_TO_NOW.contains(&call.function) && call.args.iter_mut().all(|arg| pin(arg, at))
        }
    }
}

fn fix(shift: &mut Shift, at: Timestamp) -> bool {
    if !matches!(shift.at, Some(At::Time(_))) {
        shift.at = Some(At::Time(at));
    }
    true
}
