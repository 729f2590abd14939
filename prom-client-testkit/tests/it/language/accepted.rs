//! What is accepted, and how it prints.

use prom_client_testkit::promql::{BinaryOp, Dialect, Expr, ExprKind, Function, ValueType};

/// Queries, and how they print.
type Table = &'static [(&'static str, &'static str)];

fn check(dialect: Dialect, table: Table) {
    let mut wrong = Vec::new();
    for (query, expected) in table {
        let printed = match Expr::parse_as(query, dialect) {
            Ok(expr) => expr.to_string(),
            Err(error) => error.to_string(),
        };
        if printed != *expected {
            wrong.push(format!("{query}\n  printed  {printed}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn literals_print_in_one_form() {
    check(
        Dialect::STABLE,
        &[
            ("1", "1"),
            (" 1.50 ", "1.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e3", "1000"),
            ("1E-3", "0.001"),
            ("1_000_000", "1000000"),
            ("0x1F", "31"),
            ("0X_f", "15"),
            ("017", "15"),
            ("08", "8"),
            ("1e21", "1000000000000000000000"),
            ("inf", "+Inf"),
            ("-INF", "-Inf"),
            ("nan", "NaN"),
            ("- - 1", "1"),
            ("-0", "-0"),
            ("5m", "5m"),
            ("90s", "1m30s"),
            ("-1h30m", "-1h30m"),
            ("1d", "1d"),
            // Years and weeks only if they are whole.
            ("1d1h", "1d1h"),
            ("25h", "1d1h"),
            ("8d", "8d"),
            ("2w", "2w"),
            ("1y1h", "365d1h"),
            ("0s", "0s"),
            ("-0m", "-0s"),
            (r#""a\tb""#, r#""a\tb""#),
            (r#"'it"s'"#, r#""it\"s""#),
            ("`\\d\n`", r#""\\d\n""#),
            (r#""\xff\u00e9""#, r#""\xffé""#),
        ],
    );
}

#[test]
fn selectors_print_in_one_form() {
    check(
        Dialect::STABLE,
        &[
            ("up", "up"),
            ("up{}", "up"),
            ("up { } ", "up"),
            ("job:up:sum", "job:up:sum"),
            (r#"up{job='a',}"#, r#"up{job="a"}"#),
            (r#"up{b!="1", a=~"x|y" ,c!~``}"#, r#"up{a=~"x|y",b!="1",c!~""}"#),
            (r#"{__name__="up"}"#, r#"{__name__="up"}"#),
            (r#"{"http.requests"}"#, r#"{__name__="http.requests"}"#),
            (r#"{"http.requests", "a b"!="c"}"#, r#"{"a b"!="c",__name__="http.requests"}"#),
            (r#"up{on="1",bool="2",sum="3"}"#, r#"up{bool="2",on="1",sum="3"}"#),
            ("up[5m]", "up[5m]"),
            ("up[300]", "up[5m]"),
            ("up[ 1.5 ]", "up[1s500ms]"),
            ("up[0x10]", "up[16s]"),
            ("up[24h]", "up[1d]"),
            ("up[0.0001]", "up[0.0001]"),
            ("up offset 5m", "up offset 5m"),
            ("up offset -300", "up offset -5m"),
            ("up offset +5m", "up offset 5m"),
            ("up offset 0s", "up"),
            ("up @ 1600000000", "up @ 1600000000.000"),
            ("up @ -1.5", "up @ -1.500"),
            ("up @ 1.0006", "up @ 1.001"),
            ("up @ 5m", "up @ 300.000"),
            ("up @ start()", "up @ start()"),
            ("up @ END ( )", "up @ end()"),
            ("up offset 5m @ 1", "up @ 1.000 offset 5m"),
            ("up[5m] offset 5m @ end()", "up[5m] @ end() offset 5m"),
            ("up[1h:]", "up[1h:]"),
            ("up[1h:5m] offset 1d @ 3", "up[1h:5m] @ 3.000 offset 1d"),
            ("rate(up[5m])[1h:1m]", "rate(up[5m])[1h:1m]"),
            ("(up > 0)[1h:1m]", "(up > 0)[1h:1m]"),
            ("# what is up\nup # is up", "up"),
            ("up{# the shop's\njob=\"shop\"}", r#"up{job="shop"}"#),
        ],
    );
}

#[test]
fn names_may_be_words_of_the_language() {
    for word in [
        "sum",
        "avg",
        "count_values",
        "limitk",
        "by",
        "without",
        "offset",
        "and",
        "or",
        "unless",
        "start",
        "end",
        "step",
        "range",
        "max_of",
        "min_of",
        "anchored",
        "smoothed",
        "fill",
        "fill_left",
    ] {
        let expr = Expr::parse(word).expect(word);
        assert!(matches!(&expr.kind, ExprKind::Vector(v) if v.name.as_deref() == Some(word)));
        for with in
            [format!("{word} + {word}"), format!("{word} offset 5m"), format!("abs({word})")]
        {
            assert_eq!(Expr::parse(&with).expect(&with).to_string(), with);
        }
    }
    check(
        Dialect::STABLE,
        &[
            ("sum by (by, on, ignoring, bool) (by)", "sum by (by, on, ignoring, bool) (by)"),
            ("and and and", "and and and"),
            ("offset offset 1m", "offset offset 1m"),
        ],
    );
}

#[test]
fn operators_bind_as_in_the_reference() {
    // Each with the parentheses that are in effect.
    for (query, meant) in [
        ("a + b * c", "a + (b * c)"),
        ("a * b + c", "(a * b) + c"),
        ("a - b - c", "(a - b) - c"),
        ("a ^ b ^ c", "a ^ (b ^ c)"),
        ("a / b % c atan2 d", "((a / b) % c) atan2 d"),
        ("-a ^ b", "-(a ^ b)"),
        ("-a * b", "(-a) * b"),
        ("a ^ -b * c", "(a ^ -b) * c"),
        ("a ^ -b ^ c", "a ^ -(b ^ c)"),
        ("a == b + c", "a == (b + c)"),
        ("a == b == c", "(a == b) == c"),
        ("a or b and c", "a or (b and c)"),
        ("a and b unless c", "(a and b) unless c"),
        ("a or b > c", "a or (b > c)"),
        ("a </ b + c", "a </ (b + c)"),
        ("-a offset 5m", "-(a offset 5m)"),
        ("a + b offset 5m", "a + (b offset 5m)"),
        ("a offset 5m + b", "(a offset 5m) + b"),
        ("a offset -2 ^ 2", "(a offset -2) ^ 2"),
        ("a offset step() * 2", "(a offset step()) * 2"),
        ("a offset -(5m) * 2", "(a offset -(5m)) * 2"),
        ("a offset (5m) * 2", "a offset ((5m) * 2)"),
        ("a + b[5m:]", "a + (b[5m:])"),
    ] {
        // Parentheses are kept in the tree, so it is compared without them.
        fn meaning(expr: &Expr) -> String {
            let expr = expr.without_parens();
            match &expr.kind {
                ExprKind::Binary(binary) => {
                    format!("[{} {} {}]", meaning(&binary.left), binary.op, meaning(&binary.right))
                }
                ExprKind::Unary(unary) => format!("[- {}]", meaning(&unary.expr)),
                _ => expr.to_string().replace("((5m) * 2)", "(5m) * 2"),
            }
        }
        let parsed = |text| Expr::parse(text).map(|expr| meaning(&expr));
        assert_eq!(
            parsed(query).map_err(|e| e.message().to_owned()),
            parsed(meant).map_err(|e| e.message().to_owned()),
            "{query}"
        );
    }
}

#[test]
fn operations_print_in_one_form() {
    check(
        Dialect::STABLE,
        &[
            ("a+b", "a + b"),
            ("a AND b", "a and b"),
            ("a ATAN2 b", "a atan2 b"),
            ("1 == bool 2", "1 == bool 2"),
            ("+a", "+a"),
            ("- -a", "--a"),
            ("a * on() b", "a * on () b"),
            ("a * ignoring() b", "a * b"),
            ("a * ignoring(x,) b", "a * ignoring (x) b"),
            ("a * on(x,'y z') b", r#"a * on (x, "y z") b"#),
            ("a * on(x) group_left b", "a * on (x) group_left () b"),
            ("a == bool on(x) group_right(y) b", "a == bool on (x) group_right (y) b"),
            ("a * ignoring() group_left() b", "a * ignoring () group_left () b"),
            ("a and on(x) b", "a and on (x) b"),
            ("a * on() 2", "a * 2"),
            ("a </ 5", "a </ 5"),
            ("a >/ 5", "a >/ 5"),
            ("sum(a)", "sum(a)"),
            ("SUM BY (x) (a)", "sum by (x) (a)"),
            ("sum (a) by (x)", "sum by (x) (a)"),
            ("sum by () (a)", "sum(a)"),
            ("sum without () (a)", "sum without () (a)"),
            ("sum by (x,'y z',a:b,) (a)", r#"sum by (x, "y z", "a:b") (a)"#),
            ("topk(5,a)", "topk(5, a)"),
            ("topk by (x) (5, a)", "topk by (x) (5, a)"),
            ("count_values('v', a)", r#"count_values("v", a)"#),
            ("rate ( a [ 5m ] )", "rate(a[5m])"),
            ("time()", "time()"),
            ("label_join(a,'b',',')", r#"label_join(a, "b", ",")"#),
            ("round(a)", "round(a)"),
            ("hour()", "hour()"),
        ],
    );
}

#[test]
fn durations_are_calculated_since_3_14() {
    check(
        Dialect::STABLE,
        &[
            ("a[5m+1]", "a[5m + 1]"),
            ("a[2 * step()]", "a[2 * step()]"),
            ("a[RANGE()]", "a[range()]"),
            ("a[-5m+10m]", "a[-5m + 10m]"),
            ("a[((5m))]", "a[(5m)]"),
            ("a[-(5m)+1h]", "a[-(5m) + 1h]"),
            ("a[min_of(5m,step()):max_of(1,2)]", "a[min_of(5m, step()):max_of(1, 2)]"),
            ("a[1h-5m:1m*2] offset (1h%7m)", "a[1h - 5m:1m * 2] offset (1h % 7m)"),
            ("a offset -step()", "a offset -step()"),
            ("a offset +range()", "a offset range()"),
            ("a offset -(5)", "a offset -(5)"),
        ],
    );
}

#[test]
fn experiments_are_read_if_they_are_allowed() {
    check(
        Dialect::EXPERIMENTAL,
        &[
            ("a anchored", "a anchored"),
            ("rate(a[5m] smoothed)", "rate(a[5m] smoothed)"),
            ("a[5m] anchored @ 1 offset 5m", "a[5m] anchored @ 1.000 offset 5m"),
            ("a @ 1 anchored offset 5m", "a @ 1.000 anchored offset 5m"),
            ("a + fill(0) b", "a + fill (0) b"),
            ("a + fill_left(-1) b", "a + fill_left (-1) b"),
            ("a + fill_right(1) fill_left(2) b", "a + fill_left (2) fill_right (1) b"),
            ("a + fill_right(NaN) fill_left(NaN) b", "a + fill (NaN) b"),
            ("a + on(x) group_left fill(5m) b", "a + on (x) group_left () fill (300) b"),
            ("limitk(2, a)", "limitk(2, a)"),
            ("limit_ratio(-0.5, a)", "limit_ratio(-0.5, a)"),
            ("max_of(start(), end() - step())", "max_of(start(), end() - step())"),
            ("sort_by_label(a, 'b', 'c')", r#"sort_by_label(a, "b", "c")"#),
            ("info(a)", "info(a)"),
            ("info(a, {b=''})", r#"info(a, {b=""})"#),
        ],
    );
}

#[test]
fn the_tree_says_what_the_query_says() {
    let expr = Expr::parse("rate(a{b=\"c\"}[5m]) * on (x) group_left (y) d").expect("it is one");
    let ExprKind::Binary(binary) = &expr.kind else { panic!("{expr:?}") };
    assert_eq!((binary.op, expr.value_type()), (BinaryOp::Mul, ValueType::InstantVector));
    let matching = binary.matching.as_ref().expect("both are vectors");
    assert_eq!((matching.on, &*matching.labels[0], &*matching.include[0]), (true, "x", "y"));
    let ExprKind::Call(call) = &binary.left.kind else { panic!("{expr:?}") };
    assert_eq!(call.function, Function::Rate);
    let ExprKind::Matrix(matrix) = &call.args[0].kind else { panic!("{expr:?}") };
    assert_eq!(matrix.range.positive_millis(0.0, 0.0), Ok(300_000));
    let matchers: Vec<String> = matrix.selector.matchers.iter().map(ToString::to_string).collect();
    assert_eq!(matchers, [r#"b="c""#, r#"__name__="a""#]);
    assert!(Expr::parse("1 + a").is_ok_and(
        |expr| matches!(&expr.kind, ExprKind::Binary(binary) if binary.matching.is_none())
    ));
}

#[test]
fn durations_come_out_in_milliseconds() {
    for (query, millis) in [
        ("a offset 5m", Ok(300_000)),
        ("a offset 0.0015", Ok(1)),
        ("a offset -1.5", Ok(-1_500)),
        ("a offset step()", Ok(15_000)),
        ("a offset -(range() / 7)", Ok(-514_285)),
        ("a offset (2 ^ 3 * 1m % 7m)", Ok(60_000)),
        ("a offset min_of(step(), 10)", Ok(10_000)),
        ("a offset max_of(step(), 10)", Ok(15_000)),
        ("a offset (1h / (step() - 15))", Err("10:27: division by zero")),
        ("a offset (1h % (step() - 15))", Err("10:27: modulo by zero")),
        ("a offset (NaN + step())", Err("duration out of range")),
        ("a offset (2 ^ 99)", Err("10:16: duration is out of range")),
        ("a offset (10 ^ 999)", Err("10:18: duration is NaN or infinite")),
    ] {
        let offset = Expr::parse(query).map_err(|error| error.message().to_owned());
        let found = offset.and_then(|expr| {
            let ExprKind::Vector(selector) = &expr.kind else { panic!("{expr:?}") };
            let offset = selector.shift.offset.as_ref().expect("there is one");
            offset.millis(15.0, 3_600.0).map_err(|error| error.to_string())
        });
        assert_eq!(found.as_ref().copied().map_err(|e| &**e), millis, "{query}");
    }
    let expr = Expr::parse("a[step() - 15]").expect("it is one");
    let ExprKind::Matrix(matrix) = &expr.kind else { panic!("{expr:?}") };
    let error = matrix.range.positive_millis(15.0, 0.0).expect_err("it is nothing");
    assert_eq!(error.to_string(), "2:13: duration must be greater than 0");
}

#[test]
fn long_queries_are_printed_in_lines() {
    let long = "a_name_that_is_long_enough_for_a_line_of_its_own_if_there_is_another_one_beside_it";
    for (query, lines) in [
        ("sum(rate(up[5m])) by (job)".to_owned(), "sum by (job) (rate(up[5m]))".to_owned()),
        (format!("{long}{{b='c'}}"), format!("{long}{{b=\"c\"}}")),
        (
            format!("-({long} + on (job) group_left () {long})"),
            format!("-(\n    {long}\n  + on (job) group_left ()\n    {long}\n)"),
        ),
        (
            format!("topk by (job) (5, sum_over_time(rate({long}[5m])[1h:5m]))"),
            format!("topk by (job) (\n  5,\n  sum_over_time(\n    rate({long}[5m])[1h:5m]\n  )\n)"),
        ),
        (
            format!("label_join({long}, 'to', 'with', 'from')"),
            format!("label_join(\n  {long},\n  \"to\",\n  \"with\",\n  \"from\"\n)"),
        ),
        (format!("({long} / {long})[1h:]"), format!("(\n    {long}\n  /\n    {long}\n)[1h:]")),
    ] {
        let expr = Expr::parse(&query).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(expr.pretty(), lines);
    }
}
