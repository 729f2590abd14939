//! OpenMetrics, strict beside its reference parser and lenient beside Prometheus.

use std::fs;

use prom_client_testkit::{Format, Parser};
use serde_json::Value as Json;

use super::corpus::{Tally, array, boolean, cases, files, find, input, string, verdict};
use super::families;

fn strict() -> Parser {
    Parser::new(Format::OpenMetrics).strict()
}

fn lenient() -> Parser {
    Parser::new(Format::OpenMetrics)
}

#[test]
fn conformance_openmetrics_parsers() {
    let Some(folder) = find("openmetrics-parsers") else { return };
    let mut tally = Tally::new("openmetrics-parsers");
    for case in files(&folder, "").iter().filter(|path| path.is_dir()) {
        let about = fs::read(case.join("test.json")).expect("a description");
        let about: Json = serde_json::from_slice(&about).expect("JSON");
        let body = fs::read(case.join(string(&about["file"]))).expect("an exposition");
        let name = case.file_name().expect("it was found").to_string_lossy().into_owned();
        tally.case(&name, verdict(strict().parse(&body), boolean(&about["shouldParse"])));
    }
    tally.finish();
}

#[test]
fn conformance_openmetrics_of_pythons_library() {
    let set = "derived-cases/client_python-openmetrics-1.0.json";
    let Some(cases) = cases(set) else { return };
    let mut tally = Tally::new(set);
    for (i, case) in cases.iter().enumerate() {
        let name = format!("{i} {}", string(&case["test"]));
        let samples = case["families"].as_array().into_iter().flatten();
        let mut samples = samples.flat_map(|family| array(&family["samples"]));
        if samples.any(|sample| !sample["native_histogram"].is_null()) {
            tally.apart(&name, "a draft of native histograms, in no specification");
            continue;
        }
        let body = input(case);
        let parsed = strict().parse(&body);
        let outcome = match &parsed {
            Ok(exposition) if boolean(&case["accept"]) => {
                families::compare(exposition, array(&case["families"]))
            }
            _ => verdict(parsed, boolean(&case["accept"])),
        };
        tally.case(&name, outcome);
    }
    tally.finish();
}

#[test]
fn conformance_openmetrics_of_prometheus() {
    let set = "derived-cases/prometheus-openmetrics.json";
    let Some(cases) = cases(set) else { return };
    let mut tally = Tally::new(set);
    for (i, case) in cases.iter().enumerate() {
        let outcome = verdict(lenient().parse(&input(case)), boolean(&case["accept"]));
        tally.case(&format!("{i} {}", string(&case["source"])), outcome);
    }
    tally.finish();
}

#[test]
fn conformance_examples_of_the_openmetrics_specification() {
    let set = "openmetrics1-spec-examples";
    let Some(folder) = find(set) else { return };
    let mut tally = Tally::new(set);
    let index = cases("openmetrics1-spec-examples/index.json").expect("it is beside the examples");
    for case in &index {
        let name = string(&case["file"]);
        let body = fs::read(folder.join(name)).expect("an example");
        let strict = verdict(strict().parse(&body), boolean(&case["client_python_strict"]));
        let lenient = verdict(lenient().parse(&body), boolean(&case["prometheus_3_14"]));
        tally.case(name, strict.and(lenient));
    }
    tally.finish();
}
