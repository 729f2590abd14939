//! The scripts of this repository: they pass, and together they leave out nothing of the stable language.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use prom_client_testkit::promql::{AggregateOp, BinaryOp, Expr, ExprKind, Function};
use prom_client_testkit::script::Script;

fn scripts() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promql");
    let mut scripts: Vec<(PathBuf, String)> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.clone(), fs::read_to_string(path).expect("a script")))
        .collect();
    scripts.sort();
    assert!(!scripts.is_empty());
    scripts
}

#[test]
fn every_case_of_every_script_passes() {
    for (path, text) in scripts() {
        let name = path.display();
        let script = Script::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let report = script.run();
        assert!(report.passed() > 0, "{name} has no cases");
        assert_eq!((report.failed(), report.skipped()), (0, 0), "{name}\n{report}");
    }
}

#[test]
fn scripts_ask_for_everything_in_the_stable_language() {
    let mut asked = BTreeSet::new();
    for (_, text) in scripts() {
        for line in text.lines().filter(|line| line.starts_with("eval ")) {
            let words = if line.starts_with("eval instant") { 4 } else { 8 };
            let query = line.splitn(words + 1, ' ').nth(words).expect("a query");
            note(&Expr::parse(query).unwrap_or_else(|error| panic!("{error}")), &mut asked);
        }
    }
    let functions = Function::ALL.iter().filter(|function| !function.signature().experimental);
    let operators = [
        BinaryOp::Add,
        BinaryOp::Sub,
        BinaryOp::Mul,
        BinaryOp::Div,
        BinaryOp::Mod,
        BinaryOp::Pow,
        BinaryOp::Atan2,
        BinaryOp::Equal,
        BinaryOp::NotEqual,
        BinaryOp::Less,
        BinaryOp::LessOrEqual,
        BinaryOp::Greater,
        BinaryOp::GreaterOrEqual,
        BinaryOp::TrimUpper,
        BinaryOp::TrimLower,
        BinaryOp::And,
        BinaryOp::Or,
        BinaryOp::Unless,
    ];
    let aggregations = AggregateOp::ALL.iter().filter(|op| !op.is_experimental());
    let modifiers = [
        "bool",
        "on",
        "ignoring",
        "group_left",
        "group_right",
        "by",
        "without",
        "offset",
        "@",
        "@ start()",
        "@ end()",
        "[:]",
        "[]",
        "=",
        "!=",
        "=~",
        "!~",
    ];
    let missing: Vec<String> = functions
        .map(|function| format!("{}()", function.name()))
        .chain(operators.iter().map(|op| op.name().to_owned()))
        .chain(aggregations.map(|op| op.name().to_owned()))
        .chain(modifiers.iter().map(|modifier| (*modifier).to_owned()))
        .filter(|name| !asked.contains(name))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn scripts_expect_each_annotation() {
    let all: String = scripts().into_iter().map(|(_, text)| text).collect();
    let expected: Vec<&str> = all.lines().filter(|line| line.contains("expect ")).collect();
    for part in [
        "might not be a counter",
        "quantile value should be between 0 and 1",
        "has a malformed value",
        "needed to be fixed for monotonicity",
        "incompatible sample types",
        "sort is ineffective",
    ] {
        assert!(expected.iter().any(|line| line.contains(part)), "{part}");
    }
}

/// Notes what is in an expression, by its name in a query.
fn note(expr: &Expr, asked: &mut BTreeSet<String>) {
    let shift = match &expr.kind {
        ExprKind::Vector(selector) => Some(&selector.shift),
        ExprKind::Matrix(matrix) => Some(&matrix.selector.shift),
        ExprKind::Subquery(subquery) => Some(&subquery.shift),
        _ => None,
    };
    if let Some(shift) = shift {
        asked.extend(shift.offset.iter().map(|_| "offset".to_owned()));
        asked.extend(shift.at.iter().map(|at| match at {
            prom_client_testkit::promql::At::Start => "@ start()".to_owned(),
            prom_client_testkit::promql::At::End => "@ end()".to_owned(),
            _ => "@".to_owned(),
        }));
    }
    match &expr.kind {
        ExprKind::Vector(selector) => {
            for matcher in &selector.matchers {
                let text = matcher.to_string();
                let operator = text.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
                let operator: String = operator.chars().take_while(|c| *c != '"').collect();
                asked.insert(operator);
            }
        }
        ExprKind::Matrix(_) => {
            asked.insert("[]".to_owned());
        }
        ExprKind::Subquery(_) => {
            asked.insert("[:]".to_owned());
        }
        ExprKind::Call(call) => {
            asked.insert(format!("{}()", call.function.name()));
        }
        ExprKind::Aggregate(aggregate) => {
            asked.insert(aggregate.op.name().to_owned());
            if !aggregate.grouping.labels.is_empty() {
                let word = if aggregate.grouping.without { "without" } else { "by" };
                asked.insert(word.to_owned());
            }
        }
        ExprKind::Binary(binary) => {
            asked.insert(binary.op.name().to_owned());
            asked.extend(binary.returns_bool.then(|| "bool".to_owned()));
            if let Some(matching) = &binary.matching {
                let text = expr.to_string();
                for word in ["group_left", "group_right"] {
                    asked.extend(text.contains(word).then(|| word.to_owned()));
                }
                match (matching.on, matching.labels.is_empty()) {
                    (true, _) => asked.insert("on".to_owned()),
                    (false, false) => asked.insert("ignoring".to_owned()),
                    (false, true) => false,
                };
            }
        }
        _ => {}
    }
    expr.children().for_each(|child| note(child, asked));
}
