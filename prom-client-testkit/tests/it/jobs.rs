//! Jobs in a lab: targets that come and go by the virtual clock.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use prom_client_testkit::{
    FileDiscovery, Job, JobConfig, Lab, ScrapeConfig, TargetGroup, Timestamp, is_stale,
};

/// A configuration of one job, whose targets are in `targets.yml` beside it.
const CONFIG: &str = "
global: {scrape_interval: 10s, external_labels: {cluster: test}}
scrape_configs:
- job_name: shop
  file_sd_configs: [{files: [targets.yml], refresh_interval: 5s}]
  relabel_configs:
  - {source_labels: [zone], regex: drop, action: drop}
";

/// A lab at 0, whose targets are those of a file. Each one says in which of its lives it is.
fn lab(folder: &Path) -> Lab {
    fs::write(folder.join("prometheus.yml"), CONFIG).expect("a file");
    let config = ScrapeConfig::read(folder.join("prometheus.yml")).expect("it is right");
    let lives = Arc::new(AtomicUsize::new(0));
    Lab::new().starting_at(second(0)).with_config(config, move |job, endpoint| {
        let life = lives.fetch_add(1, Relaxed) + 1;
        let body = format!("same 1\nof_life{{n=\"{life}\"}} 1\n");
        job.target(endpoint, move |_: &str| ("text/plain".to_owned(), body.clone().into()))
    })
}

fn second(at: i64) -> Timestamp {
    Timestamp::from_millis(at * 1_000)
}

/// Says which targets there are.
fn list(folder: &Path, groups: &str) {
    fs::write(folder.join("targets.yml"), groups).expect("a file");
}

fn advance(lab: &mut Lab, seconds: u64) {
    lab.advance_blocking(Duration::from_secs(seconds)).expect("a span of time");
}

/// The seconds at which the only such series has samples; markers are below zero.
fn times(lab: &Lab, selector: &str) -> Vec<i64> {
    let found = lab.store().select(&selector.parse().expect(selector));
    assert_eq!(found.len(), 1, "{selector}");
    let samples = found[0].times().iter().zip(found[0].values());
    samples
        .map(|(at, value)| at.as_millis() / 1_000 * if is_stale(*value) { -1 } else { 1 })
        .collect()
}

