//! Numbers in attributes.

use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

/// The number that a literal is, with its sign.
pub(super) fn literal(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) => float.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => {
            int.base10_parse::<u64>().ok().map(|n| n as f64)
        }
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => Some(-literal(expr)?),
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}

/// Whether this is written as a literal that is no number.
pub(super) fn is_other_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(_)) && literal(expr).is_none()
}
