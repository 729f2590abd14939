//! `promql-test`: run test scripts, and say how they went.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use prom_client_testkit::script::{Outcome, Script};

/// What to run.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct PromqlTest {
    pub(crate) files: Vec<OsString>,
    /// Whether to say why cases are skipped.
    pub(crate) verbose: bool,
}

/// Runs all of them, and fails if a case does or if a script cannot be read.
pub(crate) fn run(command: &PromqlTest) -> ExitCode {
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let mut out = String::new();
    for file in &command.files {
        let name = file.to_string_lossy();
        let script = std::fs::read_to_string(file)
            .map_err(|error| error.to_string())
            .and_then(|text| Script::parse(&text).map_err(|error| error.to_string()));
        let report = match script {
            Ok(script) => script.run(),
            Err(error) => {
                failed += 1;
                out.push_str(&format!("{name}: {error}\n"));
                continue;
            }
        };
        for case in &report.cases {
            let shown = match case.outcome {
                Outcome::Passed => false,
                Outcome::Failed(_) => true,
                Outcome::Skipped(_) => command.verbose,
            };
            if shown {
                out.push_str(&format!("{name}: {case}\n"));
            }
        }
        let counts = (report.passed(), report.failed(), report.skipped());
        out.push_str(&format!(
            "{name}: {} passed, {} failed, {} skipped\n",
            counts.0, counts.1, counts.2
        ));
        (passed, failed, skipped) = (passed + counts.0, failed + counts.1, skipped + counts.2);
    }
    out.push_str(&format!("{passed} passed, {failed} failed, {skipped} skipped\n"));
    // Whoever reads it may have had enough.
    let _ = io::stdout().write_all(out.as_bytes());
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
