//! `file_sd`, by a clock that is moved by hand.

use std::fs;
use std::path::Path;
use std::time::Duration;

use prom_client_testkit::{FileDiscovery, ScrapeConfig, Timestamp};

fn at(seconds: f64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

/// The addresses that are known, and the files they come from.
fn found(discovery: &FileDiscovery) -> Vec<(String, String)> {
    let targets = discovery.groups().flat_map(prom_client_testkit::TargetGroup::iter);
    let get = |labels: &prom_client_testkit::Labels, name: &str| {
        labels.get(name).unwrap_or_default().to_owned()
    };
    let file = |path: String| {
        Path::new(&path).file_name().map_or(String::new(), |n| n.to_string_lossy().into_owned())
    };
    targets
        .map(|labels| (get(&labels, "__address__"), file(get(&labels, "__meta_filepath"))))
        .collect()
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).into()
}

#[test]
fn files_are_read_when_it_is_time_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    fs::write(file("a.json"), r#"[{"targets": ["a:1"], "labels": {"zone": "eu"}}]"#)
        .expect("a file");
    fs::write(file("b.yml"), "- targets: ['b:1', 'b:2']\n- targets: [b:3]\n").expect("a file");
    fs::write(file("other.json"), "no JSON").expect("a file");

    let patterns = [file("a*.json"), file("b.yml"), file("missing.yaml")];
    let mut discovery = FileDiscovery::new(patterns).refresh_interval(Duration::from_secs(60));
    assert_eq!(found(&discovery), []);
    assert!(discovery.refresh(at(1000.0)).expect("all is well"));
    let first = pairs([("a:1", "a.json"), ("b:1", "b.yml"), ("b:2", "b.yml"), ("b:3", "b.yml")]);
    assert_eq!(found(&discovery), first);
    let labels = discovery.groups().next().expect("a group").iter().next().expect("a target");
    assert_eq!(labels.get("zone"), Some("eu"));

    // A file more, one that is gone, and one that is changed: nothing is seen before its time.
    fs::write(file("a2.json"), r#"[{"targets": ["a2:1"]}]"#).expect("a file");
    fs::remove_file(file("b.yml")).expect("it was there");
    fs::write(file("a.json"), r#"[{"targets": ["a:9"]}]"#).expect("a file");
    assert!(!discovery.refresh(at(1059.999)).expect("nothing to do"));
    assert_eq!(found(&discovery), first);
    assert!(discovery.refresh(at(1060.0)).expect("all is well"));
    assert_eq!(found(&discovery), pairs([("a:9", "a.json"), ("a2:1", "a2.json")]));

    // A clock that leaps does one refresh, and the next is an interval later.
    assert!(discovery.refresh(at(9000.0)).expect("all is well"));
    assert!(!discovery.refresh(at(9059.0)).expect("nothing to do"));
}

#[test]
fn patterns_are_those_of_the_reference() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a1.json", "a2.json", "b1.json", ".json"] {
        let text = format!("[{{\"targets\": [\"{name}\"]}}]");
        fs::write(folder.path().join(name), text).expect("a file");
    }
    for (pattern, expected) in [
        ("a*.json", &["a1.json", "a2.json"][..]),
        ("*.json", &[".json", "a1.json", "a2.json", "b1.json"]),
        // Two stars are one.
        ("a**.json", &["a1.json", "a2.json"]),
        ("***1.json", &["a1.json", "b1.json"]),
        ("[^a]?.json", &["b1.json"]),
        ("[a-b]1.json", &["a1.json", "b1.json"]),
        ("[.json", &[]),
    ] {
        let mut discovery = FileDiscovery::new([folder.path().join(pattern)]);
        discovery.refresh(at(0.0)).expect("all is well");
        let found: Vec<String> = found(&discovery).into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, expected, "{pattern}");
    }
}

#[test]
fn a_bad_file_keeps_what_it_said_before() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, good, bad) in [
        (
            "a.json",
            r#"[{"targets": ["a:1"]}]"#,
            &[
                ("", "EOF"),
                (r#"[{"target": ["a:1"]}]"#, "unknown field `target`"),
                (r#"[{"targets": "a:1"}]"#, "line 1 column 18"),
                (r#"[{"targets": ["a:2"]}, null]"#, "nil target group item found (index 1)"),
                (r#"[{"targets": ["a:2"]}"#, "EOF"),
                (r#"[{"labels": {"": "b"}}]"#, "\"\" is not a valid label name"),
            ][..],
        ),
        (
            "a.yml",
            "- targets: [a:1]\n",
            &[
                ("targets: [a:1]\n", "expected a list, found a mapping"),
                ("- targets: [a:2\n", "line"),
                ("- target: [a:2]\n", "line 1, column 3: unknown key `target` in a target group"),
                ("- targets: [a:2]\n-\n", "empty or null target group"),
            ][..],
        ),
    ] {
        let path = folder.path().join(name);
        let mut discovery = FileDiscovery::new([&path]).refresh_interval(Duration::from_secs(1));
        fs::write(&path, good).expect("a file");
        discovery.refresh(at(0.0)).expect("all is well");
        for (second, (bad, message)) in bad.iter().enumerate() {
            fs::write(&path, bad).expect("a file");
            let errors = discovery.refresh(at(second as f64 + 1.0)).expect_err(bad);
            let said = errors[0].to_string();
            assert!(errors.len() == 1 && said.contains(message), "{bad}\n{said}");
            assert!(said.starts_with(&*path.to_string_lossy()), "{said}");
            assert_eq!(found(&discovery), pairs([("a:1", name)]), "{bad}");
        }
    }
}

#[test]
fn an_empty_list_is_no_mistake() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in
        [("a.json", "null"), ("b.json", "[]"), ("c.yml", ""), ("d.yaml", "[]"), ("e.json", "[{}]")]
    {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        let mut discovery = FileDiscovery::new([path]);
        assert!(discovery.refresh(at(0.0)).expect(text));
        assert_eq!(found(&discovery), []);
    }
}

#[test]
fn a_configuration_looks_for_files_from_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("prometheus.yml");
    fs::write(&config, "scrape_configs: [{job_name: a, file_sd_configs: [{files: ['t/*.json']}]}]")
        .expect("a file");
    fs::create_dir(folder.path().join("t")).expect("a folder");
    fs::write(folder.path().join("t/x.json"), r#"[{"targets": ["x:1"]}]"#).expect("a file");

    let mut config = ScrapeConfig::read(&config).expect("a configuration");
    let job = &mut config.jobs[0];
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(job.refresh(at(0.0))).expect("all is well");
    let endpoints: Vec<_> =
        job.endpoints().map(|endpoint| endpoint.expect("an endpoint").url).collect();
    assert_eq!(endpoints, ["http://x:1/metrics"]);
}
