//! The README says what is so.

use std::process::Command;

const README: &str = include_str!("../../README.md");

/// The program of the README, in a file of its own.
mod program {
    include!("readme_program.rs");

    #[test]
    fn runs() {
        main().expect("nothing in it can fail");
    }
}

/// What stands between a fence with these words and the next fence.
fn block(language: &str) -> &str {
    let (_, rest) = README.split_once(&format!("```{language}\n")).expect("there is one");
    rest.split_once("```").expect("it ends").0
}

#[test]
fn the_program_of_the_readme_prints_what_the_readme_says() {
    assert_eq!(block("rust"), include_str!("readme_program.rs"));
    // In a process of its own: tests share one, and what it exposes of itself.
    let tests = std::env::current_exe().expect("it runs");
    let mut command = Command::new(tests);
    let output = command.args(["--exact", "readme::program::runs", "--nocapture"]).output();
    let printed = String::from_utf8(output.expect("it can run again").stdout).expect("text");
    assert!(printed.contains(block("text")), "{printed}");
}

#[test]
fn the_readme_has_one_test_command() {
    let commands: Vec<&str> =
        README.lines().filter(|line| line.starts_with("cargo test")).collect();
    assert_eq!(commands.len(), 1, "`ci/test.sh` runs it: {commands:?}");
}
