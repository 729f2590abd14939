//! What an answer says besides, and of which part of the query.

use std::time::Duration;

use prom_client_testkit::Timestamp;

use super::{at, each, expr, stock, store};

const DATA: &str = r#"
    g 1 5 3
    c_total 0 1 2
    bad_bucket{le="x"} 1 1 1
    bad_bucket 1 1 1
    h_bucket{le="1"} 5 5 5
    h_bucket{le="2"} 3 4 5
    h_bucket{le="+Inf"} 6 6 6
"#;

fn said(answer: &prom_client_testkit::promql::Answer, query: &str) -> Vec<String> {
    let annotations = &answer.annotations;
    annotations.warnings().chain(annotations.infos()).map(|a| a.in_query(query)).collect()
}

#[test]
fn annotations_have_their_words_and_places() {
    const QUANTILE: &str = "PromQL warning: quantile value should be between 0 and 1, got";
    const BUCKET: &str =
        "PromQL warning: bucket label \"le\" is missing or has a malformed value of";
    const COUNTER: &str = "PromQL info: metric might not be a counter, name does not end in \
                           _total/_sum/_count/_bucket:";
    const TYPES: &str = "PromQL info: incompatible sample types encountered for binary operator";
    let store = store(DATA);
    for (query, expected) in [
        ("rate(c_total[2m])", vec![]),
        ("g + rate(g[2m])", vec![format!("{COUNTER} \"g\" (1:10)")]),
        ("increase(g[2m])\n  or irate(g[2m])", vec![format!("{COUNTER} \"g\" (1:10)")]),
        ("1 +\n sum(rate((g[2m])))", vec![format!("{COUNTER} \"g\" (2:12)")]),
        // The reference forgets where a subquery stood.
        ("sum(rate(g[2m:1m]))", vec![format!("{COUNTER} \"g\" (1:1)")]),
        ("quantile(1.5, g)", vec![format!("{QUANTILE} 1.5 (1:10)")]),
        // What is said again is said of where it was said last.
        ("quantile(2, g) + quantile(2, g)", vec![format!("{QUANTILE} 2 (1:27)")]),
        ("quantile(2, quantile(2, g))", vec![format!("{QUANTILE} 2 (1:10)")]),
        ("quantile(NaN, g)", vec![format!("{QUANTILE} NaN (1:10)")]),
        ("quantile_over_time(-1, g[1m])", vec![format!("{QUANTILE} -1 (1:20)")]),
        ("quantile_over_time((1 + 1), g[1m])", vec![format!("{QUANTILE} 2 (1:21)")]),
        ("histogram_quantile(2, g{a=\"none\"})", vec![format!("{QUANTILE} 2 (1:20)")]),
        (
            "histogram_quantile(0.5, bad_bucket)",
            vec![format!("{BUCKET} \"x\" (1:25)"), format!("{BUCKET} \"\" (1:25)")],
        ),
        ("g </ 1", vec![format!("{TYPES} \"</\": float </ float (1:1)")]),
        ("1 - (g >/ g)", vec![format!("{TYPES} \">/\": float >/ float (1:6)")]),
        ("none </ 1", vec![]),
        ("sort(g)", vec![]),
    ] {
        assert_eq!(said(&at(&store, query, 2), query), expected, "{query}");
    }
}

#[test]
fn an_order_is_lost_over_a_range() {
    let store = store(DATA);
    let query = "1 * sort_desc(g)";
    assert_eq!(
        said(&each(&store, query, 0, 2), query),
        ["PromQL warning: sort is ineffective for range queries since results are always ordered \
          by labels (1:5)"]
    );
    // What is the same at each step is asked once.
    let query = "sort(g @ 0)";
    assert!(each(&store, query, 0, 2).annotations.is_empty());
    assert!(each(&store, "sort(g)", 2, 2).annotations.is_empty());
    // A range that has room for one step alone is one, too.
    let at = |seconds| Timestamp::from_seconds(seconds);
    let range = stock().range(&store, &expr("sort(g)"), at(0.0), at(59.0), Duration::from_secs(60));
    assert_eq!(range.expect("an answer").annotations.warnings().count(), 1);
    let fixed = expr("sort(g @ 0)");
    let range = stock().range(&store, &fixed, at(0.0), at(59.0), Duration::from_secs(60));
    assert!(range.expect("an answer").annotations.is_empty());
    let said = super::at(&store, "sum_over_time(sort(g)[1m:40s])", 2);
    assert_eq!(said.annotations.warnings().count(), 1);
}

#[test]
fn there_is_an_end_to_what_is_said() {
    let store = store("h_bucket{le=\"+Inf\"} 1");
    let query = "count_over_time(histogram_quantile(2 + time(), h_bucket)[1d:100ms])";
    let warnings = at(&store, query, 1).annotations.warnings().count();
    assert_eq!(warnings, 1000);
}

#[test]
fn raised_buckets_are_told_of_once_for_all_steps() {
    let store = store(DATA);
    let query = "histogram_quantile(0.5, h_bucket)";
    assert_eq!(
        said(&each(&store, query, 0, 2), query),
        ["PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see \
          https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile), \
          from buckets 2 to 2, with a max diff of 2, over 2 samples from 1970-01-01T00:00:00Z to \
          1970-01-01T00:01:00Z (1:25)"]
    );
}
