//! What a user could do about a mistake, where that can be told.

use super::token::TokenKind;
use super::{AggregateOp, Function, ValueType};
use crate::model::nearest;

/// What a server has to be started with, so that it takes an experiment.
pub(super) fn experiment(feature: &str) -> String {
    format!("an experiment, which a server takes with --enable-feature={feature}")
}

/// What may be meant instead of a function that there is not.
pub(super) fn unknown_function(name: &str) -> Option<String> {
    if name == "holt_winters" {
        return Some("it is named `double_exponential_smoothing` since Prometheus 3".to_owned());
    }
    let functions = Function::ALL.iter().map(|function| function.name());
    let aggregates = AggregateOp::ALL.iter().map(|op| op.name());
    let lower = name.to_ascii_lowercase();
    nearest(&lower, functions.chain(aggregates)).map(|nearest| format!("did you mean `{nearest}`?"))
}

/// What may be meant by a word that cannot stand where it does.
pub(super) fn unexpected(kind: TokenKind) -> Option<String> {
    (kind == TokenKind::Assign).then(|| "`==` compares".to_owned())
}

/// What makes the type that is wanted out of the one that is there.
pub(super) fn wrong_type(wanted: ValueType, found: ValueType) -> Option<String> {
    let help = match (wanted, found) {
        (ValueType::RangeVector, ValueType::InstantVector) => {
            "give a range to a selector, like `up[5m]`, or range and step to an expression, like `(..)[5m:1m]`"
        }
        (ValueType::InstantVector, ValueType::RangeVector) => {
            "leave out the range, or make one value of it with a function like `rate` or `avg_over_time`"
        }
        (ValueType::InstantVector, ValueType::Scalar) => "`vector(..)` makes a vector of a number",
        (ValueType::Scalar, ValueType::InstantVector) => {
            "`scalar(..)` makes a number of a vector with one series"
        }
        _ => return None,
    };
    Some(help.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::Expr;
    use super::*;

    #[test]
    fn the_nearest_name_is_proposed_if_it_is_near() {
        for (name, help) in [
            ("Rate", Some("did you mean `rate`?")),
            ("sum_overtime", Some("did you mean `sum_over_time`?")),
            ("histogram_quantil", Some("did you mean `histogram_quantile`?")),
            ("holt_winters", Some("it is named `double_exponential_smoothing` since Prometheus 3")),
            ("frobnicate", None),
            ("x", None),
        ] {
            assert_eq!(unknown_function(name).as_deref(), help, "{name}");
        }
        assert_eq!(unknown_function(&"x".repeat(1_000_000)), None);
    }

    #[test]
    fn a_single_equals_sign_is_no_comparison() {
        for (query, help) in [("up = 1", Some("`==` compares")), ("up 1", None)] {
            let error = Expr::parse(query).expect_err(query);
            assert_eq!(error.help(), help, "{query}");
        }
    }
}
