//! Queries, made of all that the language has, or of what another reader knows too.

use prom_client_testkit::promql::{Function, ValueType};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// How much of the language is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it, experiments too.
    All,
    /// What promql-parser reads as Prometheus does.
    Common,
}

/// Where blanks may stand.
const BLANK: &str = "\u{1}";

/// Expressions of each type, up to some depth.
#[derive(Clone)]
struct Level {
    scalar: BoxedStrategy<String>,
    vector: BoxedStrategy<String>,
    matrix: BoxedStrategy<String>,
}

/// A query that is well-formed and well-typed.
pub(crate) fn query(part: Part) -> BoxedStrategy<String> {
    let mut level = Level::leaves(part);
    for _ in 0..3 {
        level = level.deeper(part);
    }
    let Level { scalar, vector, matrix } = level;
    let blanks = match part {
        Part::All => select(vec![" ", "", "\n\t", " # all of it )\n", "\r\n"]).boxed(),
        Part::Common => select(vec![" ", "  ", "\n"]).boxed(),
    };
    let text = prop_oneof![2 => scalar, 6 => vector, 1 => matrix, 1 => string(part)];
    (text, vec(blanks, 1..6))
        .prop_map(|(text, blanks)| {
            let mut blanks = blanks.iter().cycle();
            let mut out = String::new();
            for (at, piece) in text.split(BLANK).enumerate() {
                let blank = if at == 0 { "" } else { blanks.next().expect("there is one") };
                // Words that touch would be one.
                let touch = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.');
                if blank.is_empty() && out.ends_with(touch) && piece.starts_with(touch) {
                    out.push(' ');
                }
                out.push_str(blank);
                out.push_str(piece);
            }
            out
        })
        .boxed()
}

