//! Claims on a lab: when they hold, and what is shown when they do not.

use prom_client_testkit::{Lab, QueryError, Source};

/// A lab that has scraped this, for five minutes.
fn lab(body: &str) -> Lab {
    let body = body.to_owned();
    let target = move |_: &str| ("text/plain".to_owned(), body.clone().into_bytes());
    let mut lab = Lab::new().target("shop", target);
    lab.advance_blocking("5m").expect("a span of time");
    lab
}

const QUEUES: &str = "\
jobs{queue=\"mail\"} 3
jobs{queue=\"sms\"} 4
limit{queue=\"mail\"} 10
limit{queue=\"sms\"} 4
nothing 0
not_a_number NaN
";

#[test]
fn claims_hold_of_every_series() {
    let lab = lab(QUEUES);
    for (query, holds) in [
        ("jobs > 2", true),
        // True of one of the two.
        ("jobs > 3", false),
        ("jobs > 4", false),
        ("(jobs > 2)", true),
        ("2 < jobs", true),
        ("sum(jobs) == 7", true),
        ("sum(jobs) == 8", false),
        ("not_a_number != 1", true),
        ("not_a_number > 1", false),
        // Against the series with the same labels.
        ("jobs < limit", false),
        ("jobs <= limit", true),
        ("jobs <= on (queue) limit", true),
        ("jobs < on (queue) limit", false),
        ("jobs <= ignoring (job) limit", true),
        // Each on the left needs one on the right, and not the other way round.
        (r#"jobs <= limit{queue="mail"}"#, false),
        (r#"jobs{queue="mail"} <= limit"#, true),
        ("jobs <= on (job) group_left () max by (job) (limit)", true),
        ("max by (job) (limit) >= on (job) group_right () jobs", true),
        (r#"max by (job) (limit{queue="sms"}) > on (job) group_right () jobs"#, false),
        // Nothing to compare.
        ("absent_series == 0", false),
        ("sum(absent_series) == 0", false),
        ("(sum(absent_series) or vector(0)) == 0", true),
        ("jobs > absent_series", false),
        // With `bool`, every value has to be 1.
        ("jobs > bool 2", true),
        ("jobs > bool 3", false),
        ("(jobs > bool 2) * (jobs < bool 4)", false),
        ("2 > bool 1", true),
        ("1 > bool 2", false),
        ("scalar(nothing) == bool 0", true),
        // Sets have a series or none.
        ("nothing == 0 and on () jobs > 3", true),
        ("nothing == 0 and on () jobs > 4", false),
        ("nothing == 1 or jobs > 3", true),
        ("jobs unless jobs > 2", false),
        // Numbers are true unless they are 0 or no number.
        ("jobs", true),
        ("nothing", false),
        ("not_a_number", false),
        ("up", true),
        ("1", true),
        ("0", false),
        ("absent(absent_series)", true),
        ("absent(jobs)", false),
        ("absent_series", false),
    ] {
        let claimed = lab.assert_query_blocking(query);
        match &claimed {
            Ok(()) | Err(QueryError::Unmet(_)) => {}
            Err(error) => panic!("{query}: {error}"),
        }
        assert_eq!(claimed.is_ok(), holds, "{query}: {claimed:?}");
    }
}

#[test]
fn a_series_is_not_taken_for_another_that_has_more_labels() {
    let lab = lab("\
level 5
level{a=\"1\"} 1
level{a=\"1\",b=\"2\"} 6
most 2
most{a=\"1\"} 2
most{a=\"1\",b=\"2\"} 2
");
    for (query, holds) in [
        ("level > 0", true),
        ("level > 3", false),
        ("3 < level", false),
        ("level{a=\"\"} > 3", true),
        ("level{b=\"2\"} > 3", true),
        ("level > most", false),
        ("level > ignoring (job) most", false),
        ("level > on (a, b) most", false),
        ("level >= on (a, b) group_left () (most - 1)", true),
        ("level > on (a, b) group_left () most", false),
        ("level > on (a, b) group_left (job) most", false),
        ("most < on (a, b) group_right () level", false),
        ("max by (a, b) (level) > on (a, b) max by (a, b) (most)", false),
    ] {
        let claimed = lab.assert_query_blocking(query);
        assert_eq!(claimed.is_ok(), holds, "{query}: {claimed:?}");
    }
}

#[test]
fn what_does_not_hold_is_shown_with_its_sides() {
    let lab = lab(QUEUES);
    for (query, shown) in [
        (
            "sum by (queue) (jobs) < 4",
            "this does not hold at 1704067500: sum by (queue) (jobs) < 4
the left side, sum by (queue) (jobs)
  - {queue=\"sms\"} 4
    {queue=\"mail\"} 3",
        ),
        (
            "sum by (queue) (jobs) < on (queue) sum by (queue) (limit)",
            "this does not hold at 1704067500: sum by (queue) (jobs) < on (queue) sum by (queue) (limit)
the left side, sum by (queue) (jobs)
  - {queue=\"sms\"} 4
    {queue=\"mail\"} 3
the right side, sum by (queue) (limit)
    {queue=\"mail\"} 10
    {queue=\"sms\"} 4",
        ),
        (
            "sum(jobs{queue=\"post\"}) == 0",
            "this does not hold at 1704067500: sum(jobs{queue=\"post\"}) == 0
the left side, sum(jobs{queue=\"post\"})
    there is no series
no series jobs{queue=\"post\"}; there are
    jobs{instance=\"shop\",job=\"shop\",queue=\"mail\"} 3
    jobs{instance=\"shop\",job=\"shop\",queue=\"sms\"} 4
  = where there may be none, claim `(.. or vector(0)) == 0` or `absent(..)`",
        ),
        (
            "rate(tasks[5m]) == 0",
            "this does not hold at 1704067500: rate(tasks[5m]) == 0
the left side, rate(tasks[5m])
    there is no series
no series tasks
  = where there may be none, claim `(.. or vector(0)) == 0` or `absent(..)`",
        ),
        (
            "limits > job and up",
            "this does not hold at 1704067500: limits > job and up
the left side, limits > job
    there is no series
the right side, up
    up{instance=\"shop\",job=\"shop\"} 1
no series limits; there are metrics with a name like it
    limit
no series job; there are metrics with a name like it
    jobs
  = where there may be none, claim `(.. or vector(0)) == 0` or `absent(..)`",
        ),
        (
            "rate(jobs[10s]) == 0",
            "this does not hold at 1704067500: rate(jobs[10s]) == 0
the left side, rate(jobs[10s])
    there is no series
no series has two samples in jobs[10s], as rates need",
        ),
        (
            "increase(jobs[5m] offset 1h) > rate(jobs[5m] offset 1h)",
            "this does not hold at 1704067500: increase(jobs[5m] offset 1h) > rate(jobs[5m] offset 1h)
the left side, increase(jobs[5m] offset 1h)
    there is no series
the right side, rate(jobs[5m] offset 1h)
    there is no series
no series has two samples in jobs[5m] offset 1h, as rates need",
        ),
        (
            "rate(jobs[1m]) == 0 and jobs > 9",
            "this does not hold at 1704067500: rate(jobs[1m]) == 0 and jobs > 9
the left side, rate(jobs[1m]) == 0
    {instance=\"shop\",job=\"shop\",queue=\"mail\"} 0
    {instance=\"shop\",job=\"shop\",queue=\"sms\"} 0
the right side, jobs > 9
    there is no series",
        ),
        (
            "nothing == bool 1",
            "this does not hold at 1704067500: nothing == bool 1
the value of nothing == bool 1
  - {instance=\"shop\",job=\"shop\"} 0
the left side, nothing
    nothing{instance=\"shop\",job=\"shop\"} 0",
        ),
        (
            "sum(jobs) > 7 and sum(limit) > 13",
            "this does not hold at 1704067500: sum(jobs) > 7 and sum(limit) > 13
the left side, sum(jobs) > 7
    there is no series
the right side, sum(limit) > 13
    14",
        ),
    ] {
        let error = lab.assert_query_blocking(query).expect_err(query);
        assert_eq!(error.to_string(), shown);
        assert_eq!(format!("{error:?}"), shown);
    }
}

#[test]
fn what_is_no_claim_and_what_has_no_answer_is_an_error() {
    let lab = lab(QUEUES);
    for (query, message) in [
        ("sum(jobs", "1:4: parse error: unclosed left parenthesis"),
        ("\"jobs\"", "a claim is a vector or a number, and no string"),
        ("jobs[5m]", "a claim is a vector or a number, and no matrix"),
        ("jobs * on (job) limit", "found duplicate series for the match group"),
    ] {
        let error = lab.assert_query_blocking(query).expect_err(query);
        assert!(error.to_string().contains(message), "{query}: {error}");
        assert!(!matches!(error, QueryError::Unmet(_)), "{query}");
    }
}

#[test]
fn a_target_that_is_down_may_be_why() {
    let target = |_: &str| ("text/plain".to_owned(), b"jobs three\n".to_vec());
    let mut lab = Lab::new().target("shop", target);
    lab.advance_blocking("5m").expect("a span of time");
    let error = lab.assert_query_blocking("jobs == 3").expect_err("there is no series");
    let shown = error.to_string();
    assert!(shown.contains("no series jobs\n"), "{shown}");
    let down = "\n\ntargets are down\n{instance=\"shop\",job=\"shop\"}: ";
    assert!(shown.contains(down), "{shown}");
}

#[test]
fn a_lab_that_was_never_advanced_says_so() {
    let lab = Lab::new().target("shop", |_: &str| ("text/plain".to_owned(), Vec::new()));
    let shown = lab.assert_query_blocking("up == 1").expect_err("there is no series").to_string();
    let down = "\n\ntargets are down\n{instance=\"shop\",job=\"shop\"}: not scraped yet";
    assert!(shown.ends_with(down), "{shown}");
}

#[test]
fn a_claim_is_about_one_moment() {
    let mut lab = lab(QUEUES);
    lab.assert_query_blocking("time() == bool 1704067500").expect("five minutes after the begin");
    lab.advance_blocking("1m").expect("a span of time");
    lab.assert_query_blocking("time() == bool 1704067560").expect("a minute later");
}

#[test]
fn a_source_may_be_anything_that_answers() {
    async fn holds(source: &dyn Source) -> Result<(), QueryError> {
        source.assert_query("sum(jobs) == 7").await
    }
    let lab = lab(QUEUES);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(holds(&lab)).expect("it holds");
    runtime.block_on(lab.assert_query("sum(jobs) == 7")).expect("it holds");
}
