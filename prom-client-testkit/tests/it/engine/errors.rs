//! Queries that have no answer.

use std::time::Duration;

use prom_client_testkit::Timestamp;
use prom_client_testkit::promql::{Dialect, Expr};

use super::{MINUTE, expr, stock, store};

const DATA: &str = r#"
    a{i="1",k="x"} 1 1 1
    a{i="1",k="y"} 2 2 2
    b{i="1"} 3 3 3
    c{i="1",k="x"} 4 4 4
    h{i="1"} h h 1
"#;

#[test]
fn errors_say_what_and_where() {
    let store = store(DATA);
    for (query, message, place) in [
        (
            "1 + (b + on (i) a)",
            "found duplicate series for the match group {i=\"1\"} on the right hand-side of the \
             operation: [{__name__=\"a\", i=\"1\", k=\"x\"}, {__name__=\"a\", i=\"1\", k=\"y\"}];\
             many-to-many matching not allowed: matching labels must be unique on one side",
            5..17,
        ),
        (
            "a + on (i) group_right () b",
            "found duplicate series for the match group {i=\"1\"} on the left hand-side of the \
             operation: [{__name__=\"a\", i=\"1\", k=\"x\"}, {__name__=\"a\", i=\"1\", k=\"y\"}];\
             many-to-many matching not allowed: matching labels must be unique on one side",
            0..27,
        ),
        (
            "a + on (i) b",
            "multiple matches for labels: many-to-one matching must be explicit \
             (group_left/group_right)",
            0..12,
        ),
        (
            "a + on (i) group_left (k) b",
            "multiple matches for labels: grouping labels must ensure unique matches",
            0..27,
        ),
        (
            "sum(abs({__name__=~\"a|c\"}))",
            "vector cannot contain metrics with the same labelset",
            4..26,
        ),
        (
            "rate({__name__=~\"a|c\"}[5m])",
            "vector cannot contain metrics with the same labelset",
            0..27,
        ),
        (
            "label_replace(a, \"k\", \"z\", \"\", \"\")",
            "vector cannot contain metrics with the same labelset",
            0..34,
        ),
        ("topk(NaN, a)", "Parameter value is NaN", 0..12),
        ("topk(1e20, a)", "Scalar value 1e+20 overflows int64", 0..13),
        ("count_values(\"\", a)", "invalid label name \"\"", 0..19),
        (
            "label_replace(a, \"\", \"z\", \"k\", \"\")",
            "invalid destination label name in label_replace(): ",
            0..34,
        ),
        (
            "label_join(a, \"\", \"-\", \"k\")",
            "invalid destination label name in label_join(): ",
            0..27,
        ),
        ("label_join(a, \"l\", \"-\", \"\")", "invalid source label name in label_join(): ", 0..27),
        (
            "label_replace(a, \"l\", \"z\", \"k\", \"(\")",
            "invalid regular expression in label_replace(): (",
            0..36,
        ),
        ("1 - sum_over_time(b[1m - 60])", "20:27: duration must be greater than 0", 20..27),
        // The reference leaves out what is around the durations.
        ("rate(b[-(5m)])", "7:11: duration must be greater than 0", 7..11),
        ("rate(b[min_of(-1m, 5m)])", "14:21: duration must be greater than 0", 14..21),
    ] {
        let at = Timestamp::from_millis(MINUTE);
        let error = stock().instant(&store, &expr(query), at).expect_err(query);
        assert_eq!(error.to_string(), message, "{query}");
        let found = error.place().expect("it has a place");
        assert_eq!(found.start..found.end, place, "{query}");
        assert!(!error.is_unsupported(), "{query}");
    }
}

