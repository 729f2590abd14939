//! The same queries in promql-parser, where both read the same language.

use std::time::UNIX_EPOCH;

use prom_client_testkit::promql::{
    At, Cardinality, Expr, ExprKind, Matching, Shift, VectorSelector,
};
use promql_parser::label::{Labels, MatchOp};
use promql_parser::parser::{
    self as other, AtModifier, LabelModifier, Offset, VectorMatchCardinality, value::ValueType,
};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::generate::{Part, query};

/// How many queries are compared.
const QUERIES: usize = 1_500;

#[test]
fn queries_mean_the_same_to_promql_parser() {
    // The same ones each time, so that no other reader's defect is found by chance.
    let mut runner = TestRunner::deterministic();
    let queries = query(Part::Common);
    let mut wrong = Vec::new();
    for _ in 0..QUERIES {
        let text = queries.new_tree(&mut runner).expect("a query").current();
        let ours = Expr::parse(&text).map(|expr| shape(&expr)).map_err(|e| e.to_string());
        let theirs = other::parse(&text).map(|expr| shape_of_other(&expr));
        if ours != theirs {
            wrong.push(format!("{text:?}\n  ours   {ours:?}\n  theirs {theirs:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {QUERIES}\n{}",
        wrong.len(),
        wrong[..wrong.len().min(9)].join("\n")
    );
}

#[test]
fn broken_queries_are_refused_as_by_promql_parser() {
    let mut runner = TestRunner::deterministic();
    let queries = query(Part::Common);
    let mut wrong = Vec::new();
    let mut refused = 0;
    for round in 0..QUERIES {
        let text = queries.new_tree(&mut runner).expect("a query").current();
        // One character is missing, in another place each time.
        let at = text.char_indices().map(|(at, _)| at).nth(round % text.chars().count());
        let mut text = text;
        text.remove(at.expect("a character"));
        let ours = Expr::parse(&text).map(|expr| shape(&expr)).map_err(|e| e.to_string());
        let theirs = other::parse(&text).map(|expr| shape_of_other(&expr));
        refused += usize::from(ours.is_err());
        if ours.is_ok() != theirs.is_ok() || ours.is_ok() && ours != theirs {
            wrong.push(format!("{text:?}\n  ours   {ours:?}\n  theirs {theirs:?}"));
        }
    }
    assert!(refused > QUERIES / 10, "{refused}");
    assert!(
        wrong.is_empty(),
        "{} of {QUERIES}\n{}",
        wrong.len(),
        wrong[..wrong.len().min(9)].join("\n")
    );
}

/// A tree as text that both have: every node in parentheses.
fn shape(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Number(number) => format!("{:?}", number.value),
        ExprKind::String(text) => format!("{:?}", text.as_str().expect("it is common")),
        ExprKind::Paren(inner) => format!("(paren {})", shape(inner)),
        ExprKind::Unary(unary) => format!("(minus {})", shape(&unary.expr)),
        ExprKind::Binary(binary) => {
            let bool = if binary.returns_bool { "bool" } else { "" };
            let matching = binary.matching.as_ref().map(matching).unwrap_or_default();
            let (left, right) = (shape(&binary.left), shape(&binary.right));
            format!("({} {bool}{matching} {left} {right})", binary.op)
        }
        ExprKind::Aggregate(aggregate) => {
            let parameter = aggregate.parameter.as_ref().map(|p| shape(p)).unwrap_or_default();
            let grouping = &aggregate.grouping;
            let by = list(grouping.without, grouping.labels.iter().map(|label| &**label));
            format!("({} {by} {parameter} {})", aggregate.op, shape(&aggregate.expr))
        }
        ExprKind::Call(call) => {
            let args: Vec<String> = call.args.iter().map(shape).collect();
            format!("({} {})", call.function, args.join(" "))
        }
        ExprKind::Vector(selector) => selector_shape(selector),
        ExprKind::Matrix(matrix) => {
            let range = matrix.range.positive_millis(0.0, 0.0).expect("a literal");
            format!("(range {range} {})", selector_shape(&matrix.selector))
        }
        ExprKind::Subquery(subquery) => {
            let millis = |duration: &prom_client_testkit::promql::DurationExpr| {
                duration.positive_millis(0.0, 0.0).expect("a literal")
            };
            let (range, step) = (millis(&subquery.range), subquery.step.as_ref().map(millis));
            let shift = shift_shape(&subquery.shift);
            format!("(subquery {range} {step:?} {shift} {})", shape(&subquery.expr))
        }
        kind => panic!("{kind:?}"),
    }
}

fn matching(matching: &Matching) -> String {
    let labels = matching.labels.iter().map(|label| &**label);
    let include = list(false, matching.include.iter().map(|label| &**label));
    let group = match matching.cardinality {
        Cardinality::ManyToOne => format!("left{include}"),
        Cardinality::OneToMany => format!("right{include}"),
        _ => String::new(),
    };
    format!("{}{group}", list(!matching.on, labels))
}

fn selector_shape(selector: &VectorSelector) -> String {
    let matchers = selector.matchers.iter().map(|matcher| {
        let text = matcher.to_string();
        let op = text[matcher.name().len()..].trim_end_matches(|c| c != '=' && c != '~');
        let op = ["!~", "=~", "!=", "="].into_iter().find(|sign| op.starts_with(sign));
        format!("{} {} {:?}", matcher.name(), op.expect("one of them"), matcher.value())
    });
    let shift = shift_shape(&selector.shift);
    format!("({} {shift})", sorted(matchers))
}

fn shift_shape(shift: &Shift) -> String {
    let at = match shift.at {
        Some(At::Start) => "start".to_owned(),
        Some(At::End) => "end".to_owned(),
        Some(At::Time(at)) => at.as_millis().to_string(),
        _ => String::new(),
    };
    let offset = shift.offset.as_ref().map(|offset| offset.millis(0.0, 0.0).expect("a literal"));
    format!("at {at} offset {}", offset.unwrap_or(0))
}

fn shape_of_other(expr: &other::Expr) -> String {
    match expr {
        other::Expr::NumberLiteral(number) => format!("{:?}", number.val),
        other::Expr::StringLiteral(text) => format!("{:?}", text.val),
        other::Expr::Paren(paren) => format!("(paren {})", shape_of_other(&paren.expr)),
        other::Expr::Unary(unary) => format!("(minus {})", shape_of_other(&unary.expr)),
        other::Expr::Binary(binary) => {
            let bool = if binary.return_bool() { "bool" } else { "" };
            let vectors =
                [&binary.lhs, &binary.rhs].map(|side| side.value_type()) == [ValueType::Vector; 2];
            let matching = match &binary.modifier {
                _ if !vectors => String::new(),
                Some(modifier) => {
                    let labels = other_list(modifier.matching.as_ref());
                    let group = match &modifier.card {
                        VectorMatchCardinality::ManyToOne(labels) => {
                            format!("left{}", names(false, labels))
                        }
                        VectorMatchCardinality::OneToMany(labels) => {
                            format!("right{}", names(false, labels))
                        }
                        _ => String::new(),
                    };
                    format!("{labels}{group}")
                }
                None => other_list(None),
            };
            let (left, right) = (shape_of_other(&binary.lhs), shape_of_other(&binary.rhs));
            format!("({} {bool}{matching} {left} {right})", binary.op)
        }
        other::Expr::Aggregate(aggregate) => {
            let parameter = aggregate.param.as_ref().map(|p| shape_of_other(p)).unwrap_or_default();
            let by = match &aggregate.modifier {
                Some(LabelModifier::Include(labels)) => names(false, labels),
                Some(LabelModifier::Exclude(labels)) => names(true, labels),
                None => list(false, []),
            };
            format!("({} {by} {parameter} {})", aggregate.op, shape_of_other(&aggregate.expr))
        }
        other::Expr::Call(call) => {
            let args: Vec<String> = call.args.args.iter().map(|arg| shape_of_other(arg)).collect();
            format!("({} {})", call.func.name, args.join(" "))
        }
        other::Expr::VectorSelector(selector) => selector_of_other(selector),
        other::Expr::MatrixSelector(matrix) => {
            format!("(range {} {})", matrix.range.as_millis(), selector_of_other(&matrix.vs))
        }
        other::Expr::Subquery(subquery) => {
            let (range, step) =
                (subquery.range.as_millis(), subquery.step.map(|step| step.as_millis()));
            let shift = shift_of_other(subquery.at.as_ref(), subquery.offset.as_ref());
            format!("(subquery {range} {step:?} {shift} {})", shape_of_other(&subquery.expr))
        }
        other::Expr::Extension(_) => panic!("{expr:?}"),
    }
}

fn selector_of_other(selector: &other::VectorSelector) -> String {
    let matchers = selector.matchers.matchers.iter().map(|matcher| {
        let op = match matcher.op {
            MatchOp::Equal => "=",
            MatchOp::NotEqual => "!=",
            MatchOp::Re(_) => "=~",
            MatchOp::NotRe(_) => "!~",
        };
        format!("{} {op} {:?}", matcher.name, matcher.value)
    });
    let name = selector.name.iter().map(|name| format!("__name__ = {name:?}"));
    let shift = shift_of_other(selector.at.as_ref(), selector.offset.as_ref());
    format!("({} {shift})", sorted(matchers.chain(name)))
}

fn shift_of_other(at: Option<&AtModifier>, offset: Option<&Offset>) -> String {
    let at = match at {
        Some(AtModifier::Start) => "start".to_owned(),
        Some(AtModifier::End) => "end".to_owned(),
        Some(AtModifier::At(at)) => match at.duration_since(UNIX_EPOCH) {
            Ok(after) => after.as_millis().to_string(),
            Err(before) => format!("-{}", before.duration().as_millis()),
        },
        None => String::new(),
    };
    let offset = match offset {
        Some(Offset::Pos(offset)) => offset.as_millis().to_string(),
        Some(Offset::Neg(offset)) => format!("-{}", offset.as_millis()),
        None => "0".to_owned(),
    };
    format!("at {at} offset {offset}")
}

fn other_list(matching: Option<&LabelModifier>) -> String {
    match matching {
        Some(LabelModifier::Include(labels)) => names(false, labels),
        Some(LabelModifier::Exclude(labels)) => names(true, labels),
        None => list(true, []),
    }
}

fn names(without: bool, labels: &Labels) -> String {
    list(without, labels.labels.iter().map(|label| &**label))
}

fn list<'a>(without: bool, labels: impl IntoIterator<Item = &'a str>) -> String {
    let labels: Vec<&str> = labels.into_iter().collect();
    format!("[{} {}]", if without { "all but" } else { "only" }, labels.join(","))
}

fn sorted(matchers: impl IntoIterator<Item = String>) -> String {
    let mut matchers: Vec<String> = matchers.into_iter().collect();
    matchers.sort_unstable();
    matchers.join(" ")
}
