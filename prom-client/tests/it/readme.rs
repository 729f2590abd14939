//! The README says what is so.

#[cfg(feature = "derive")]
use std::process::Command;

const README: &str = include_str!("../../README.md");

/// The program of the README, in a file of its own.
#[cfg(feature = "derive")]
mod program {
    include!("readme_program.rs");

    #[test]
    fn runs() {
        main().expect("nothing in it can fail");
    }
}

/// What stands between a fence with these words and the next fence.
#[cfg(feature = "derive")]
fn block(language: &str) -> &str {
    let (_, rest) = README.split_once(&format!("```{language}\n")).expect("there is one");
    rest.split_once("```").expect("it ends").0
}

#[cfg(feature = "derive")]
#[test]
fn the_program_of_the_readme_prints_what_the_readme_says() {
    assert_eq!(block("rust"), include_str!("readme_program.rs"));
    // In a process of its own: tests share one, and what it exposes of itself.
    let tests = std::env::current_exe().expect("it runs");
    let mut command = Command::new(tests);
    let output = command.args(["--exact", "readme::program::runs", "--nocapture"]).output();
    let printed = String::from_utf8(output.expect("it can run again").stdout).expect("text");
    // All but the time that it took.
    let (before, after) = block("text").split_once("0.000031").expect("it takes some time");
    assert!(printed.contains(before) && printed.contains(after), "{printed}");
}

#[test]
fn the_readme_has_one_test_command() {
    let commands: Vec<&str> =
        README.lines().filter(|line| line.starts_with("cargo test")).collect();
    assert_eq!(commands.len(), 1, "`ci/test.sh` runs it: {commands:?}");
}
