//! Sets of cases: finding them, and keeping count.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value as Json;

/// The folder or file of a set, or nothing if there are no corpora.
///
/// # Panics
/// If `PROM_CORPORA` names a folder that is not there.
pub(crate) fn find(set: &str) -> Option<PathBuf> {
    let root = match std::env::var_os("PROM_CORPORA") {
        Some(named) => {
            let named = PathBuf::from(named);
            assert!(named.is_dir(), "PROM_CORPORA names no folder: {}", named.display());
            named
        }
        None => {
            let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora");
            if !beside.is_dir() {
                say("skipped: no corpora");
                return None;
            }
            beside
        }
    };
    Some(root.join(set))
}

/// The cases of a set that is one file of JSON.
pub(crate) fn cases(set: &str) -> Option<Vec<Json>> {
    let path = find(set)?;
    let text = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases = serde_json::from_slice(&text);
    Some(cases.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// The files of a folder whose names end so, sorted.
pub(crate) fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect();
    files.sort();
    files
}

/// The body of a case: `input`, or if that would be no JSON, `input_b64`.
pub(crate) fn input(case: &Json) -> Vec<u8> {
    match case["input"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => bytes(&case["input_b64"]),
    }
}

/// Bytes in base64.
pub(crate) fn bytes(json: &Json) -> Vec<u8> {
    BASE64_STANDARD.decode(string(json)).expect("base64")
}

pub(crate) fn string(json: &Json) -> &str {
    json.as_str().unwrap_or_else(|| panic!("no string: {json}"))
}

pub(crate) fn boolean(json: &Json) -> bool {
    json.as_bool().unwrap_or_else(|| panic!("no boolean: {json}"))
}

pub(crate) fn array(json: &Json) -> &[Json] {
    json.as_array().unwrap_or_else(|| panic!("no array: {json}"))
}

/// How the cases of a set went.
pub(crate) struct Tally {
    set: String,
    cases: usize,
    wrong: Vec<String>,
    apart: Vec<String>,
}

impl Tally {
    pub(crate) fn new(set: impl Into<String>) -> Self {
        Self { set: set.into(), cases: 0, wrong: Vec::new(), apart: Vec::new() }
    }

    /// A case has been tried.
    pub(crate) fn case(&mut self, name: &str, outcome: Result<(), String>) {
        self.cases += 1;
        if let Err(error) = outcome {
            self.wrong.push(format!("{name}: {error}"));
        }
    }

    /// A case is not for this test, or differs for a reason.
    pub(crate) fn apart(&mut self, name: &str, reason: &str) {
        self.apart.push(format!("{name} ({reason})"));
    }

    /// Says how it went.
    ///
    /// # Panics
    /// If a case went wrong, or if there was none.
    pub(crate) fn finish(self) {
        let Self { set, cases, wrong, apart } = self;
        say(&format!("{set}: {cases} cases, {} as expected", cases - wrong.len()));
        for case in &apart {
            say(&format!("{set}: apart: {case}"));
        }
        assert!(cases > 0, "{set}: no cases");
        assert!(wrong.is_empty(), "{set}: {} wrong\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// Compares what is accepted with what should be.
pub(crate) fn verdict<T, E: std::fmt::Display>(
    result: Result<T, E>,
    accept: bool,
) -> Result<(), String> {
    match (result, accept) {
        (Ok(_), true) | (Err(_), false) => Ok(()),
        (Ok(_), false) => Err("accepted".to_owned()),
        (Err(error), true) => Err(format!("refused: {error}")),
    }
}

/// Not `eprintln`, whose words the test harness keeps to itself as long as a test passes.
pub(crate) fn say(text: &str) {
    // In one piece, since other tests speak too.
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}
