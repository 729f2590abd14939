//! No query takes memory without end.

use std::time::Duration;

use prom_client_testkit::promql::{Engine, Expr, ExprKind, Preset, QueryValue};
use prom_client_testkit::{Store, Timestamp};

use super::{expr, stock, store};

const TOO_MANY: &str =
    "query processing would load too many samples into memory in query execution";

fn error(engine: &Engine, store: &Store, query: &str) -> String {
    let answer = engine.instant(store, &expr(query), Timestamp::from_millis(300_000));
    answer.expect_err(query).to_string()
}

#[test]
fn samples_are_counted() {
    let store = store("a{i=\"1\"} 1 2 3 4 5 6\n a{i=\"2\"} 1 2 3 4 5 6");
    // At one moment there are two, and two more that are made of them.
    for (query, most) in [
        ("a", 2),
        ("a + a", 6),
        ("abs(a)", 4),
        ("sum_over_time(a[5m])", 6),
        ("sum(a)", 2),
        ("1", 1),
    ] {
        let enough = stock().most_samples(most);
        let answer = enough.instant(&store, &expr(query), Timestamp::from_millis(300_000));
        assert!(answer.is_ok(), "{query} with {most}: {answer:?}");
        assert_eq!(error(&enough.most_samples(most - 1), &store, query), TOO_MANY, "{query}");
    }
}

#[test]
fn huge_ranges_are_refused_before_they_take_memory() {
    let store = store("a 1 2 3 4 5 6");
    for query in [
        "sum_over_time(a[200y:1ms])",
        "sum_over_time(vector(1)[200y:1ms])",
        "sum_over_time(vector(time())[200y:1ms])",
        "sum_over_time(vector(pi())[200y:1ms])",
        "sum_over_time(vector(scalar(a))[200y:1ms])",
        "sum_over_time(absent(none)[200y:1ms])",
        "sum_over_time(hour()[200y:1ms])",
        "max_over_time(sum_over_time(a[1y:1s])[100y:1ms])",
        "count_over_time((a @ 0)[200y:1ms])",
    ] {
        assert_eq!(error(&stock(), &store, query), TOO_MANY, "{query}");
        assert_eq!(error(&Engine::new(Preset::TestLanguage), &store, query), TOO_MANY, "{query}");
    }
}

#[test]
fn pairs_of_series_are_counted_before_they_take_memory() {
    // Each series finds another one at each of its steps, so there would be a row for each, of a cell for each.
    let lines: String = (0..400).map(|i| format!("a{{i=\"{i}\"}} 1 1 1 1 1 1\n")).collect();
    let query =
        "sum_over_time((a * on () group_left () count_values(\"v\", vector(time())))[400s:100ms])";
    assert_eq!(error(&stock(), &store(&lines), query), TOO_MANY);
}

#[test]
fn labels_do_not_grow_without_end() {
    const TOO_LONG: &str = "labels would take too much memory";
    let store = store("a{i=\"xxxxxxxxxxxxxxxx\"} 1 1");
    for (open, close) in [
        ("label_join(", ", \"i\", \"\", \"i\", \"i\")"),
        ("label_replace(", ", \"i\", \"$1$1\", \"i\", \"(.*)\")"),
    ] {
        let nested = |times| format!("{}a{}", open.repeat(times), close.repeat(times));
        assert_eq!(error(&stock(), &store, &nested(100)), TOO_LONG);
        let answer = stock().instant(&store, &expr(&nested(10)), Timestamp::from_millis(0));
        let QueryValue::Vector(series) = answer.expect("an answer").value else { panic!("one") };
        assert_eq!(series[0].labels.get("i").map(str::len), Some(16 << 10));
    }
}

#[test]
fn moments_at_the_ends_of_time_have_an_answer() {
    let store = store("a 1 2 3 4 5 6");
    for at in [i64::MIN, i64::MIN + 1, -1, i64::MAX - 1, i64::MAX] {
        for query in [
            "a",
            "a offset 200y",
            "a offset -200y",
            "a @ 1e15",
            "rate(a[200y])",
            "sum_over_time(a[1h:1m])",
            "sum_over_time(a[1h:1m] offset -200y)",
            "predict_linear(a[1h], 1)",
            "predict_linear(a[1h] @ 100, 1)",
            "deriv(a[1h] @ 100)",
            "year()",
            "year(vector(time()))",
            "timestamp(vector(1))",
        ] {
            let at = Timestamp::from_millis(at);
            let answer = stock().instant(&store, &expr(query), at);
            assert!(answer.is_ok(), "{query} at {at}: {answer:?}");
            let range =
                stock().range(&store, &expr(query), at, at, Duration::from_secs(u64::MAX / 2_000));
            assert!(range.is_ok(), "{query} at {at}: {range:?}");
        }
    }
}

#[test]
fn what_can_be_read_is_nested_no_deeper_than_the_stack() {
    let store = store("a 1");
    for (open, close) in [
        ("(", ")"),
        ("-(", ")"),
        ("abs(", ")"),
        ("sum(", ")"),
        ("1 + (", ")"),
        ("a + (", ")"),
        ("topk(1, ", ")"),
        ("label_join(", ", \"b\", \"\")"),
        ("vector(scalar(", "))"),
        ("sum_over_time(", "[1m:1m])"),
        ("a or ", ""),
    ] {
        let nested = |times| format!("{}a{}", open.repeat(times), close.repeat(times));
        let deepest = (0..300).rev().find_map(|times| Expr::parse(&nested(times)).ok());
        let deepest = deepest.expect("it can be nested");
        let answer = stock().instant(&store, &deepest, Timestamp::from_millis(0));
        assert!(answer.is_ok(), "{open}: {answer:?}");
    }
    // Deeper ones can be put together.
    let mut expr = expr("(a)");
    for _ in 0..500 {
        let inner = expr.clone();
        if let ExprKind::Paren(place) = &mut expr.kind {
            **place = inner;
        }
    }
    let error = stock().instant(&store, &expr, Timestamp::from_millis(0)).expect_err("too deep");
    assert_eq!(error.to_string(), "the expression is nested too deeply");
}