#[test]
fn of_several_errors_it_is_the_first_one() {
    let twice = |i: usize| format!("m{{i=\"{i}\",k=\"x\"}} 1\n m{{i=\"{i}\",k=\"y\"}} 1\n");
    let store = store(&(0..20).map(twice).collect::<String>());
    for _ in 0..5 {
        let error = stock().instant(&store, &expr("m * on (i) m"), Timestamp::from_millis(0));
        let error = error.expect_err("there are two of each").to_string();
        assert!(error.contains("for the match group {i=\"0\"}"), "{error}");
    }
}

#[test]
fn what_is_not_supported_is_said_and_not_computed() {
    let store = store(DATA);
    for (query, message) in [
        (
            "h",
            "unsupported: h{i=\"1\"} has native histograms, and the kit computes with numbers only",
        ),
        (
            "rate(h[5m])",
            "unsupported: h{i=\"1\"} has native histograms, and the kit computes with numbers only",
        ),
        ("mad_over_time(b[5m])", "unsupported: experimental functions"),
        ("limitk(1, b)", "unsupported: `limitk` and `limit_ratio`"),
        ("rate(b[5m] anchored)", "unsupported: `anchored` and `smoothed`"),
        ("a + fill (0) c", "unsupported: `fill`"),
    ] {
        let expr = Expr::parse_as(query, Dialect::EXPERIMENTAL).expect(query);
        let error =
            stock().instant(&store, &expr, Timestamp::from_millis(MINUTE)).expect_err(query);
        assert_eq!(error.to_string(), message);
        assert!(error.is_unsupported());
    }
    // Where there is a number instead, it is the answer.
    let answer = stock().instant(&store, &expr("h"), Timestamp::from_millis(2 * MINUTE));
    assert_eq!(super::shown(&answer.expect("it is a number").value), "h{i=\"1\"} 1");
}

#[test]
fn a_range_has_to_be_one() {
    let store = store(DATA);
    let at = |minute: i64| Timestamp::from_millis(minute * MINUTE);
    for (query, first, last, step, message) in [
        (
            "b[5m]",
            0,
            1,
            60_000,
            "invalid expression type \"range vector\" for range query, must be Scalar or instant \
             Vector",
        ),
        (
            "\"b\"",
            0,
            1,
            60_000,
            "invalid expression type \"string\" for range query, must be Scalar or instant Vector",
        ),
        // 2 at first, and then this.
        ("topk(2 - 1e20 * time(), b)", 0, 1, 60_000, "Scalar value -6e+21 underflows int64"),
        ("b", 1, 0, 60_000, "end timestamp must not be before start time"),
        (
            "b",
            0,
            1,
            0,
            "zero or negative query resolution step widths are not accepted. Try a positive integer",
        ),
        (
            "b",
            0,
            1,
            5,
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query \
             resolution (?step=XX)",
        ),
    ] {
        let step = Duration::from_millis(step);
        let error =
            stock().range(&store, &expr(query), at(first), at(last), step).expect_err(query);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn what_is_wrong_at_the_first_step_is_said() {
    let store = store(
        r#"
        l{i="a"} 1 1 1
        l{i="b"} 1 1 1
        r{i="a"} 1 1 1
        r{i="b"} 1 1 1
        r{i="a",j="2"} _ _ 1
        r{i="b",j="2"} _ 1 1
        m{k="1"} _ 1 1
        m{k="2"} _ _ 1
        n 1 1 1
        n{i="c"} _ _ 1
    "#,
    );
    let error = |query| {
        let at = |minute| Timestamp::from_millis(minute * MINUTE);
        let answer = stock().range(&store, &expr(query), at(0), at(2), Duration::from_secs(60));
        answer.expect_err(query).to_string()
    };
    let first = error("l * on (i) r");
    assert!(first.starts_with("found duplicate series for the match group {i=\"b\"}"), "{first}");
    // Two on the left are there before two on the right are.
    let first = error("l * on () n");
    assert!(first.starts_with("multiple matches for labels: many-to-one"), "{first}");
    let first = error("m * on () n");
    assert!(first.starts_with("found duplicate series for the match group {}"), "{first}");
}
