//! Scripts that fail, and what is said then: a judge that passes everything would be none.

use prom_client_testkit::script::{Outcome, Script};

const DATA: &str = "\
load 1m
  a{x=\"1\"} 1 2 3
  a{x=\"2\"} 10 20 30
  some_total 0 60 120
  h {{count:1 sum:1}}x2
  s@st -1m
  s 1
";

/// Runs the data and then one case.
fn outcome(eval: &str) -> Outcome {
    let script =
        Script::parse(&format!("{DATA}\n{eval}")).unwrap_or_else(|e| panic!("{eval}\n{e}"));
    let mut report = script.run();
    assert_eq!(report.cases.len(), 1, "{eval}");
    report.cases.remove(0).outcome
}

#[test]
fn what_is_right_passes() {
    for eval in [
        "eval instant at 1m a\n  a{x=\"1\"} 2\n  a{x=\"2\"} 20.000001",
        "eval instant at 1m a{x=\"2\"}\n  expect ordered\n  a{x=\"2\"} 20",
        "eval instant at 1m 2 + 2\n  4",
        "eval instant at 1m \"text\"\n  expect string 'text'",
        "eval instant at 1m nothing",
        "eval instant at 1m a * on () a\n  expect fail",
        "eval instant at 1m a * on () a\n  expect fail regex:duplicate series",
        "eval range from 0 to 2m step 1m a{x=\"1\"}\n  a{x=\"1\"} 1 2 3",
        "eval range from 0 to 3m step 1m a{x=\"1\"} > 1\n  a{x=\"1\"} _ 2 3 3",
        "eval instant at 2m rate(some_total[2m])\n  expect no_info\n  expect no_warn\n  {} 1",
        "eval instant at 2m a[2m]\n  expect range vector from 1m to 2m step 1m\n  a{x=\"1\"} 2 3\n  a{x=\"2\"} 20 30",
    ] {
        assert_eq!(outcome(eval), Outcome::Passed, "{eval}");
    }
}

#[test]
fn what_is_wrong_fails_and_says_what_came() {
    for (eval, said) in [
        (
            "eval instant at 1m a{x=\"1\"}\n  a{x=\"1\"} 3",
            "asked a{x=\"1\"} at 60\nthe series are not as expected\n  (- expected, + found)\n+ a{x=\"1\"} 2\n- a{x=\"1\"} 3",
        ),
        ("eval instant at 1m a{x=\"1\"}\n  a{x=\"1\"} 2\n  b 1", "- b 1\n  a{x=\"1\"} 2"),
        ("eval instant at 1m a\n  a{x=\"1\"} 2", "+ a{x=\"2\"} 20\n  a{x=\"1\"} 2"),
        ("eval instant at 1m a{x=\"1\"}", "+ a{x=\"1\"} 2"),
        ("eval instant at 1m a{x=\"1\"}\n  a{x=\"1\"} NaN", "- a{x=\"1\"} NaN"),
        (
            "eval instant at 1m sort_desc(a)\n  expect ordered\n  a{x=\"1\"} 2\n  a{x=\"2\"} 20",
            "the series are in another order:\n  a{x=\"2\"} 20\n  a{x=\"1\"} 2",
        ),
        ("eval instant at 1m 2 + 2\n  5", "the value is not as expected\n- 5\n+ 4"),
        ("eval instant at 1m 2 + 2\n  a 4", "expected series, found a scalar"),
        ("eval instant at 1m a\n  4", "expected a scalar, found a vector"),
        ("eval instant at 1m a[1m]\n  a{x=\"1\"} 2", "expected series, found a matrix"),
        ("eval instant at 1m \"text\"\n  expect string 'test'", "- \"test\"\n+ \"text\""),
        ("eval instant at 1m a\n  expect fail", "expected a failure, found a vector"),
        ("eval instant at 1m a * on () a\n  a 1", "failed: found duplicate series"),
        (
            "eval instant at 1m a * on () a\n  expect fail msg:something",
            "expected a failure, `something`, found: found duplicate series",
        ),
        (
            "eval instant at 1m a * on () a\n  expect fail regex:^dup",
            "expected a failure, like `.*(?:^dup).*`, found: found duplicate",
        ),
        ("eval instant at 1m rate(", "parse error"),
        (
            "eval instant at 2m rate(a[2m])\n  expect no_info\n  {x=\"1\"} 0.016666\n  {x=\"2\"} 0.166666",
            "expected no info, found:\n  PromQL info: metric might not be a counter",
        ),
        (
            "eval instant at 2m a\n  expect warn\n  a{x=\"1\"} 3\n  a{x=\"2\"} 30",
            "expected warning, whatever its message, found:\n  none",
        ),
        (
            "eval instant at 2m rate(a[2m])\n  expect info msg: what\n  {x=\"1\"} 1",
            "expected info, `what`, found:\n  PromQL info",
        ),
        (
            "eval instant at 2m rate(a[2m]) + rate(h2[1m]) + quantile(2, a) + quantile(3, a)\n  expect warn regex: got 2",
            "unexpected warning: PromQL warning: quantile value should be between 0 and 1, got 3",
        ),
        (
            "eval range from 0 to 2m step 1m a{x=\"1\"}\n  a{x=\"1\"} 1 2",
            "- a{x=\"1\"} 1 2\n+ a{x=\"1\"} 1 2 3",
        ),
        (
            "eval range from 0 to 2m step 1m a{x=\"1\"}\n  a{x=\"1\"} 1 _ 3",
            "+ a{x=\"1\"} 1 2 3\n- a{x=\"1\"} 1 _ 3",
        ),
        (
            "eval range from 0 to 1m step 1m a{x=\"1\"}\n  a{x=\"1\"} 1 2 3",
            "3 samples of a{x=\"1\"} are expected, and there are not so many steps",
        ),
        (
            "eval instant at 2m a{x=\"1\"}[2m]\n  expect range vector from 1m to 2m step 1m\n  a{x=\"1\"} 3 2",
            "+ a{x=\"1\"} 2 3\n- a{x=\"1\"} 3 2",
        ),
    ] {
        let Outcome::Failed(reason) = outcome(eval) else { panic!("it does not fail: {eval}") };
        assert!(reason.contains(said), "{eval}\n{reason}");
    }
}

#[test]
fn what_the_engine_does_not_have_is_skipped_with_the_reason() {
    for (eval, reason) in [
        ("eval instant at 1m h\n  h {{count:1}}", "h has native histograms"),
        ("eval instant at 1m count({x=\"1\"} or h)\n  {} 2", "h has native histograms"),
        ("eval instant at 1m sum_over_time(rate(h[1m])[5m:])", "h has native histograms"),
        ("eval instant at 1m s\n  s 1", "s has start times"),
        ("eval instant at 1m limitk(1, a)", "unsupported: `limitk` and `limit_ratio`"),
        ("eval instant at 1m a + fill(0) some_total", "unsupported: `fill`"),
        ("eval instant at 1m rate(a[1m] anchored)", "unsupported: `anchored` and `smoothed`"),
    ] {
        assert_eq!(outcome(eval), Outcome::Skipped(reason.to_owned()), "{eval}");
    }
    // What lies beside them is asked.
    assert_eq!(
        outcome("eval instant at 0 sum(a)\n  11"),
        Outcome::Failed("asked sum(a) at 0\nexpected a scalar, found a vector".to_owned())
    );
    assert_eq!(outcome("eval instant at 0 sum(a)\n  {} 11"), Outcome::Passed);
}

#[test]
fn classic_histograms_are_there_beside_the_native_ones_that_are_not() {
    let script = "\
load_with_nhcb 1m
  d_bucket{le=\"1\", job=\"x\"} 3
  d_bucket{le=\"+Inf\", job=\"x\"} 4
  d_count{job=\"x\"} 4

eval instant at 0 histogram_quantile(0.5, d_bucket)
  {job=\"x\"} 0.6666666666666666

eval instant at 0 histogram_quantile(0.5, d)
  {job=\"x\"} 0.6666666666666666
";
    let report = Script::parse(script).expect("a script").run();
    assert_eq!(report.cases[0].outcome, Outcome::Passed);
    let reason = "d{job=\"x\"} has native histograms".to_owned();
    assert_eq!(report.cases[1].outcome, Outcome::Skipped(reason));
}

#[test]
fn what_depends_on_the_moment_is_asked_at_that_moment_alone() {
    // Asked at others, where a case is repeated with its moment in the query, each of these would be another.
    for eval in [
        "eval instant at 1m time()\n  60",
        "eval instant at 1m a{x=\"1\"} * 0 + on () group_left () minute()\n  {x=\"1\"} 1",
        "eval instant at 2m predict_linear(a{x=\"1\"}[2m], 60)\n  {x=\"1\"} 4",
        "eval instant at 1m timestamp(a{x=\"1\"} + 1)\n  {x=\"1\"} 60",
    ] {
        assert_eq!(outcome(eval), Outcome::Passed, "{eval}");
    }
}

#[test]
fn a_load_that_has_no_place_fails_and_leaves_nothing() {
    let script = "\
load 1m
  a 1 2

load 30s
  b 1
  a 5

eval instant at 1m {__name__=~\"a|b\"}
  a 2

clear

load 1m
  a 7

eval instant at 0 a
  a 7
";
    let report = Script::parse(script).expect("a script").run();
    assert_eq!((report.passed(), report.failed(), report.skipped()), (2, 1, 0));
    assert_eq!(
        report.cases[0].to_string(),
        "line 4: load\n    a at 0: older than the newest sample of its series"
    );
    let shown = format!("{}\n2 passed, 1 failed, 0 skipped", report.cases[0]);
    assert_eq!(report.to_string(), shown);
}
