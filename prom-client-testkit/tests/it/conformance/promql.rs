//! The test scripts of Prometheus 3.14, by the index of what each case needs.

use std::collections::HashMap;
use std::fs;

use prom_client_testkit::script::{Outcome, Script};

use super::corpus::{Tally, files, find, say};

/// Cases that go another way, by file and line, with the reason.
const APART: &[(&str, usize, &str)] = &[];

/// What the index says of a case.
struct Entry {
    /// Whether a stock server takes it.
    stable: bool,
    /// Whether its data are native histograms.
    native: bool,
}

#[test]
fn conformance_promql_scripts() {
    let Some(folder) = find("promqltest") else { return };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).expect("an index");
    let mut entries: HashMap<(String, usize), Entry> = HashMap::new();
    for line in index.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [file, number, _, _, tier, features, ..] = fields[..] else { panic!("{line}") };
        let native = features.split(',').any(|feature| feature.starts_with("data:nh"));
        let entry = Entry { stable: tier == "stable", native };
        entries.insert((file.to_owned(), number.parse().expect("a line")), entry);
    }
    let mut tally = Tally::new("promqltest");
    let (mut asked, mut passed, mut skipped) = (0, 0, 0);
    for path in files(&folder, ".test") {
        let file = path.file_name().expect("a file").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a file");
        let script = Script::parse(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        for case in script.run().cases {
            let place = format!("{file}:{}", case.line);
            let entry = entries.get(&(file.clone(), case.line));
            let required = entry.is_some_and(|entry| entry.stable && !entry.native);
            asked += usize::from(required);
            let apart = APART.iter().find(|(name, line, _)| *name == file && *line == case.line);
            let outcome = match &case.outcome {
                Outcome::Passed => {
                    passed += 1;
                    Ok(())
                }
                Outcome::Skipped(reason) if required => Err(format!("skipped: {reason}")),
                Outcome::Skipped(_) => {
                    skipped += 1;
                    continue;
                }
                Outcome::Failed(_) => Err(case.to_string()),
            };
            match apart {
                Some((_, _, reason)) if outcome.is_err() => tally.apart(&place, reason),
                Some(_) => panic!("{place} passes, and is listed as one that does not"),
                None => tally.case(&place, outcome),
            }
        }
    }
    say(&format!(
        "promqltest: {asked} stable cases without native histograms; of all, {passed} passed and {skipped} \
         need what the engine does not have"
    ));
    tally.finish();
}
