//! The scrape part of a `prometheus.yml`.

use std::time::Duration;

use prom_client_testkit::{ConfigError, Credentials, ScrapeConfig, ScrapeProtocol};

/// The one job of a configuration that consists of these lines of it.
fn job(lines: &str) -> prom_client_testkit::Job {
    let lines = lines.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let text = format!("scrape_configs:\n  - job_name: a\n{lines}");
    ScrapeConfig::parse(&text).unwrap_or_else(|error| panic!("{error}")).jobs.remove(0).job
}

fn error(text: &str) -> ConfigError {
    ScrapeConfig::parse(text).expect_err(text)
}

#[test]
fn everything_that_can_be_said_is_read() {
    let job = job("scrape_interval: 30s
scrape_timeout: 5s
metrics_path: /probe
scheme: https
params:
  module: [http_2xx, 'x y']
honor_labels: true
honor_timestamps: no
track_timestamps_staleness: yes
always_scrape_classic_histograms: on
enable_compression: false
follow_redirects: false
scrape_protocols: [PrometheusText0.0.4, OpenMetricsText1.0.0]
fallback_scrape_protocol: PrometheusText1.0.0
sample_limit: 10
target_limit: 3
label_limit: 20
label_name_length_limit: 30
label_value_length_limit: 40
body_size_limit: 2MB
basic_auth: {username: me, password: secret}
relabel_configs:
  - source_labels: [__address__]
    regex: '(.*):\\d+'
    target_label: host
  - action: labeldrop
    regex: tmp
metric_relabel_configs:
  - {action: Drop, source_labels: [__name__], regex: go_.*}
static_configs:
  - targets: ['a:1']");
    assert_eq!((job.interval, job.timeout), (Duration::from_secs(30), Duration::from_secs(5)));
    assert_eq!((&*job.path, &*job.scheme), ("/probe", "https"));
    assert_eq!(job.params["module"], ["http_2xx", "x y"]);
    assert!(job.honor_labels && !job.honor_timestamps);
    assert!(job.track_timestamps_staleness && job.classic_histograms);
    assert!(!job.compression && !job.follow_redirects);
    let protocols = [ScrapeProtocol::PrometheusText004, ScrapeProtocol::OpenMetricsText100];
    assert_eq!(job.protocols, protocols);
    assert_eq!(job.fallback, Some(ScrapeProtocol::PrometheusText100));
    let limits =
        (job.limits.samples, job.limits.labels, job.limits.label_name, job.limits.label_value);
    assert_eq!((limits, job.body_size_limit), ((10, 20, 30, 40), 2 << 20));
    assert_eq!(job.target_limit, 3);
    assert_eq!(job.credentials, Some(Credentials::Basic("me".to_owned(), "secret".to_owned())));
    assert!(!format!("{job:?}").contains("secret"));
    assert_eq!((job.relabel.len(), job.metric_relabel.len()), (2, 1));
}

#[test]
fn what_is_not_said_is_as_in_global_or_as_prometheus_has_it() {
    let config = ScrapeConfig::parse(
        "global: {scrape_interval: 5s, sample_limit: 3, body_size_limit: 7B, target_limit: 5, external_labels: {region: eu}}
scrape_configs:
  - job_name: a
  - job_name: b
    scrape_interval: 1m
    scrape_timeout: 20s
    sample_limit: 0
    body_size_limit: 0B
    target_limit: 9
  - job_name: c
    scrape_interval: 2s
    sample_limit: 4
",
    )
    .expect("a configuration");
    let of = |at: usize| {
        let job = &config.jobs[at].job;
        (&*job.name, job.interval.as_secs(), job.timeout.as_secs(), job.limits.samples)
    };
    assert_eq!([of(0), of(1), of(2)], [("a", 5, 5, 3), ("b", 60, 20, 3), ("c", 2, 2, 4)]);
    // A limit of 0 is that of all jobs.
    let of = |at: usize| (config.jobs[at].job.body_size_limit, config.jobs[at].job.target_limit);
    assert_eq!([of(0), of(1)], [(7, 5), (7, 9)]);
    assert_eq!(config.external_labels.to_string(), r#"{region="eu"}"#);

    let plain = job("");
    assert_eq!(plain, prom_client_testkit::Job::new("a"));
    assert_eq!(job("scrape_interval:\nstatic_configs:"), plain);
    for empty in ["", "# nothing\n", "global:\n", "scrape_configs: []\n", "rule_files: [a.yml]\n"] {
        assert!(ScrapeConfig::parse(empty).expect(empty).jobs.is_empty());
    }
}

#[test]
fn anchors_and_merged_mappings_are_understood() {
    let config = ScrapeConfig::parse(
        "scrape_configs:
  - &base
    job_name: a
    scrape_interval: 5s
    honor_labels: true
  - <<: *base
    job_name: b
    scrape_interval: 7s
",
    )
    .expect("a configuration");
    let b = &config.jobs[1].job;
    assert_eq!((&*b.name, b.interval.as_secs(), b.honor_labels), ("b", 7, true));
}

#[test]
fn scalars_are_the_text_that_is_written() {
    let job = job(
        "params: {a: [1, 0x10, 1.0, yes]}\nrelabel_configs:\n- {target_label: a, replacement: 010}",
    );
    assert_eq!(job.params["a"], ["1", "0x10", "1.0", "yes"]);
    assert!(format!("{:?}", job.relabel).contains("\"010\""));
}

#[test]
fn an_octal_number_is_not_taken_for_another_one() {
    // Of which the reference makes 8.
    let error = error("scrape_configs: [{job_name: a, sample_limit: 010}]");
    assert!(error.to_string().contains("expected a whole number, found `010`"), "{error}");
}

#[test]
fn sizes_are_powers_of_1024() {
    for (text, bytes) in [("0", 0), ("1B", 1), ("2KB", 2048), ("2KiB", 2048), ("1GB", 1 << 30)] {
        assert_eq!(job(&format!("body_size_limit: {text}")).body_size_limit, bytes, "{text}");
    }
}

#[test]
fn native_histograms_have_limits_and_scrapes_more_reports() {
    let job = job(
        "native_histogram_bucket_limit: 160\nnative_histogram_min_bucket_factor: 1.1\nextra_scrape_metrics: yes",
    );
    assert_eq!((job.limits.buckets, job.min_bucket_factor, job.extra_metrics), (160, 1.1, true));
    let global = "global: {extra_scrape_metrics: true}
scrape_configs: [{job_name: a}, {job_name: b, extra_scrape_metrics: false}]";
    let jobs = ScrapeConfig::parse(global).expect("a configuration").jobs;
    assert_eq!([true, false], [jobs[0].job.extra_metrics, jobs[1].job.extra_metrics]);
}

#[test]
fn native_histograms_are_asked_for_first() {
    let protocols = job("scrape_native_histograms: true").protocols;
    assert_eq!(protocols[0], ScrapeProtocol::PrometheusProto);
    assert_eq!(protocols[1..], ScrapeProtocol::DEFAULT);
}

/// What messages say that are about something that Prometheus does, or takes.
pub(crate) const NOT_IN_THE_REFERENCE: [&str; 3] =
    ["is not supported by the kit", "a second document", "a refresh_interval of 0s"];

/// Configurations that are refused, with the line, the column and the message.
pub(crate) fn mistakes() -> Vec<(String, usize, usize, &'static str)> {
    const JOB: &str = "scrape_configs:\n  - job_name: a\n    ";
    vec![
        // YAML itself.
        ("a: [\n".to_owned(), 2, 1, ""),
        ("a: 1\na: 2\n".to_owned(), 2, 1, "duplicate"),
        ("- a\n".to_owned(), 1, 1, "expected a mapping, found a list"),
        ("--- {}\n--- {}\n".to_owned(), 2, 5, "a second document"),
        ("- ".repeat(50_000), 1, 201, "nested deeper than 100 levels"),
        // Keys.
        ("globl: {}\n".to_owned(), 1, 1, "unknown key `globl` in the configuration"),
        ("global: {scrape: 1s}\n".to_owned(), 1, 10, "unknown key `scrape` in global"),
        (
            format!("{JOB}zone: a\n    interval: 1s\n"),
            3,
            5,
            "unknown key `zone` in a scrape config",
        ),
        (
            format!("{JOB}kubernetes_sd_configs: []\n"),
            3,
            5,
            "`kubernetes_sd_configs` of a scrape config is not supported by the kit",
        ),
        (
            format!("{JOB}tls_config: {{}}\n"),
            3,
            5,
            "`tls_config` of a scrape config is not supported by the kit",
        ),
        (
            format!("{JOB}relabel_configs:\n    - {{source: [a]}}\n"),
            4,
            8,
            "unknown key `source` in a relabeling rule",
        ),
        (
            format!("{JOB}static_configs:\n    - {{target: [a]}}\n"),
            4,
            8,
            "unknown key `target` in a target group",
        ),
        // Values.
        (format!("{JOB}scrape_interval: 5x\n"), 3, 22, "unknown unit \"x\" in duration \"5x\""),
        (format!("{JOB}honor_labels: maybe\n"), 3, 19, "expected `true` or `false`, found `maybe`"),
        (format!("{JOB}honor_labels: 'true'\n"), 3, 19, "expected a value, found a text in quotes"),
        (format!("{JOB}honor_labels: tRUE\n"), 3, 19, "found `tRUE`"),
        (format!("{JOB}sample_limit: \"1\"\n"), 3, 19, "expected a value, found a text in quotes"),
        (format!("{JOB}sample_limit: -1\n"), 3, 19, "expected a whole number, found `-1`"),
        (format!("{JOB}body_size_limit: 1XB\n"), 3, 22, "not a size: \"1XB\""),
        (format!("{JOB}metrics_path: [a]\n"), 3, 19, "expected a text, found a list"),
        (format!("{JOB}static_configs: a\n"), 3, 21, "expected a list, found a scalar"),
        (format!("{JOB}scrape_protocols: []\n"), 3, 23, "scrape_protocols cannot be empty"),
        (
            format!("{JOB}scrape_protocols: [PrometheusText0.0.4, PrometheusText0.0.4]\n"),
            3,
            45,
            "duplicated protocol PrometheusText0.0.4 in scrape_protocols",
        ),
        (
            format!("{JOB}fallback_scrape_protocol: text\n"),
            3,
            31,
            "unknown scrape protocol text, supported: [OpenMetricsText0.0.1 OpenMetricsText1.0.0 PrometheusProto PrometheusText0.0.4 PrometheusText1.0.0]",
        ),
        // What does not go together.
        (
            format!("{JOB}scrape_interval: 5s\n    scrape_timeout: 6s\n"),
            4,
            21,
            "scrape timeout greater than scrape interval for scrape config with job name \"a\"",
        ),
        (
            "global:\n  scrape_timeout: 2m\n".to_owned(),
            2,
            19,
            "global scrape timeout greater than scrape interval",
        ),
        ("scrape_configs:\n- scrape_interval: 5s\n".to_owned(), 2, 3, "job_name is empty"),
        ("scrape_configs:\n-\n".to_owned(), 2, 2, "empty or null scrape config section"),
        (
            format!("{JOB}\n  - job_name: a\n"),
            4,
            15,
            "found multiple scrape configs with job name \"a\"",
        ),
        (
            format!("{JOB}basic_auth: {{}}\n    authorization: {{}}\n"),
            4,
            20,
            "at most one of basic_auth, oauth2 & authorization must be configured",
        ),
        (
            format!("{JOB}authorization: {{type: Basic}}\n"),
            3,
            27,
            "authorization type cannot be set to \"basic\", use \"basic_auth\" instead",
        ),
        (
            format!("{JOB}basic_auth: {{password_file: a}}\n"),
            3,
            18,
            "`password_file` of basic_auth is not supported by the kit",
        ),
        // Targets.
        (
            format!("{JOB}static_configs:\n    - targets: ['http://a:1']\n"),
            4,
            17,
            "\"http://a:1\" is not a valid hostname",
        ),
        (
            format!("{JOB}static_configs:\n    - labels: {{'': a}}\n"),
            4,
            16,
            "\"\" is not a valid label name",
        ),
        (
            format!("{JOB}file_sd_configs:\n    - files: [a.txt]\n"),
            4,
            15,
            "path name \"a.txt\" is not valid for file discovery",
        ),
        (
            format!("{JOB}file_sd_configs:\n    - files: ['*/a.json']\n"),
            4,
            15,
            "path name \"*/a.json\" is not valid for file discovery",
        ),
        (
            format!("{JOB}file_sd_configs:\n    - files: []\n"),
            4,
            7,
            "file service discovery config must contain at least one path name",
        ),
        (
            format!("{JOB}file_sd_configs:\n    - files: [a.json]\n      refresh_interval: 0s\n"),
            5,
            25,
            "a refresh_interval of 0s",
        ),
        // Rules: at the field that is wrong.
        (
            format!("{JOB}relabel_configs:\n    - regex: 'a('\n      target_label: b\n"),
            4,
            14,
            "not a regular expression: `a(`: unclosed group",
        ),
        (
            format!("{JOB}relabel_configs:\n    - action: frob\n"),
            4,
            15,
            "unknown relabel action \"frob\"",
        ),
        (
            format!("{JOB}metric_relabel_configs:\n    - source_labels: [a]\n"),
            4,
            7,
            "relabel configuration for replace action requires 'target_label' value",
        ),
        (
            format!(
                "{JOB}relabel_configs:\n    - action: labeldrop\n      regex: a\n      separator: ','\n"
            ),
            4,
            15,
            "labeldrop action requires only 'regex', and no other fields",
        ),
    ]
}

#[test]
fn mistakes_have_their_place() {
    for (text, line, column, message) in mistakes() {
        let error = error(&text);
        assert!(error.message().contains(message), "{text}\n{error}");
        assert_eq!((error.line(), error.column()), (line, column), "{text}\n{error}");
    }
}

#[test]
fn a_small_text_does_not_become_a_large_one_by_its_aliases() {
    let level = |i: usize| format!("a{i}: &a{i} [{}]\n", format!("*a{},", i - 1).repeat(10));
    let levels: String = (1..9).map(level).collect();
    let error = error(&format!("a0: &a0 [x]\n{levels}"));
    assert!(error.message().contains("alias expansion"), "{error}");
}

#[test]
fn the_caret_stands_under_the_mistake() {
    let error = error("scrape_configs:\n- job_name: é\n  static_configs:\n  - targets: ['é/ü']\n");
    let expected = "\
line 4, column 15: \"é/ü\" is not a valid hostname
  |
4 |   - targets: ['é/ü']
  |               ^^^^^";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_file_that_is_not_there_is_an_error_of_reading() {
    let error = ScrapeConfig::read("/nowhere/at/all.yml").expect_err("no file");
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(scrape_configs:|global:|- |job_name: |[a-z]{1,3}: |\\[|\\]|\\{|\\}|\n|  |'|\"|&a |\\*a|<<: |[0-9]s|é|:|,|#|\t|\\|\n|>\n){0,20}") {
        if let Err(error) = ScrapeConfig::parse(&text) {
            let _ = error.to_string();
        }
    }
}
