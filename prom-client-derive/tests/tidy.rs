//! The tree keeps its own rules.

use std::fs;
use std::path::{Path, PathBuf};

/// A file longer than this does more than one thing.
const MOST_LINES: usize = 400;

/// All files of `src`, with their texts.
fn files() -> Vec<(PathBuf, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the crate") {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).expect("a file of the crate");
                files.push((path, text));
            }
        }
    }
    assert!(!files.is_empty(), "no files");
    files
}

#[test]
fn files_are_short_say_what_they_are_and_have_nothing_left_over() {
    let mut wrong = Vec::new();
    for (path, text) in files() {
        let mut note = |what: &str| wrong.push(format!("{}: {what}", path.display()));
        if !text.starts_with("//! ") {
            note("no `//!` at the top");
        }
        if text.lines().count() > MOST_LINES {
            note("too long");
        }
        for left in ["TODO", "FIXME", ".unwrap()", "println!", "dbg!", "unsafe "] {
            if text.contains(left) {
                note(left);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn models_know_nothing_of_expansion_and_derives_nothing_of_each_other() {
    let mut wrong = Vec::new();
    for (path, text) in files() {
        let inside = |folder: &str| path.iter().any(|part| part == folder);
        for (folder, others) in [
            ("label", ["crate::metrics", "crate::call"]),
            ("metrics", ["crate::label", "crate::call"]),
            ("call", ["crate::label", "crate::metrics"]),
        ] {
            for other in others.into_iter().filter(|other| inside(folder) && text.contains(other)) {
                wrong.push(format!("{}: imports {other}", path.display()));
            }
        }
        let checks = ["model.rs", "field.rs", "argument.rs", "function.rs"];
        if checks.iter().any(|file| path.ends_with(file)) && text.contains("super::expand") {
            wrong.push(format!("{}: imports an expansion", path.display()));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
