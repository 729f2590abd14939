//! Programs that are not ours.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use crate::Failure;

/// The program of this name, or nothing if the test is to be skipped.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let found =
        std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|path| path.is_file());
    if found.is_none() {
        missing(name);
    }
    found
}

/// Says that a test is skipped.
///
/// # Panics
/// Where nothing may be missing.
pub(crate) fn missing(name: &str) {
    let required = std::env::var_os("PROM_REQUIRE_SERVERS").is_some_and(|value| value == "1");
    assert!(!required, "PROM_REQUIRE_SERVERS=1, but there is no {name}");
    // Not `eprintln`, whose words the test harness keeps to itself as long as a test passes.
    let _ = writeln!(io::stderr(), "skipped: no {name}");
}

/// Runs a program to its end, with this input.
pub(crate) fn run(command: &mut Command, input: &str) -> Result<Output, Failure> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    // No deadlock: what `promtool` has to say about one exposition fits a pipe.
    child.stdin.take().ok_or("it has an input")?.write_all(input.as_bytes())?;
    Ok(child.wait_with_output()?)
}

/// A program that is killed when the test is over, however it ends.
#[derive(Debug)]
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may be over already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