#[test]
fn targets_come_and_go_with_their_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut lab = lab(folder.path());
    list(folder.path(), "- targets: ['a:1']\n");
    advance(&mut lab, 20);
    lab.assert_up();
    lab.assert_series("same", [r#"{instance="a:1",job="shop"}"#]);

    // One more, and one that relabelling drops. Both are looked for at 25, and scraped with the others.
    list(folder.path(), "- targets: ['a:1', 'b:1']\n- {targets: ['c:1'], labels: {zone: drop}}\n");
    advance(&mut lab, 20);
    assert_eq!(times(&lab, r#"same{instance="b:1"}"#), [30, 40]);
    lab.assert_absent(r#"up{instance="c:1"}"#);

    // The first one goes. It would have been scraped at 50.
    list(folder.path(), "- targets: ['b:1']\n");
    advance(&mut lab, 20);
    assert_eq!(times(&lab, r#"same{instance="a:1"}"#), [0, 10, 20, 30, 40]);
    advance(&mut lab, 1);
    for series in ["same", "up", "scrape_duration_seconds", "scrape_series_added"] {
        let series = format!(r#"{series}{{instance="a:1"}}"#);
        assert_eq!(times(&lab, &series), [0, 10, 20, 30, 40, -50], "{series}");
        lab.assert_absent(&series);
    }
    lab.assert_up();
    assert_eq!(lab.scrapes().count(), 1);

    // Without its file nothing is left.
    fs::remove_file(folder.path().join("targets.yml")).expect("it was there");
    advance(&mut lab, 40);
    lab.assert_absent("up");
    assert_eq!(times(&lab, r#"up{instance="b:1"}"#), [30, 40, 50, 60, -70]);
}

#[test]
fn a_target_that_comes_back_in_time_goes_on() {
    for (away_until, same, of_first_life) in [
        // It is scraped when it would have been.
        (70, &[60, 70, 80, 90, 100][..], &[60, -70][..]),
        // It is scraped before the markers are written.
        (80, &[60, 80, 90, 100], &[60, -70]),
        // By then they are.
        (82, &[60, -70, 90, 100], &[60, -70]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut lab = lab(folder.path());
        list(folder.path(), "- targets: ['a:1']\n");
        advance(&mut lab, 62);
        list(folder.path(), "");
        advance(&mut lab, away_until - 1 - 62);
        list(folder.path(), "- targets: ['a:1']\n");
        advance(&mut lab, 100 - (away_until - 1));
        let since_60 = |selector: &str| -> Vec<i64> {
            let times = times(&lab, selector);
            times.into_iter().filter(|at| at.abs() >= 60).collect()
        };
        assert_eq!(since_60("same"), same, "{away_until}");
        assert_eq!(since_60("up"), same, "{away_until}");
        assert_eq!(since_60(r#"of_life{n="1"}"#), of_first_life, "{away_until}");
        assert_eq!(since_60(r#"of_life{n="2"}"#).first(), same.iter().find(|at| **at > 60));
    }
}

#[test]
fn another_interval_or_label_is_another_target() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut lab = lab(folder.path());
    list(folder.path(), "- targets: ['a:1', 'a:1']\n");
    advance(&mut lab, 10);
    assert_eq!(lab.scrapes().count(), 1, "each target once");
    list(folder.path(), "- {targets: ['a:1'], labels: {__scrape_interval__: 20s}}\n");
    advance(&mut lab, 50);
    // Found at 15, and scraped at multiples of its interval.
    assert_eq!(times(&lab, "same"), [0, 10, 20, 40, 60]);
    assert_eq!(times(&lab, r#"of_life{n="2"}"#), [20, 40, 60]);
    list(folder.path(), "- {targets: ['a:1'], labels: {__scrape_interval__: 20s, zone: eu}}\n");
    advance(&mut lab, 70);
    assert_eq!(times(&lab, r#"same{zone=""}"#), [0, 10, 20, 40, 60, -80]);
    assert_eq!(times(&lab, r#"same{zone="eu"}"#), [80, 100, 120]);
}

#[test]
fn of_too_many_targets_none_is_asked() {
    let mut shop = JobConfig::new(Job::new("shop"));
    shop.job.interval = Duration::from_secs(10);
    shop.job.target_limit = 2;
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = FileDiscovery::new([folder.path().join("targets.yml")]);
    files = files.refresh_interval(Duration::from_secs(10));
    shop.files.push(files);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    list(folder.path(), "[{targets: [a, b, b]}]");
    let mut lab = Lab::new().starting_at(second(0)).with_job(shop, move |job, endpoint| {
        let count = Arc::clone(&count);
        job.target(endpoint, move |_: &str| {
            count.fetch_add(1, Relaxed);
            ("text/plain".to_owned(), b"x 1\n".to_vec())
        })
    });
    advance(&mut lab, 0);
    list(folder.path(), "[{targets: [a, b, c]}]");
    advance(&mut lab, 10);
    let words = "target_limit exceeded (number of targets: 3, limit: 2)";
    let errors: Vec<_> = lab.scrapes().filter_map(|(_, scrape)| scrape.error.clone()).collect();
    assert_eq!(errors.len(), 3);
    assert!(errors.iter().all(|error| error.to_string() == words), "{errors:?}");
    assert_eq!(asked.load(Relaxed), 2, "before there were too many");
    list(folder.path(), "[{targets: [a, c]}]");
    advance(&mut lab, 10);
    assert_eq!(times(&lab, "x{instance='a'}"), [0, -10, 20]);
    assert_eq!(times(&lab, "up{instance='c'}"), [10, 20]);
    lab.assert_up();
}

#[test]
fn what_cannot_be_found_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut lab = lab(folder.path());
    list(folder.path(), "- targets: ['a:1']\n");
    advance(&mut lab, 10);
    assert_eq!(lab.job_errors().count(), 0);
    list(folder.path(), "- targets: ['b:1'\n");
    advance(&mut lab, 10);
    lab.assert_value("up", 1.0);
    let (job, error) = lab.job_errors().next().expect("the file is broken");
    assert!(job == "shop" && error.to_string().contains("targets.yml: line "), "{error}");
    let claim = catch_unwind(AssertUnwindSafe(|| lab.assert_up())).expect_err("there may be b:1");
    let shown = claim.downcast_ref::<String>().expect("a text");
    assert!(shown.contains("\njob \"shop\": ") && shown.contains("targets.yml: line "), "{shown}");

    list(folder.path(), "- targets: ['a:1', '']\n");
    advance(&mut lab, 10);
    let errors: Vec<String> = lab.job_errors().map(|(_, error)| error.to_string()).collect();
    assert_eq!(errors, ["no address"]);
    list(folder.path(), "- targets: ['a:1']\n");
    advance(&mut lab, 10);
    lab.assert_up();
    assert_eq!(times(&lab, "up"), [0, 10, 20, 30, 40], "it was there all the time");
}

#[test]
fn a_source_that_fails_says_so_until_it_is_refreshed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    fs::write(file("slow.json"), "no list").expect("a file");
    fs::write(file("fast.json"), "[]").expect("a file");
    let mut job = JobConfig::new(Job::new("shop"));
    for (name, seconds) in [("slow.json", 60), ("fast.json", 1)] {
        let every = Duration::from_secs(seconds);
        job.files.push(FileDiscovery::new([file(name)]).refresh_interval(every));
    }
    assert_eq!(job.next_refresh(), Some(Timestamp::from_millis(i64::MIN)));
    let mut lab =
        Lab::new().with_job(job, |job, at| job.target(at, |_: &str| (String::new(), Vec::new())));
    advance(&mut lab, 30);
    fs::write(file("slow.json"), "[]").expect("a file");
    advance(&mut lab, 29);
    assert_eq!(lab.job_errors().count(), 1);
    advance(&mut lab, 1);
    assert_eq!(lab.job_errors().count(), 0);
}

#[test]
fn a_job_goes_with_its_targets() {
    let mut job = JobConfig::new(Job::new("shop"));
    job.job.interval = Duration::from_secs(10);
    job.static_targets.push(TargetGroup::new(["a:1", "b:1"]));
    assert_eq!(job.next_refresh(), None);
    let mut lab = Lab::new()
        .starting_at(second(0))
        .target("other", |_: &str| ("text/plain".to_owned(), b"x 1\n".to_vec()))
        .with_job(job, |job, endpoint| {
            job.target(endpoint, |_: &str| ("text/plain".to_owned(), b"y 1\n".to_vec()))
        });
    advance(&mut lab, 10);
    lab.remove_target("shop");
    advance(&mut lab, 22);
    lab.assert_series("up", [r#"{job="other"}"#]);
    assert_eq!(times(&lab, r#"y{instance="a:1"}"#), [0, 10, -20]);
}
