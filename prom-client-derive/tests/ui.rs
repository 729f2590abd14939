//! What does not compile, with the errors as users see them, and what does: the files in `tests/ui`.
//!
//! The words around our messages are the compiler's and change with it, so they are compared on one
//! toolchain: the one that `ci/ui.sh` names. After a change, `TRYBUILD=overwrite ci/ui.sh` writes the errors anew; read
//! them before you keep them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The files in a folder and in the folders in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().expect("a folder of the crate");
    entries
        .flat_map(|entry| {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() { files(&path) } else { vec![path] }
        })
        .collect()
}

/// The toolchain that errors are compared on, unless the crate stands alone.
fn wanted() -> Option<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ci/ui.sh");
    let script = std::fs::read_to_string(script).ok()?;
    let line = script.lines().find_map(|line| line.strip_prefix("toolchain="));
    Some(line.expect("the script names a toolchain").to_owned())
}

/// The version of the compiler that builds the tests.
fn used() -> String {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler).arg("--version").output().expect("there is a compiler");
    let version = String::from_utf8(output.stdout).expect("a version is text");
    version.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[test]
fn mistakes_are_errors_in_the_right_place_and_all_else_compiles() {
    let Some(wanted) = wanted() else { return println!("skipped: no ci/ui.sh") };
    let used = used();
    if used != wanted {
        return println!("skipped: other toolchain ({used}, not {wanted})");
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let programs = |kind: &str| {
        let files = files(&folder.join(kind));
        files.iter().filter(|file| file.extension().is_some_and(|end| end == "rs")).count()
    };
    let (fail, pass) = (programs("fail"), programs("pass"));
    println!("{fail} that must fail, {pass} that must pass");
    assert!(fail + pass >= 66, "{fail} and {pass} are too few");

    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/fail/*/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}
