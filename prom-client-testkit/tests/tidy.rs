//! The tree keeps its own rules: who may import whom, what every file has.
//!
//! These are checks of text, line by line, on the layout that rustfmt gives.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Who may import whom, besides the standard library and other crates. What is not here is forbidden.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("parse", &["model"]),
    ("lint", &["model"]),
    ("promql", &["model", "store"]),
    ("draw", &["model"]),
    ("store", &["model"]),
    ("scrape", &["model", "parse", "store"]),
    ("assert", &["model", "parse"]),
    ("script", &["model", "promql", "store", "assert"]),
    ("source", &["model", "promql", "scrape", "store"]),
    ("lab", &["model", "scrape", "store", "assert", "source"]),
];

/// What belongs to no layer: the root, which exports them all, and the command, which uses the exports.
const ABOVE_ALL: &[&str] = &["lib", "bin"];

/// A file longer than this does more than one thing.
const MOST_LINES: usize = 600;

/// A file of `src`.
struct File {
    path: PathBuf,
    /// The path of its module: `["parse", "text"]`.
    module: Vec<String>,
    text: String,
}

/// All Rust files in these folders, but for those that say that they are generated.
fn files(folders: &[&str]) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the crate") {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a file of the crate");
                if text.contains("// @generated") {
                    continue;
                }
                let inside =
                    path.strip_prefix(root).expect("it was found there").with_extension("");
                let parts = inside.iter().skip(1).map(|part| part.to_string_lossy().into_owned());
                files.push(File { module: parts.collect(), path, text });
            }
        }
    }
    assert!(!files.is_empty(), "no files");
    println!("looked at {} files", files.len());
    files
}

/// The lines with their numbers, and without comments.
fn code(file: &File) -> impl Iterator<Item = (usize, &str)> {
    file.text.lines().enumerate().map(|(i, line)| {
        let comment = line
            .match_indices("//")
            .find(|(at, _)| line[..*at].matches('"').count() % 2 == 0)
            .map_or(line.len(), |(at, _)| at);
        (i + 1, &line[..comment])
    })
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn modules_import_only_what_the_layers_allow() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for file in files(&["src"]) {
        let layer = &*file.module[0];
        seen.insert(layer.to_owned());
        if ABOVE_ALL.contains(&layer) {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            wrong.push(format!("{}: `{layer}` is in no layer", file.path.display()));
            continue;
        };
        for (number, line) in code(&file) {
            let paths = line.match_indices("crate::").map(|(at, path)| &line[at + path.len()..]);
            // As many `super::` as lead to the root are a way around `crate::`.
            let to_root = "super::".repeat(file.module.len());
            let around = line.match_indices(&to_root).map(|(at, path)| &line[at + path.len()..]);
            for imported in paths.chain(around).map(word) {
                let known = LAYERS.iter().any(|(name, _)| *name == imported);
                if imported != layer && !allowed.contains(&imported) && known {
                    wrong.push(format!(
                        "{}:{number}: `{layer}` must not import `{imported}`",
                        file.path.display()
                    ));
                }
            }
        }
    }
    let all: BTreeSet<String> = LAYERS
        .iter()
        .map(|(layer, _)| (*layer).to_owned())
        .chain(ABOVE_ALL.iter().map(|name| (*name).to_owned()))
        .collect();
    assert_eq!(seen, all, "layers and folders");
    report(&wrong);
}

#[test]
fn the_kit_knows_nothing_of_prom_client() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("a manifest");
    let depends = manifest.lines().filter(|line| line.trim_start().starts_with("prom-client"));
    let depends: Vec<&str> = depends.collect();
    assert!(depends.is_empty(), "{depends:?}");
    let mut wrong = Vec::new();
    for file in files(&["src", "tests"]) {
        for (number, line) in code(&file) {
            if line.contains("prom_client::") && !file.path.ends_with("tidy.rs") {
                wrong.push(format!("{}:{number}: {line}", file.path.display()));
            }
        }
    }
    report(&wrong);
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    let files = files(&["src", "tests"]);
    let silent = files.iter().filter(|file| !file.text.starts_with("//! "));
    let silent = silent.map(|file| format!("{}: no `//!` at the top", file.path.display()));
    report(&silent.collect::<Vec<_>>());
}

#[test]
fn no_file_is_longer_than_600_lines() {
    let files = files(&["src", "tests"]);
    let long = files.iter().map(|file| (file, file.text.lines().count()));
    let long = long.filter(|(_, lines)| *lines > MOST_LINES);
    let long = long.map(|(file, lines)| format!("{}: {lines} lines", file.path.display()));
    report(&long.collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_over_from_writing() {
    let mut wrong = Vec::new();
    for file in files(&["src", "tests"]) {
        if file.path.ends_with("tidy.rs") {
            continue;
        }
        let command = file.module[0] == "bin";
        let of_library = file.path.starts_with(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        for (number, line) in code(&file) {
            let place = format!("{}:{number}", file.path.display());
            if of_library && line.contains(".unwrap()") {
                wrong.push(format!("{place}: `.unwrap()`; say with `expect` why it cannot fail"));
            }
            if of_library
                && !command
                && ["println!", "print!", "eprint!"].iter().any(|p| line.contains(p))
            {
                wrong.push(format!("{place}: prints"));
            }
        }
        for (i, line) in file.text.lines().enumerate() {
            if ["TODO", "FIXME", "XXX", "dbg!"].iter().any(|left| line.contains(left)) {
                wrong.push(format!("{}:{}: {line}", file.path.display(), i + 1));
            }
        }
    }
    report(&wrong);
}
