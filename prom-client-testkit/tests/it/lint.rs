//! Every rule of the linter, once broken.

use prom_client_testkit::{Format, Parser, lint};

/// A body of text, and what is advised.
const TEXT: &[(&str, &[&str])] = &[
    ("# HELP jobs_total x\n# TYPE jobs_total counter\njobs_total{queue=\"a\"} 1\n", &[]),
    // A family without samples is none.
    ("# HELP jobs x\n# TYPE jobs counter\n", &[]),
    ("jobs 1\n", &["jobs no help text"]),
    ("# HELP jobs\njobs 1\n", &["jobs no help text"]),
    (
        "# HELP wait_milliseconds x\nwait_milliseconds 1\n",
        &["wait_milliseconds use base unit \"seconds\" instead of \"milliseconds\""],
    ),
    (
        "# HELP hours_slept x\nhours_slept 1\n",
        &["hours_slept use base unit \"seconds\" instead of \"hours\""],
    ),
    (
        "# HELP jobs x\n# TYPE jobs counter\njobs 1\n",
        &["jobs counter metrics should have \"_total\" suffix"],
    ),
    (
        "# HELP jobs_total x\n# TYPE jobs_total gauge\njobs_total 1\n",
        &["jobs_total non-counter metrics should not have \"_total\" suffix"],
    ),
    (
        "# HELP a_bucket x\n# TYPE a_bucket gauge\na_bucket{le=\"1\",quantile=\"1\"} 1\n",
        &[
            "a_bucket non-histogram metrics should not have \"_bucket\" suffix",
            "a_bucket non-histogram metrics should not have \"le\" label",
            "a_bucket non-summary metrics should not have \"quantile\" label",
        ],
    ),
    (
        "# HELP a_sum x\n# TYPE a_sum gauge\na_sum 1\n",
        &["a_sum non-histogram and non-summary metrics should not have \"_sum\" suffix"],
    ),
    (
        "# HELP a_gauge x\n# TYPE a_gauge gauge\na_gauge 1\n",
        &["a_gauge metric name should not include type 'gauge'"],
    ),
    ("# HELP a:b x\na:b 1\n", &["a:b metric names should not contain ':'"]),
    (
        "# HELP aB x\naB{cD=\"1\",eF=\"2\"} 1\n",
        &[
            "aB label names should be written in 'snake_case' not 'camelCase'",
            "aB label names should be written in 'snake_case' not 'camelCase'",
            "aB metric names should be written in 'snake_case' not 'camelCase'",
        ],
    ),
    (
        "# HELP wait_ms x\nwait_ms 1\n",
        &["wait_ms metric names should not contain abbreviated units"],
    ),
    // The first word is no unit.
    ("# HELP ms_wait x\nms_wait 1\n", &[]),
    ("# HELP a x\na 1\na 2\na 3\n", &["a metric not unique", "a metric not unique"]),
    // Many samples of one histogram are one metric.
    (
        "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
        &[],
    ),
];

/// The same in OpenMetrics, whose families have other names.
const OPENMETRICS: &[(&str, &[&str])] = &[
    ("# HELP jobs x\n# TYPE jobs counter\njobs_total 1\njobs_created 1\n# EOF\n", &[]),
    (
        "# TYPE wait_ms counter\nwait_ms_total 1\n# EOF\n",
        &[
            "wait_ms_total metric names should not contain abbreviated units",
            "wait_ms_total no help text",
        ],
    ),
    ("# HELP build x\n# TYPE build info\nbuild_info{v=\"1\"} 1\n# EOF\n", &[]),
    (
        "# HELP a_gauge x\n# TYPE a_gauge stateset\na_gauge{a_gauge=\"on\"} 1\n# EOF\n",
        &["a_gauge metric name should not include type 'gauge'"],
    ),
];

#[test]
fn every_rule_has_its_words() {
    for (format, table) in [(Format::Text, TEXT), (Format::OpenMetrics, OPENMETRICS)] {
        for (body, expected) in table {
            let exposition = Parser::new(format).parse(body.as_bytes()).expect(body);
            let said: Vec<String> = lint(&exposition).iter().map(ToString::to_string).collect();
            assert_eq!(said, *expected, "{body}");
        }
    }
}
