//! What a stock server does, and what the test language assumes.

use prom_client_testkit::Timestamp;
use prom_client_testkit::promql::{Engine, Preset};

use super::{expr, shown, stock, store};

#[test]
fn names_are_dropped_at_once_or_at_the_end() {
    let store = store("x_total{i=\"1\"} 0 1 2\n y_total{i=\"1\"} 5 6 7\n z{i=\"1\"} 1 1 1");
    let at = Timestamp::from_millis(120_000);
    let both = [stock(), Engine::new(Preset::TestLanguage)];
    for (query, stock, test_language) in [
        ("abs(z)", "{i=\"1\"} 1", "{i=\"1\"} 1"),
        // The name is there for the whole of the query, until it is dropped.
        ("sum by (__name__) (abs(z))", "{} 1", "{} 1"),
        ("count by (__name__) (abs({__name__=~\"x_total|z\"}) * 0)", "{} 1", "{} 1"),
        (
            "label_replace(abs(z), \"was\", \"$1\", \"__name__\", \"(.*)\")",
            "{i=\"1\"} 1",
            "{i=\"1\",was=\"z\"} 1",
        ),
        ("label_replace(abs(z), \"__name__\", \"w\", \"\", \"\")", "w{i=\"1\"} 1", "w{i=\"1\"} 1"),
        ("abs(z) or abs(x_total)", "{i=\"1\"} 1", "{i=\"1\"} 1"),
        ("topk(1, abs({__name__=~\"x_total|y_total\"}))", "same", "{i=\"1\"} 7"),
        ("z == bool 1", "{i=\"1\"} 1", "{i=\"1\"} 1"),
        ("last_over_time(z[5m])", "z{i=\"1\"} 1", "z{i=\"1\"} 1"),
        ("abs({__name__=~\"x_total|y_total\"})", "same", "same"),
    ] {
        for (engine, expected) in both.iter().zip([stock, test_language]) {
            let answer = engine.instant(&store, &expr(query), at);
            if expected == "same" {
                let error = answer.expect_err(query).to_string();
                assert_eq!(
                    error, "vector cannot contain metrics with the same labelset",
                    "{query}"
                );
            } else if let Ok(answer) = answer {
                assert_eq!(shown(&answer.value), expected, "{query}, {engine:?}");
            } else {
                assert!(query.starts_with("count by"), "{query}, {engine:?}: {answer:?}");
            }
        }
    }
}

#[test]
fn annotations_name_the_metric_if_it_still_has_a_name() {
    let store = store("h_bucket{le=\"x\"} 1");
    let query = "histogram_quantile(0.5, h_bucket)";
    for (preset, end) in [
        (Preset::Stock, "of \"x\" (1:25)"),
        (Preset::TestLanguage, "of \"x\" for metric name \"h_bucket\" (1:25)"),
    ] {
        let answer = Engine::new(preset).instant(&store, &expr(query), Timestamp::from_millis(0));
        let answer = answer.expect("it is one");
        let warning = answer.annotations.warnings().next().expect("a warning").in_query(query);
        assert!(warning.ends_with(end), "{warning}");
    }
}
