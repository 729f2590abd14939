//! Which parts of a query are the same at every step, so that they are evaluated once.

use crate::promql::{Expr, ExprKind, Function};

/// Whether a part has the same value at every step, by how it is written: everything that it selects has an `@`.
///
/// The parameter of an aggregation does not count, as it does not in the reference.
pub(crate) fn is_invariant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) => true,
        ExprKind::Paren(inner) => is_invariant(inner),
        ExprKind::Unary(unary) => is_invariant(&unary.expr),
        ExprKind::Binary(binary) => is_invariant(&binary.left) && is_invariant(&binary.right),
        ExprKind::Aggregate(aggregate) => is_invariant(&aggregate.expr),
        ExprKind::Call(call) => {
            call.args.iter().all(is_invariant)
                && (!depends_on_time(call.function)
                    || is_timestamp_of_series(call.function, &call.args))
        }
        ExprKind::Vector(selector) => selector.shift.at.is_some(),
        ExprKind::Matrix(matrix) => matrix.selector.shift.at.is_some(),
        ExprKind::Subquery(subquery) => subquery.shift.at.is_some(),
    }
}

/// Whether a function looks at the time of the step, or at that of its samples, which is the same but for selectors.
fn depends_on_time(function: Function) -> bool {
    matches!(
        function,
        Function::DaysInMonth
            | Function::DayOfMonth
            | Function::DayOfWeek
            | Function::DayOfYear
            | Function::Hour
            | Function::Minute
            | Function::Month
            | Function::Year
            | Function::PredictLinear
            | Function::Time
            | Function::Timestamp
    )
}

/// `timestamp(up @ 100)` says when its samples were taken.
fn is_timestamp_of_series(function: Function, args: &[Expr]) -> bool {
    let series = |arg: &Expr| matches!(arg.without_parens().kind, ExprKind::Vector(_));
    function == Function::Timestamp && args.iter().all(series)
}
