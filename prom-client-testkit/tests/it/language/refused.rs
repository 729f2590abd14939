//! What is refused, where, and in which words.

use prom_client_testkit::promql::{Dialect, Expr};

/// Queries, and what is said about them, with line and column.
type Table = &'static [(&'static str, &'static str)];

fn check(dialect: Dialect, table: Table) {
    let mut wrong = Vec::new();
    for (query, expected) in table {
        let said = match Expr::parse_as(query, dialect) {
            Ok(expr) => format!("accepted: {expr}"),
            Err(error) => format!("{}:{} {}", error.line(), error.column(), error.message()),
        };
        if said != *expected {
            wrong.push(format!("{query}\n  said     {said}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn wrong_words_are_placed() {
    check(
        Dialect::STABLE,
        &[
            ("", "1:1 no expression found in input"),
            ("# nothing", "1:10 no expression found in input"),
            ("up ; up", "1:4 unexpected character: ';'"),
            ("up }", "1:4 unexpected character: '}'"),
            ("up é", "1:4 unexpected character: 'é'"),
            ("up \0", r"1:4 unexpected character: '\x00'"),
            ("up \u{2028}", r"1:4 unexpected character: '\u2028'"),
            ("up{'a'!'b'}", r"1:7 unexpected character after '!' inside braces: '\''"),
            ("up[\"5m\"]", "1:4 unexpected character in duration expression: '\"'"),
            ("1 !~ 2", "1:3 unexpected character after '!': '~'"),
            ("1 =~ 2", "1:3 unexpected character after '=': '~'"),
            ("up !", "1:4 unexpected end of input"),
            ("up{a=1}", "1:6 unexpected character inside braces: '1'"),
            ("up{a!1}", "1:5 unexpected character after '!' inside braces: '1'"),
            ("up{{", "1:4 unexpected left brace '{'"),
            ("up{a=\"b\"", "1:3 unexpected end of input inside braces"),
            ("(1", "1:1 unclosed left parenthesis"),
            ("sum(\n  rate(up[5m])", "1:4 unclosed left parenthesis"),
            ("1))", "1:2 unexpected right parenthesis ')'"),
            ("up[5m", "1:3 unclosed left bracket"),
            ("up]", "1:3 unexpected right bracket ']'"),
            ("up[five]", "1:4 unexpected character in duration expression: 'f'"),
            ("up[5m[", "1:6 unexpected character in duration expression: '['"),
            ("5M", "1:1 bad number or duration syntax: \"5\""),
            ("1m5x", "1:1 bad number or duration syntax: \"1m5\""),
            ("5mm", "1:1 bad number or duration syntax: \"5mm\""),
            ("2.5.", "1:1 bad number or duration syntax: \"2.5.\""),
            ("0xg", "1:1 bad number or duration syntax: \"0x\""),
            ("1e", "1:1 bad number or duration syntax: \"1e\""),
            (
                "1__0",
                "1:1 error parsing number: strconv.ParseFloat: parsing \"1__0\": invalid syntax",
            ),
            (
                "1e999",
                "1:1 error parsing number: strconv.ParseFloat: parsing \"1e999\": value out of range",
            ),
            ("1m1h", "1:1 not a valid duration string: \"1m1h\""),
            ("1.5h", "1:1 unknown unit \".\" in duration \"1.5h\""),
            ("300y", "1:1 duration out of range"),
            ("\"a", "1:1 unterminated quoted string"),
            ("'a\nb'", "1:1 unterminated quoted string"),
            ("`a", "1:1 unterminated raw string"),
            (r#"up + "\z""#, "1:7 unknown escape sequence U+007A 'z'"),
            (r#""ab\xzz""#, "1:4 illegal character U+007A 'z' in escape sequence"),
        ],
    );
}

#[test]
fn words_in_wrong_places_are_placed() {
    check(
        Dialect::STABLE,
        &[
            ("1 +", "1:4 unexpected end of input"),
            ("* 1", "1:1 unexpected <op:*>"),
            ("1 1", "1:3 unexpected number \"1\""),
            ("up down", "1:4 unexpected identifier \"down\""),
            ("up = 1", "1:4 unexpected \"=\""),
            ("up by (a)", "1:4 unexpected <by>"),
            ("on + 1", "1:1 unexpected <on>"),
            ("a + group_left b", "1:5 unexpected <group_left>"),
            ("sum(up down)", "1:8 unexpected identifier \"down\" in aggregation"),
            ("sum by (a) up", "1:12 unexpected identifier \"up\" in aggregation"),
            ("sum by a (up)", "1:8 unexpected identifier \"a\" in grouping opts, expected \"(\""),
            (
                "sum by (a b) (up)",
                "1:11 unexpected identifier \"b\" in grouping opts, expected \",\" or \")\"",
            ),
            ("sum by (,) (up)", "1:9 unexpected \",\" in grouping opts, expected label"),
            ("sum by (without) (up)", "1:9 unexpected <without> in grouping opts, expected label"),
            ("sum by ('') (up)", "1:9 invalid label name for grouping: \"\""),
            (r#"sum by ("\xff") (up)"#, r#"1:9 invalid label name for grouping: "\xff""#),
            ("sum by (a) (up) by (b)", "1:17 unexpected <by>"),
            ("up{a}", "1:5 unexpected \"}\" in label matching, expected label matching operator"),
            ("up{a=b}", "1:6 unexpected identifier \"b\" in label matching, expected string"),
            (
                "up{a=\"1\" b=\"2\"}",
                "1:10 unexpected identifier \"b\" in label matching, expected \",\" or \"}\"",
            ),
            ("up{,}", "1:4 unexpected \",\" in label matching, expected identifier or \"}\""),
            (
                "up offset",
                "1:10 unexpected end of input in offset, expected number, duration, step(), or range()",
            ),
            (
                "up offset down",
                "1:11 unexpected identifier \"down\" in offset, expected number, duration, step(), or range()",
            ),
            ("up @", "1:5 unexpected end of input in @, expected timestamp"),
            ("up @ start", "1:11 unexpected end of input in @, expected timestamp"),
            (
                "up[]",
                "1:4 unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()",
            ),
            (
                "up[5m 5m]",
                "1:7 unexpected duration \"5m\" in subquery or range, expected \":\" or \"]\"",
            ),
            ("up[5m:5m:5m]", "1:9 unexpected \":\" in subquery selector, expected \"]\""),
            ("abs(up,)", "1:7 trailing commas not allowed in function call args"),
            ("abs(,up)", "1:5 unexpected \",\""),
            ("job:rate(up)", "1:9 unexpected \"(\""),
        ],
    );
}

#[test]
fn parts_that_do_not_fit_are_placed() {
    check(
        Dialect::STABLE,
        &[
            (
                "rate(up)",
                "1:6 expected type range vector in call to function \"rate\", got instant vector",
            ),
            (
                "abs(up[5m])",
                "1:5 expected type instant vector in call to function \"abs\", got range vector",
            ),
            (
                "scalar(1)",
                "1:8 expected type instant vector in call to function \"scalar\", got scalar",
            ),
            (
                "label_replace(up, 1, 'a', 'b', 'c')",
                "1:19 expected type string in call to function \"label_replace\", got scalar",
            ),
            ("abs()", "1:1 expected 1 argument(s) in call to \"abs\", got 0"),
            ("time(1)", "1:1 expected 0 argument(s) in call to \"time\", got 1"),
            ("hour(up, up)", "1:1 expected at most 1 argument(s) in call to \"hour\", got 2"),
            (
                "label_join(up, 'a')",
                "1:1 expected at least 3 argument(s) in call to \"label_join\", got 2",
            ),
            ("1 + frobnicate(up)", "1:5 unknown function with name \"frobnicate\""),
            ("Rate(up[5m])", "1:1 unknown function with name \"Rate\""),
            ("sum(1)", "1:5 expected type instant vector in aggregation expression, got scalar"),
            (
                "topk(up, up)",
                "1:6 expected type scalar in aggregation parameter, got instant vector",
            ),
            (
                "count_values(1, up)",
                "1:14 expected type string in aggregation parameter, got scalar",
            ),
            ("sum()", "1:1 no arguments for aggregate expression provided"),
            (
                "topk(up)",
                "1:1 wrong number of arguments for aggregate expression provided, expected 2, got 1",
            ),
            (
                "1 + sum(up, up)",
                "1:5 wrong number of arguments for aggregate expression provided, expected 1, got 2",
            ),
            (
                "-'a'",
                "1:1 unary expression only allowed on expressions of type scalar or instant vector, got \"string\"",
            ),
            (
                "-up[5m]",
                "1:1 unary expression only allowed on expressions of type scalar or instant vector, got \"range vector\"",
            ),
            ("1 < 2", "1:3 comparisons between scalars must use BOOL modifier"),
            ("a + bool b", "1:3 bool modifier can only be used on comparison operators"),
            ("a + 'b'", "1:5 binary expression must contain only scalar and instant vector types"),
            (
                "a[5m] + 1",
                "1:1 binary expression must contain only scalar and instant vector types",
            ),
            ("a and 1", "1:1 set operator \"and\" not allowed in binary scalar expression"),
            ("a + on(x) 1", "1:1 vector matching only allowed between instant vectors"),
            ("a or on(x) group_left b", "1:1 no grouping allowed for \"or\" operation"),
            (
                "a * on(x) group_left(x) b",
                "1:3 label \"x\" must not occur in ON and GROUP clause at once",
            ),
            ("{}", "1:1 vector selector must contain at least one non-empty matcher"),
            ("{a=~'.*'}", "1:1 vector selector must contain at least one non-empty matcher"),
            ("up{__name__='down'}", "1:1 metric name must not be set twice: \"up\" or \"down\""),
            (
                "up{a=~'('}",
                "1:7 error parsing regexp: not a regular expression: `(`: unclosed group",
            ),
            (r#"up{a="\xff"}"#, r#"1:6 no label is "\xff", which is no UTF-8"#),
            ("(a + b)[5m]", "1:8 ranges only allowed for vector selectors"),
            ("up offset 1m[5m]", "1:13 no offset modifiers allowed before range"),
            ("up @ 1 [5m]", "1:8 no @ modifiers allowed before range"),
            ("up[0]", "1:4 duration must be greater than 0"),
            ("up[-5m]", "1:4 duration must be greater than 0"),
            ("up[5m:0s]", "1:7 duration must be greater than 0"),
            ("up[1e10]", "1:4 duration out of range"),
            ("up[NaN]", "1:4 unexpected character in duration expression: 'N'"),
            ("up[1h/0]", "1:6 division by zero"),
            ("up[1h % 0]", "1:7 modulo by zero"),
            ("up[5m][5m:]", "1:1 subquery is only allowed on instant vector, got matrix instead"),
            ("1[5m:]", "1:1 subquery is only allowed on instant vector, got scalar instead"),
            (
                "1 offset 5m",
                "1:1 offset modifier must be preceded by an instant vector selector or range vector selector or a subquery",
            ),
            ("up offset 1m offset 1m", "1:1 offset may not be set multiple times"),
            (
                "(up) @ 1",
                "1:1 @ modifier must be preceded by an instant vector selector or range vector selector or a subquery",
            ),
            ("up @ 1 @ end()", "1:1 @ <timestamp> may not be set multiple times"),
            ("up @ Inf", "1:1 timestamp out of bounds for @ modifier: +Inf"),
            (
                "up @ 1e30",
                "1:1 timestamp out of bounds for @ modifier: 1000000000000000019884624838656.000000",
            ),
            (
                "sum(\n  rate(up)\n)",
                "2:8 expected type range vector in call to function \"rate\", got instant vector",
            ),
        ],
    );
}

#[test]
fn experiments_are_refused_by_their_name() {
    check(
        Dialect::STABLE,
        &[
            (
                "limitk(2, up)",
                "1:1 limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions",
            ),
            ("sort_by_label(up, 'a')", "1:1 function \"sort_by_label\" is not enabled"),
            ("time() - start()", "1:10 function \"start\" is not enabled"),
            ("rate(up[5m] anchored)", "1:6 anchored modifier is experimental and not enabled"),
            ("up smoothed", "1:1 smoothed modifier is experimental and not enabled"),
            ("a + fill(0) b", "1:1 binop fill modifiers are experimental and not enabled"),
        ],
    );
    check(
        Dialect::EXPERIMENTAL,
        &[
            ("up anchored smoothed", "1:1 anchored and smoothed modifiers cannot be used together"),
            ("up[1h:] anchored", "1:1 anchored modifier is not supported for subqueries"),
            ("abs(up) smoothed", "1:1 smoothed modifier not implemented"),
            ("a and fill(0) b", "1:1 filling in missing series not allowed for set operators"),
            ("a + fill(0) 1", "1:1 filling in missing series only allowed between instant vectors"),
            ("a + fill(b) b", "1:10 unexpected identifier \"b\""),
            ("a + fill(0) fill(1) b", "1:17 unexpected \"(\""),
            ("info(a, b)", "1:9 expected label selectors only, got vector selector instead"),
            ("info(a, abs(b))", "1:9 expected label selectors only"),
            (
                "info(a, 1)",
                "1:9 expected type instant vector in call to function \"info\", got scalar",
            ),
        ],
    );
}

#[test]
fn mistakes_are_pointed_at() {
    for (query, shown) in [
        (
            "sum(rate(up))",
            "1:10: parse error: expected type range vector in call to function \"rate\", got instant vector\n  |\n1 | sum(rate(up))\n  |          ^^\n  = give a range to a selector, like `up[5m]`, or range and step to an expression, like `(..)[5m:1m]`",
        ),
        (
            "sum(up)\n  by\t(é job)",
            "2:7: parse error: unexpected character: 'é'\n  |\n2 |   by (é job)\n  |       ^",
        ),
        ("1 +", "1:4: parse error: unexpected end of input\n  |\n1 | 1 +\n  |    ^"),
    ] {
        let error = Expr::parse(query).expect_err(query);
        assert_eq!(error.to_string(), shown);
    }
}
