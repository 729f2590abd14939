//! Configurations beside a real Prometheus and its promtool: the same targets, and the same refused.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::Duration;

use prom_client_testkit::{Lab, Labels, ScrapeConfig};
use serde_json::Value as Json;

use crate::config::{NOT_IN_THE_REFERENCE, mistakes};
use crate::real::{Server, program, until};

/// What rules do to targets, in ways that all versions of the server agree on. It scrapes nothing in the meantime.
const CONFIG: &str = r"
global: {scrape_interval: 1h}
scrape_configs:
  - job_name: shop
    params: {m: [x y, 'z&'], n: []}
    metrics_path: 'q?r#s%t'
    static_configs:
      - targets: ['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:1']
        labels: {Zone: EU, __meta_x: m1, __meta_y: '', a: foo, b: bar}
      - targets: ['127.0.0.1:3']
        labels: {job: mine, instance: me, __scrape_interval__: 90m, __scheme__: https, __metrics_path__: ''}
      - targets: ['drop:1']
    relabel_configs:
      - {action: drop, source_labels: [__address__], regex: 'drop.*'}
      - {action: labelmap, regex: __meta_(.+)}
      - {action: hashmod, source_labels: [a, b], modulus: 1000, target_label: h}
      - {action: lowercase, source_labels: [Zone], target_label: low}
      - {action: uppercase, source_labels: [a, b], separator: 'ßİ', target_label: up}
      - {source_labels: [a, b], regex: '(f.*);(?P<n>b.*)', target_label: 'r_$1', replacement: '$n-$$-${1}x-$1x-$'}
      - {target_label: const, replacement: c}
      - {source_labels: [nope], target_label: b}
      - {source_labels: [a], regex: '\w+', target_label: __param_n, replacement: '$0'}
      - {source_labels: [__scrape_interval__, __scrape_timeout__, __scheme__, __metrics_path__, __param_m], target_label: seen}
      - {source_labels: [a], regex: '', target_label: never, replacement: x}
      - {source_labels: [a], regex: 'o', target_label: never2, replacement: x}
      - {action: labeldrop, regex: 'Zo.*'}
";

#[test]
fn a_real_server_finds_the_same_targets() {
    let Some(prometheus) = program("prometheus") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("prometheus.yml"), CONFIG).expect("a file");
    let server = Server::start(&prometheus, folder.path(), &[]);
    let theirs: BTreeSet<(String, Labels)> = targets(&server)
        .iter()
        .map(|target| {
            let labels = target["labels"].as_object().expect("labels").iter();
            let labels = labels.map(|(name, value)| (&**name, value.as_str().expect("a text")));
            (target["scrapeUrl"].as_str().expect("a URL").to_owned(), labels.collect())
        })
        .collect();

    let config = ScrapeConfig::parse(CONFIG).unwrap_or_else(|error| panic!("{error}"));
    let ours: BTreeSet<(String, Labels)> = config.jobs[0]
        .endpoints()
        .map(|endpoint| endpoint.expect("an endpoint"))
        .map(|endpoint| (endpoint.url, endpoint.labels))
        .collect();
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), 3);
}

#[test]
fn a_target_that_is_no_longer_listed_ends_as_in_a_real_server() {
    let Some(prometheus) = program("prometheus") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let list = |targets: &str| {
        // As one step: half a file would be read too.
        fs::write(folder.path().join("new"), format!("[{{\"targets\": [{targets}]}}]"))?;
        fs::rename(folder.path().join("new"), folder.path().join("targets.json"))
    };
    // Nobody answers there, which `up` says at each scrape as well.
    let (both, second) = ("\"127.0.0.1:1\", \"127.0.0.1:2\"", "\"127.0.0.1:2\"");
    list(both).expect("a file");
    let config = "
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
- job_name: program
  file_sd_configs: [{files: [targets.json], refresh_interval: 1s}]
";
    let file = folder.path().join("prometheus.yml");
    fs::write(&file, config).expect("a file");
    let server = Server::start(&prometheus, folder.path(), &[]);
    until("scrapes", || (scrapes(&server, "127.0.0.1:1").len() >= 2).then_some(()));
    list(second).expect("a file");
    let last = until("its end", || {
        let last = *scrapes(&server, "127.0.0.1:1").last().expect("it was scraped");
        (up(&server, last + 1.3).len() == 1).then_some(last)
    });
    let theirs = [0.7, 1.3, 60.0].map(|later| up(&server, last + later));

    list(both).expect("a file");
    let text = fs::read_to_string(&file).expect("it was written");
    fs::write(&file, text.replace("refresh_interval: 1s", "refresh_interval: 1ms"))
        .expect("a file");
    let config = ScrapeConfig::read(&file).expect("a configuration");
    let mut lab = Lab::new().with_config(config, |job, endpoint| {
        job.target(endpoint, |_: &str| (String::new(), Vec::new()))
    });
    lab.advance_blocking("5s").expect("a span of time");
    let last = lab.now();
    list(second).expect("a file");
    lab.advance_blocking("1m").expect("a span of time");
    let ours = [700, 1_300, 60_000].map(|later| -> Vec<String> {
        let up = lab.select_at("up", last + Duration::from_millis(later)).expect("a selector");
        up.iter().map(|(labels, _)| labels.get("instance").expect("one").to_owned()).collect()
    });
    assert_eq!(ours, theirs);
    assert_eq!(ours.map(|up| up.len()), [2, 1, 1]);
}

#[test]
fn promtool_refuses_what_is_refused() {
    let Some(promtool) = program("promtool") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("prometheus.yml");
    let accepts = |text: &str| {
        fs::write(&file, text).expect("a file");
        let mut check = Command::new(&promtool);
        let check = check.args(["check", "config", "--syntax-only"]).arg(&file);
        check.output().expect("it runs").status.success()
    };
    assert!(accepts(CONFIG));
    for (text, _, _, message) in mistakes() {
        if !NOT_IN_THE_REFERENCE.iter().any(|own| message.contains(own)) {
            assert!(!accepts(&text), "promtool takes it: {message}\n{text}");
        }
    }
}

/// The active targets, as soon as there are any.
fn targets(server: &Server) -> Vec<Json> {
    until("targets", || {
        let targets = server.ask("targets?state=active")?["activeTargets"].as_array()?.clone();
        Some(targets).filter(|targets| !targets.is_empty())
    })
}

/// The instances of `up` at a moment.
fn up(server: &Server, at: f64) -> Vec<String> {
    let answer = until("an answer", || server.ask(&format!("query?query=up&time={at}")));
    let series = answer["result"].as_array().expect("a vector").iter();
    let mut up: Vec<String> =
        series.map(|one| one["metric"]["instance"].as_str().expect("a text").to_owned()).collect();
    up.sort();
    up
}

/// When an instance was scraped, in seconds.
fn scrapes(server: &Server, instance: &str) -> Vec<f64> {
    let query = format!("query?query=up%7Binstance=%22{instance}%22%7D%5B5m%5D");
    let answer = until("an answer", || server.ask(&query));
    let points = answer["result"][0]["values"].as_array().cloned().unwrap_or_default();
    points.iter().map(|point| point[0].as_f64().expect("a time")).collect()
}
