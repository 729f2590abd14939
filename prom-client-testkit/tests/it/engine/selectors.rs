//! Which samples a query sees: lookback, staleness, windows, `offset`, `@`, subqueries.

use std::time::Duration;

use prom_client_testkit::Timestamp;

use super::{check, check_range, expr, shown, stock, store};

const DATA: &str = r#"
    x 0 1 2 3 4 5 6 7 8 9 10 11 12
    ended{i="1"} 1 2 stale
    ended{i="2"} 1 2
    paused 1 _ stale 4 NaN
"#;

#[test]
fn a_sample_is_seen_for_five_minutes() {
    let store = store(DATA);
    check(&store, 5, &[("ended", r#"ended{i="2"} 2"#), ("paused", "paused NaN")]);
    // At 60 s, 300 s ago: the window does not have its begin.
    check(&store, 6, &[("ended", "")]);
    check(&store, 2, &[("paused", ""), ("timestamp(paused)", "")]);
    check_range(
        &store,
        [0, 7],
        &[
            ("ended", r#"ended{i="1"} 1@0 2@60; ended{i="2"} 1@0 2@60 2@120 2@180 2@240 2@300"#),
            ("paused > 0", "paused 1@0 1@60 4@180"),
        ],
    );
    let engine = stock().lookback(Duration::from_secs(61));
    let answer = engine.instant(&store, &expr("ended"), Timestamp::from_millis(121_000));
    assert_eq!(shown(&answer.expect("it is one").value), "");
    let answer = engine.instant(&store, &expr("ended"), Timestamp::from_millis(120_999));
    assert_eq!(shown(&answer.expect("it is one").value), r#"ended{i="2"} 2"#);
}

#[test]
fn a_window_has_its_end_and_not_its_begin() {
    check(
        &store(DATA),
        4,
        &[
            ("x[2m]", "x 3@180 4@240"),
            ("count_over_time(x[2m])", "{} 2"),
            ("count_over_time(x[119s])", "{} 2"),
            ("count_over_time(x[121s])", "{} 3"),
            // Markers of staleness are no samples, and end nothing.
            ("paused[5m]", "paused 1@0 4@180 NaN@240"),
            ("x[1s] offset 1s", ""),
        ],
    );
}

#[test]
fn selectors_look_elsewhere() {
    let store = store(DATA);
    check(
        &store,
        10,
        &[
            ("x offset 3m", "x 7"),
            ("x offset -2m", "x 12"),
            ("x @ 120", "x 2"),
            ("x @ 120 offset 1m", "x 1"),
            ("x offset 1m @ 120", "x 1"),
            ("x @ start()", "x 10"),
            ("x @ end()", "x 10"),
            ("x @ -1", ""),
            ("sum_over_time(x[2m] @ 240)", "{} 7"),
            ("x[1m:30s] @ 90", "x 1@60 1@90"),
            ("x[(1 + 1) * 60]", "x 9@540 10@600"),
        ],
    );
    check_range(
        &store,
        [2, 4],
        &[
            ("x @ 60", "x 1@120 1@180 1@240"),
            ("x @ start()", "x 2@120 2@180 2@240"),
            ("x @ end()", "x 4@120 4@180 4@240"),
            ("x - x @ end()", "{} -2@120 -1@180 0@240"),
            ("sum_over_time(x[range()])", "{} 3@120 5@180 7@240"),
            ("x offset step()", "x 1@120 2@180 3@240"),
        ],
    );
}

#[test]
fn subqueries_ask_at_multiples_of_their_step() {
    let store = store(DATA);
    check(
        &store,
        10,
        &[
            ("x[3m:2m]", "x 8@480 10@600"),
            ("x[4m:2m]", "x 8@480 10@600"),
            ("x[241s:2m]", "x 6@360 8@480 10@600"),
            ("x[2m:]", "x 9@540 10@600"),
            ("x[3m:1m] offset 90s", "x 6@360 7@420 8@480"),
            ("sum_over_time(x[3m:1m])", "{} 27"),
            ("max_over_time(rate(x[2m])[3m:1m]) * 60", "{} 1"),
            // The range of the query is that of the outer one.
            ("(x @ start())[2m:1m]", "x 10@540 10@600"),
            ("sum_over_time(sum_over_time(x[2m:1m])[2m:1m])", "{} 36"),
        ],
    );
    check_range(
        &store,
        [3, 4],
        &[
            ("sum_over_time(x[2m:1m])", "{} 5@180 7@240"),
            ("sum_over_time(x[2m:1m] @ 120)", "{} 3@180 3@240"),
            ("sum_over_time((x @ 60)[2m:1m])", "{} 2@180 2@240"),
        ],
    );
    let engine = stock().subquery_step(Duration::from_secs(120));
    let answer = engine.instant(&store, &expr("x[4m:]"), Timestamp::from_millis(600_000));
    assert_eq!(shown(&answer.expect("it is one").value), "x 8@480 10@600");
}

#[test]
fn matchers_select() {
    let store = store("m{a=\"1\",b=\"x\"} 1\n m{a=\"2\"} 2\n m 3");
    check(
        &store,
        0,
        &[
            ("m{a=\"1\"}", r#"m{a="1",b="x"} 1"#),
            ("m{a!=\"1\"}", r#"m{a="2"} 2; m 3"#),
            ("m{a=\"\"}", "m 3"),
            ("m{a=~\"1|2\"}", r#"m{a="1",b="x"} 1; m{a="2"} 2"#),
            ("m{a!~\"1|2\"}", "m 3"),
            ("m{b=~\".*\",a=~\".+\"}", r#"m{a="1",b="x"} 1; m{a="2"} 2"#),
            ("{__name__=~\"m\",c=\"1\"}", ""),
        ],
    );
}
