//! The text format, lenient beside Prometheus and strict beside its reference parser.

use std::fs;

use prom_client_testkit::{Format, Parser};

use super::corpus::{Tally, array, boolean, cases, files, find, input, string, verdict};
use super::families;

#[test]
fn conformance_text_of_prometheus() {
    let set = "derived-cases/prometheus-text-0.0.4.json";
    let Some(cases) = cases(set) else { return };
    let mut tally = Tally::new(set);
    for (i, case) in cases.iter().enumerate() {
        let parsed = Parser::new(Format::Text).parse(&input(case));
        let outcome = verdict(parsed, boolean(&case["accept"]));
        tally.case(&format!("{i} {}", string(&case["source"])), outcome);
    }
    tally.finish();
}

#[test]
fn conformance_text_of_the_reference_parser() {
    let set = "derived-cases/expfmt-text-parser.json";
    let Some(cases) = cases(set) else { return };
    let mut tally = Tally::new(set);
    for (i, case) in cases.iter().enumerate() {
        let parsed = Parser::new(Format::Text).strict().parse(&input(case));
        let outcome = verdict(parsed, boolean(&case["accept"]));
        tally.case(&format!("{i} {}", string(&case["source"])), outcome);
    }
    tally.finish();
}

#[test]
fn conformance_text_of_pythons_library() {
    let set = "derived-cases/client_python-text-0.0.4.json";
    let Some(cases) = cases(set) else { return };
    let mut tally = Tally::new(set);
    for (i, case) in cases.iter().enumerate() {
        let name = format!("{i} {}", string(&case["test"]));
        let body = input(case);
        let accept = boolean(&case["accept"]);
        let parsed = Parser::new(Format::Text).parse(&body);
        if accept && only_that_library_takes(&String::from_utf8_lossy(&body)) {
            tally.apart(&name, "Prometheus refuses it");
            tally.case(&name, verdict(parsed, false));
            continue;
        }
        let outcome = match &parsed {
            Ok(exposition) if accept => families::compare(exposition, array(&case["families"])),
            _ => verdict(parsed, accept),
        };
        tally.case(&name, outcome);
    }
    tally.finish();
}

/// Prometheus wants a label before the first comma, and one blank before a type.
fn only_that_library_takes(text: &str) -> bool {
    let comma_first = text.replace([' ', '\t'], "").contains("{,");
    let two_blanks = text.lines().filter(|line| line.starts_with('#')).any(|line| {
        let name = line.split_once("TYPE").map(|(_, rest)| rest.trim_start());
        name.and_then(|name| name.split_once(' ')).is_some_and(|(_, kind)| kind.starts_with(' '))
    });
    comma_first || two_blanks
}

#[test]
fn conformance_whole_scrapes() {
    let mut tally = Tally::new("whole scrapes");
    for (set, end, format, strict) in [
        ("node-exporter", ".txt", Format::Text, true),
        ("node-exporter", ".prom", Format::Text, true),
        ("prometheus-textparse", ".prom.txt", Format::Text, false),
        ("prometheus-textparse", ".om.txt", Format::OpenMetrics, false),
        ("prometheus-textparse", ".nometa.txt", Format::Text, false),
        ("client_java", "debug-text.txt", Format::Text, true),
        ("client_java", "debug-openmetrics.txt", Format::OpenMetrics, true),
    ] {
        let Some(folder) = find(set) else { return };
        for file in files(&folder, end) {
            let body = fs::read(&file).expect("a scrape");
            let lenient = Parser::new(format);
            let parsed = lenient.parse(&body);
            let mut outcome = verdict(parsed.as_ref(), true);
            if let Ok(parsed) = &parsed {
                // Every line that is no comment is a sample.
                let lines = body.split(|b| *b == b'\n');
                let samples =
                    lines.filter(|line| !line.is_empty() && !line.starts_with(b"#")).count();
                if parsed.samples().count() != samples {
                    outcome = Err(format!("{} of {samples} samples", parsed.samples().count()));
                } else if strict && lenient.strict().parse(&body).as_ref() != Ok(parsed) {
                    outcome = Err("strict reading gives something else".to_owned());
                }
            }
            tally.case(&file.file_name().expect("a file").to_string_lossy(), outcome);
        }
    }
    tally.finish();
}

#[test]
fn conformance_the_example_of_the_documentation() {
    let Some(folder) = find("text-doc-example") else { return };
    let mut tally = Tally::new("text-doc-example");
    for file in files(&folder, ".prom") {
        let body = fs::read(&file).expect("the example");
        // It has a line without a value, and with that mended a time before 1970, which servers refuse.
        let outcome = verdict(Parser::new(Format::Text).parse(&body), false);
        tally.case(&file.to_string_lossy(), outcome);
    }
    tally.finish();
}
