//! Jobs: what a discovered target comes to.

use std::time::Duration;

use prom_client_testkit::{
    Action, Endpoint, Job, RelabelRule, ScrapeProtocol, TargetError, TargetGroup,
};

/// A rule that sets a label to a text.
fn set(label: &str, value: &str) -> RelabelRule {
    RelabelRule::new(Action::Replace)
        .target_label(label)
        .replacement(value)
        .build()
        .expect("a rule")
}

fn endpoints(job: &Job, groups: &[TargetGroup]) -> Vec<Result<Endpoint, TargetError>> {
    job.endpoints(groups).collect()
}

#[test]
fn a_target_has_the_defaults_of_prometheus() {
    let group = TargetGroup::new(["a:1", "b:2"]).label("zone", "eu").label("__meta_x", "1");
    let found = endpoints(&Job::new("shop"), &[group]);
    assert_eq!(found.len(), 2);
    let endpoint = found[1].as_ref().expect("an endpoint");
    assert_eq!(endpoint.url, "http://b:2/metrics");
    assert_eq!(endpoint.labels.to_string(), r#"{instance="b:2",job="shop",zone="eu"}"#);
    assert_eq!(
        (endpoint.interval, endpoint.timeout),
        (Duration::from_secs(60), Duration::from_secs(10))
    );
}

#[test]
fn labels_with_two_underscores_say_how_to_scrape() {
    let mut job = Job::new("shop");
    job.params.insert("a".to_owned(), vec!["1".to_owned(), "2".to_owned()]);
    job.params.insert("none".to_owned(), Vec::new());
    let url = |rules: Vec<RelabelRule>, job: &Job| {
        let mut job = job.clone();
        job.relabel = rules;
        let found = endpoints(&job, &[TargetGroup::new(["h:1"])]);
        found[0].as_ref().expect("an endpoint").url.clone()
    };
    for (rules, expected) in [
        (vec![], "http://h:1/metrics?a=1&a=2"),
        (vec![set("__address__", "other:2")], "http://other:2/metrics?a=1&a=2"),
        (vec![set("__scheme__", "https")], "https://h:1/metrics?a=1&a=2"),
        (vec![set("__metrics_path__", "/x")], "http://h:1/x?a=1&a=2"),
        (vec![set("__metrics_path__", "x?y#z")], "http://h:1/x%3Fy%23z?a=1&a=2"),
        (vec![set("__metrics_path__", "/é {%2F}~")], "http://h:1/%C3%A9%20%7B%252F%7D~?a=1&a=2"),
        (vec![set("__metrics_path__", "/a'\\$&+,/:;=@")], "http://h:1/a%27%5C$&+,/:;=@?a=1&a=2"),
        (vec![set("__param_b", "~*é")], "http://h:1/metrics?a=1&a=2&b=~%2A%C3%A9"),
        (vec![set("__param_a", "0")], "http://h:1/metrics?a=0&a=2"),
        (vec![set("__param_b", "x y&z")], "http://h:1/metrics?a=1&a=2&b=x+y%26z"),
        // Without its label a parameter is still that of the job.
        (vec![set("__param_a", "")], "http://h:1/metrics?a=1&a=2"),
    ] {
        assert_eq!(url(rules.clone(), &job), expected, "{rules:?}");
    }
}

#[test]
fn relabelling_sees_everything_and_leaves_what_has_no_underscores() {
    let copy = |from: &str, to: &str| {
        RelabelRule::new(Action::Replace)
            .source_labels([from])
            .target_label(to)
            .build()
            .expect("a rule")
    };
    let mut job = Job::new("shop");
    job.params.insert("a".to_owned(), vec!["1".to_owned()]);
    job.relabel = vec![
        copy("__scheme__", "scheme"),
        copy("__metrics_path__", "path"),
        copy("__scrape_interval__", "interval"),
        copy("__scrape_timeout__", "timeout"),
        copy("__param_a", "a"),
        copy("__address__", "address"),
        copy("__meta_x", "__tmp_x"),
        copy("__tmp_x", "x"),
        copy("job", "was"),
        set("job", "other"),
        set("__scrape_timeout__", "500ms"),
    ];
    let found = endpoints(&job, &[TargetGroup::new(["h:1"]).label("__meta_x", "m")]);
    let endpoint = found[0].as_ref().expect("an endpoint");
    assert_eq!(
        endpoint.labels.to_string(),
        r#"{a="1",address="h:1",instance="h:1",interval="1m",job="other",path="/metrics",scheme="http",timeout="10s",was="shop",x="m"}"#
    );
    assert_eq!(endpoint.timeout, Duration::from_millis(500));
}

#[test]
fn labels_of_the_target_win_over_those_of_the_job() {
    let group = TargetGroup::new(["h:1"])
        .label("job", "mine")
        .label("instance", "me")
        .label("__scrape_interval__", "30s")
        .label("__address__", "ignored");
    let found = endpoints(&Job::new("shop"), &[group]);
    let endpoint = found[0].as_ref().expect("an endpoint");
    assert_eq!(endpoint.labels.to_string(), r#"{instance="me",job="mine"}"#);
    assert_eq!((&*endpoint.url, endpoint.interval.as_secs()), ("http://h:1/metrics", 30));
}

#[test]
fn dropped_targets_are_left_out_and_equal_ones_are_one() {
    let mut job = Job::new("shop");
    job.relabel = vec![
        RelabelRule::new(Action::Drop)
            .source_labels(["__address__"])
            .regex("b:.*")
            .build()
            .expect("a rule"),
    ];
    let groups = [TargetGroup::new(["a:1", "b:1", "a:1"]), TargetGroup::new(["a:1", "c:1"])];
    let urls =
        endpoints(&job, &groups).into_iter().map(|endpoint| endpoint.expect("an endpoint").url);
    assert_eq!(urls.collect::<Vec<_>>(), ["http://a:1/metrics", "http://c:1/metrics"]);
}

#[test]
fn what_cannot_be_scraped_is_said_and_the_others_stay() {
    for (label, value, message) in [
        ("__address__", "", "no address"),
        ("__address__", "a/b", "\"a/b\" is not a valid hostname"),
        (
            "__scrape_interval__",
            "x",
            "error parsing scrape interval: not a valid duration string: \"x\"",
        ),
        ("__scrape_interval__", "0s", "scrape interval cannot be 0"),
        ("__scrape_timeout__", "0", "scrape timeout cannot be 0"),
        (
            "__scrape_timeout__",
            "2m",
            "scrape timeout cannot be greater than scrape interval (\"2m\" > \"1m\")",
        ),
    ] {
        let mut job = Job::new("shop");
        let of_bad = RelabelRule::new(Action::Replace).source_labels(["__meta_bad"]).regex("yes");
        job.relabel = vec![of_bad.target_label(label).replacement(value).build().expect("a rule")];
        let groups =
            [TargetGroup::new(["a:1"]).label("__meta_bad", "yes"), TargetGroup::new(["b:1"])];
        let found = endpoints(&job, &groups);
        assert_eq!(found[0].as_ref().expect_err(label).to_string(), message);
        assert!(found[1].is_ok());
    }
}

#[test]
fn samples_are_relabelled_as_the_job_says() {
    let mut job = Job::new("shop");
    job.honor_labels = true;
    job.limits.samples = 7;
    job.fallback = Some(ScrapeProtocol::OpenMetricsText100);
    let found = endpoints(&job, &[TargetGroup::new(["a:1"])]);
    let endpoint = found[0].as_ref().expect("an endpoint");
    let target = job.target(endpoint, |_: &str| ("text/plain".to_owned(), Vec::new()));
    assert_eq!(target.target_labels(), &endpoint.labels);
    assert_eq!(target.interval(), Some(endpoint.interval));
    let shown = format!("{target:?}");
    for part in
        ["honor_labels: true", "samples: 7", "relabel: false", "fallback: Some(OpenMetrics)"]
    {
        assert!(shown.contains(part), "{part} {shown}");
    }
}