fn of(words: &[&'static str]) -> BoxedStrategy<String> {
    select(words.to_vec()).prop_map(str::to_owned).boxed()
}

/// Some out of all, or out of what is common.
fn words(part: Part, common: &[&'static str], others: &[&'static str]) -> BoxedStrategy<String> {
    match part {
        Part::All => of(&[common, others].concat()),
        Part::Common => of(common),
    }
}

fn number(part: Part) -> BoxedStrategy<String> {
    words(
        part,
        &["0", "1", "2.5", ".5", "1e3", "0x1F", "Inf", "NaN", "-1", "100000000000000000000"],
        &["1_000", "0x_f", "017", "5m", "1h30m", "-1ms", "+2", "iNf", "5.", "1E-2", "- -3", "-0m"],
    )
}

fn string(part: Part) -> BoxedStrategy<String> {
    let plain = of(&[r#""""#, r#""a""#, "'b c'", r#""a.b""#]);
    if part == Part::Common {
        return plain;
    }
    let escaped = r#""\a\b\f\n\r\t\v\\\"\x41\101\u00e9\U0001F600""#;
    let any = any::<String>().prop_map(|text| {
        let text = text.replace(['\u{fffd}', '\u{1}'], "");
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
    });
    prop_oneof![3 => plain, 1 => of(&[escaped, "`raw \\n\n`", r#"'it"s'"#, r#""\xff""#]), 1 => any]
        .boxed()
}

fn label(part: Part) -> BoxedStrategy<String> {
    words(
        part,
        &["job", "le", "code", "_a1"],
        &["on", "sum", "by", "offset", "a:b", r#""http.code""#, "'é'"],
    )
}

fn labels(part: Part) -> BoxedStrategy<String> {
    (vec(label(part), 0..3), any::<bool>())
        .prop_map(move |(labels, comma)| {
            let comma = if comma && !labels.is_empty() && part == Part::All { "," } else { "" };
            format!("({BLANK}{}{comma}{BLANK})", labels.join(","))
        })
        .boxed()
}

/// Names before braces, matchers in them.
fn series(part: Part) -> BoxedStrategy<String> {
    let name = words(
        part,
        &["up", "http_requests_total", "job:up:sum", "_"],
        &["sum", "by", "offset", "start", "fill", "and", "max_of", ":"],
    );
    let matcher_label =
        words(part, &["job", "code", "on"], &["sum", "bool", r#""a.b""#, r#""\n""#, "'é'"]);
    let value = match part {
        Part::All => prop_oneof![of(&[r#""a""#, "'b'", "``", r#""\\.\"\u00e9""#])],
        Part::Common => prop_oneof![of(&[r#""a""#, r#""b c""#])],
    };
    let equal = (matcher_label.clone(), of(&["=", "!="]), value);
    let regex = (matcher_label, of(&["=~", "!~"]), of(&[r#""a|b""#, r#"".+""#, r#""5..""#]));
    let matcher = prop_oneof![equal, regex]
        .prop_map(|(label, op, value)| format!("{label}{BLANK}{op}{BLANK}{value}"));
    let braces = (vec(matcher, 0..3), any::<bool>()).prop_map(|(matchers, comma)| {
        let comma = if comma && !matchers.is_empty() { "," } else { "" };
        format!("{{{BLANK}{}{comma}{BLANK}}}", matchers.join(","))
    });
    let named = (name, proptest::option::of(braces))
        .prop_map(|(name, braces)| format!("{name}{BLANK}{}", braces.unwrap_or_default()));
    let unnamed = words(
        part,
        &[r#"{job="a"}"#, r#"{__name__=~"a|b"}"#, r#"{job=~"x.*y",code!=""}"#],
        &[r#"{"http.requests"}"#, r#"{"é",job="a"}"#, r#"{__name__!=""}"#],
    );
    prop_oneof![4 => named, 1 => unnamed].boxed()
}

fn literal_duration(part: Part) -> BoxedStrategy<String> {
    words(
        part,
        &["5m", "1h30m", "15s", "1d", "250ms"],
        &["300", "0x10", "1.5", "1e2", "0.0001", "1.007", "1s7ms"],
    )
}

fn duration(part: Part) -> BoxedStrategy<String> {
    if part == Part::Common {
        return literal_duration(part);
    }
    let leaf = prop_oneof![3 => literal_duration(part), 1 => of(&["step()", "range()"])];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), of(&["+", "-", "*", "/", "%", "^"]), inner.clone())
                .prop_map(|(left, op, right)| format!("{left}{BLANK}{op}{BLANK}{right}")),
            (of(&["min_of", "max_of"]), inner.clone(), inner.clone())
                .prop_map(|(name, left, right)| format!("{name}({left},{right})")),
            inner.clone().prop_map(|inner| format!("({inner})")),
            inner.prop_map(|inner| format!("-({inner})+1h")),
        ]
    })
    .boxed()
}

/// `offset` and `@`, in either order.
fn shift(part: Part) -> BoxedStrategy<String> {
    let offset = prop_oneof![
        3 => literal_duration(part),
        1 => words(part, &["-5m"], &["step()", "-(2 * step())", "+5m", "0", "-range()", "-(1h)"]),
    ]
    .prop_map(|offset| format!("{BLANK}offset{BLANK}{offset}"));
    let at = words(
        part,
        &["1600000000", "1.5", "start()", "end()"],
        &["-1.5", "+3", "5m", "0x10", "0.0004", "1234567890123456.7", "-9223372036854774.5"],
    )
    .prop_map(|at| format!("{BLANK}@{BLANK}{at}"));
    // Operators after these would be theirs.
    let open = words(
        part,
        &[""],
        &[
            " offset (1h) @ 5",
            " offset --step() @ end()",
            " offset --5 + 1 @ 2",
            " offset +-2 ^ 2 @ 3",
            " offset (1h) * 2 @ 1",
        ],
    );
    prop_oneof![
        4 => Just(String::new()),
        1 => open,
        1 => offset.clone(),
        1 => at.clone(),
        1 => (offset.clone(), at.clone()).prop_map(|(offset, at)| offset + &at),
        1 => (at, offset).prop_map(|(at, offset)| at + &offset),
    ]
    .boxed()
}

fn extended(part: Part) -> BoxedStrategy<String> {
    words(part, &[""], &["", "", " anchored", " smoothed"])
}

impl Level {
    fn leaves(part: Part) -> Self {
        let vector = (series(part), extended(part), shift(part))
            .prop_map(|(series, extended, shift)| series + &extended + &shift)
            .boxed();
        let matrix = (series(part), duration(part), extended(part), shift(part))
            .prop_map(|(series, range, extended, shift)| {
                format!("{series}[{BLANK}{range}{BLANK}]{extended}{shift}")
            })
            .boxed();
        Self { scalar: number(part), vector, matrix }
    }

    fn deeper(&self, part: Part) -> Self {
        let Self { scalar, vector, matrix } = self.clone();
        let paren = |of: &BoxedStrategy<String>| {
            of.clone().prop_map(|text| format!("({BLANK}{text}{BLANK})")).boxed()
        };
        // What binds by itself.
        let apart = [paren(&scalar), paren(&vector)];
        let [s, v] = &apart;
        let calls = |returns| calls(part, returns, &scalar, &vector, &matrix);
        let arithmetic = of(&["+", "-", "*", "/", "%", "^", "atan2"]);
        let signs = words(part, &["-"], &["+", "- "]);
        Self {
            scalar: prop_oneof![
                3 => scalar.clone(),
                1 => s.clone(),
                1 => binary(&scalar, &arithmetic, &scalar),
                1 => (s.clone(), comparison(), s.clone())
                    .prop_map(|(left, op, right)| format!("{left}{BLANK}{op}{BLANK}bool{BLANK}{right}")),
                1 => (signs.clone(), s.clone()).prop_map(|(sign, scalar)| sign + &scalar),
                2 => calls(ValueType::Scalar),
            ]
            .boxed(),
            vector: prop_oneof![
                3 => vector.clone(),
                1 => v.clone(),
                1 => binary(&vector, &arithmetic, &vector),
                1 => binary(&scalar, &arithmetic, &vector),
                1 => binary(&vector, &of(&["and", "or", "unless"]), &vector),
                1 => binary(v, &comparison(), v),
                1 => binary(s, &comparison(), v),
                2 => matched(part, v),
                1 => (signs, v.clone()).prop_map(|(sign, vector)| sign + &vector),
                2 => aggregation(part, &scalar, &vector),
                3 => calls(ValueType::InstantVector),
            ]
            .boxed(),
            matrix: prop_oneof![
                3 => matrix,
                2 => (v.clone(), duration(part), proptest::option::of(duration(part)), shift(part))
                    .prop_map(|(vector, range, step, shift)| {
                        let step = step.unwrap_or_default();
                        // The reference wants a number before the colon.
                        format!("{vector}{BLANK}[{range} + 0 :{BLANK}{step}]{shift}")
                    })
                    .prop_map(move |text| match part {
                        Part::All => text,
                        Part::Common => text.replace(" + 0 :", ":"),
                    }),
            ]
            .boxed(),
        }
    }
}

fn comparison() -> BoxedStrategy<String> {
    of(&["==", "!=", "<", "<=", ">", ">="])
}

fn binary(
    left: &BoxedStrategy<String>,
    op: &BoxedStrategy<String>,
    right: &BoxedStrategy<String>,
) -> BoxedStrategy<String> {
    (left.clone(), op.clone(), right.clone())
        .prop_map(|(left, op, right)| format!("{left}{BLANK}{op}{BLANK}{right}"))
        .boxed()
}

/// Two vectors, and how they find each other.
fn matched(part: Part, vector: &BoxedStrategy<String>) -> BoxedStrategy<String> {
    let word = of(&["on", "ignoring"]);
    let on = (word, labels(part)).prop_map(|(word, labels)| format!("{word}{BLANK}{labels}"));
    // Always with parentheses, since else those of what follows would be theirs; and no label of the list before.
    let group = of(&["", "", "group_left(x,y)", "group_right (x)", "group_left()"]);
    let fill = words(
        part,
        &[""],
        &["", "fill(0)", "fill_left (-1)", "fill_right(NaN)fill_left(5m)", "fill_left(2)"],
    );
    let grouped = (vector.clone(), of(&["+", "*", "== bool", ">"]), on.clone(), group, fill)
        .prop_map(|(left, op, on, group, fill)| {
            format!("{left}{BLANK}{op}{BLANK}{on}{BLANK}{group}{BLANK}{fill}{BLANK}")
        });
    let sets = (vector.clone(), of(&["and", "or", "unless"]), on)
        .prop_map(|(left, op, on)| format!("{left}{BLANK}{op}{BLANK}{on}{BLANK}"));
    (prop_oneof![grouped, sets], vector.clone()).prop_map(|(left, right)| left + &right).boxed()
}

fn aggregation(
    part: Part,
    scalar: &BoxedStrategy<String>,
    vector: &BoxedStrategy<String>,
) -> BoxedStrategy<String> {
    let simple = words(
        part,
        &["sum", "avg", "count", "min", "max", "group", "stddev", "stdvar"],
        &["SUM", "Avg"],
    );
    let simple = (simple, vector.clone()).prop_map(|(op, vector)| (op, format!("({vector})")));
    let by_number = words(part, &["topk", "bottomk", "quantile"], &["limitk", "limit_ratio"]);
    let by_number = (by_number, scalar.clone(), vector.clone())
        .prop_map(|(op, scalar, vector)| (op, format!("({scalar},{BLANK}{vector})")));
    let by_text = vector
        .clone()
        .prop_map(|vector| ("count_values".to_owned(), format!("(\"version\",{vector})")));
    let grouping = (of(&["by", "without"]), labels(part));
    (prop_oneof![simple, by_number, by_text], grouping, 0..3)
        .prop_map(|((op, args), (word, labels), order)| match order {
            0 => format!("{op}{BLANK}{args}"),
            1 => format!("{op}{BLANK}{word}{BLANK}{labels}{BLANK}{args}"),
            _ => format!("{op}{BLANK}{args}{BLANK}{word}{BLANK}{labels}"),
        })
        .boxed()
}

/// Calls of all functions that return this.
fn calls(
    part: Part,
    returns: ValueType,
    scalar: &BoxedStrategy<String>,
    vector: &BoxedStrategy<String>,
    matrix: &BoxedStrategy<String>,
) -> BoxedStrategy<String> {
    let functions: Vec<Function> = Function::ALL
        .iter()
        .copied()
        .filter(|function| {
            let signature = function.signature();
            // `info` takes selectors of a kind of its own.
            signature.returns == returns
                && *function != Function::Info
                && (part == Part::All || !signature.experimental)
        })
        .collect();
    let (scalar, vector, matrix) = (scalar.clone(), vector.clone(), matrix.clone());
    (select(functions), 0_usize..4)
        .prop_flat_map(move |(function, further)| {
            let signature = function.signature();
            let most = signature.most.unwrap_or(signature.least + 3);
            let count = (signature.least + further).min(most);
            let args: Vec<BoxedStrategy<String>> = (0..count)
                .map(|at| match signature.args[at.min(signature.args.len() - 1)] {
                    ValueType::Scalar => scalar.clone(),
                    ValueType::RangeVector => matrix.clone(),
                    ValueType::String => string(part),
                    _ => vector.clone(),
                })
                .collect();
            args.prop_map(move |args| {
                format!("{function}({BLANK}{}{BLANK})", args.join(&format!(",{BLANK}")))
            })
        })
        .boxed()
}
