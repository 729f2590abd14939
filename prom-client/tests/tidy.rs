//! The tree keeps its own rules: who may import whom, where `unsafe` may stand, what every file has.
//!
//! These are checks of text, line by line. They rely on the layout that rustfmt gives and on the house's
//! habits: tests come in a module of their own, comments stand directly above what they explain.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// Who may import whom, besides the standard library and other crates. What is not here is forbidden.
/// Names in braces: only these.
const LAYERS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("desc", &[]),
    ("label", &["desc"]),
    ("snapshot", &["desc", "label"]),
    (
        "storage",
        &["clock", "label::{ExemplarLabels, LabelValues, LabelVisitor, ESCAPED, needs_escape}"],
    ),
    ("metric", &["storage", "snapshot", "desc", "clock", "label::ExemplarLabels"]),
    ("family", &["metric", "label", "storage", "snapshot", "clock"]),
    ("encode", &["snapshot", "desc", "label"]),
    ("registry", &["clock", "desc", "label", "snapshot", "storage", "metric", "family", "encode"]),
    (
        "endpoint",
        &["registry", "encode::{ContentType, Format, thousandths}", "desc", "clock::Instant"],
    ),
    ("exporter", &["endpoint", "registry", "encode::Format"]),
    ("http", &["clock", "desc", "label", "metric", "family", "registry"]),
];

/// What belongs to no layer: the root, which exports them all, and what macros name.
const ABOVE_ALL: &[&str] = &["lib", "__private"];

/// Storage files that use orderings, have no heading `# Orderings`, and need none.
const WITHOUT_ORDERINGS: &[(&str, &str)] = &[
    ("storage/number.rs", "applies the protocol of `cell`"),
    ("storage/distribution.rs", "applies the protocol of `block`"),
    ("storage/exemplars.rs", "applies the protocol of `exemplar`"),
    ("storage/summary.rs", "applies the protocols of `block` and `page`"),
    ("storage/native/layout.rs", "written before a handle is given away"),
    ("storage/native/stages.rs", "explained by the table of `native`"),
    ("storage/window.rs", "keeps what it has under a lock; one word is a hint"),
    ("storage/modelled/sync.rs", "the types that it stands in for promise them"),
    ("storage/map/text.rs", "words are validated by the generation in `record`"),
    ("storage/map/series.rs", "applies the protocols of `index`, `record` and `order`"),
];

/// A file longer than this does more than one thing.
const MOST_LINES: usize = 600;

/// A line of a file of `src`.
struct Line<'a> {
    file: &'a File,
    number: usize,
    /// Without comments.
    code: &'a str,
    /// What stands in a comment, if the line has one.
    comment: Option<&'a str>,
    /// Whether it belongs to tests.
    test: bool,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.path.display(), self.number)
    }
}

/// A file of `src`.
struct File {
    path: PathBuf,
    /// The path of its module: `["storage", "map"]`.
    module: Vec<String>,
    text: String,
    /// Whether all of it belongs to tests.
    test: bool,
}

impl File {
    fn read(root: &Path, path: PathBuf) -> Self {
        let inside = path.strip_prefix(root).expect("it was found there").with_extension("");
        let mut module: Vec<String> =
            inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        let text =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path, module, text, test: false }
    }

    fn layer(&self) -> &str {
        &self.module[0]
    }

    /// The lines, with what is a test marked: all that follows `#[cfg(test)]`, or another `cfg` of tests,
    /// up to the end of that item.
    fn lines(&self) -> Vec<Line<'_>> {
        let mut until: Option<&str> = None;
        let mut lines = Vec::new();
        for (i, text) in self.text.lines().enumerate() {
            let (code, comment) = split_comment(text);
            let (indent, rest) = text.split_at(text.len() - text.trim_start().len());
            let begins = until.is_none() && is_test_attribute(rest);
            if begins {
                until = Some(indent);
            }
            lines.push(Line {
                file: self,
                number: i + 1,
                code,
                comment,
                test: self.test || until.is_some(),
            });
            let ends = |rest: &str| rest == "}" || rest.ends_with(';') || rest.ends_with('}');
            if !begins && until == Some(indent) && ends(rest) {
                until = None;
            }
        }
        lines
    }
}

fn is_test_attribute(line: &str) -> bool {
    let condition = line.strip_prefix("#[cfg(").and_then(|rest| rest.strip_suffix(")]"));
    condition.is_some_and(|condition| {
        let all = condition.strip_prefix("all(").unwrap_or(condition);
        all.split(',').any(|part| words(part).map(|(_, word)| word).eq(["test"]))
    })
}

/// The code of a line and its comment. A `//` within quotes is taken for code.
fn split_comment(line: &str) -> (&str, Option<&str>) {
    let comment =
        line.match_indices("//").find(|(at, _)| line[..*at].matches('"').count() % 2 == 0);
    match comment {
        Some((at, _)) => (&line[..at], Some(line[at..].trim_start_matches(['/', '!']).trim())),
        None => (line, None),
    }
}

/// The identifiers of a line, and where they begin.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + line[rest..].find(is_word)?;
        let end = start + line[start..].find(|c| !is_word(c)).unwrap_or(line.len() - start);
        rest = end;
        Some((start, &line[start..end]))
    })
}

/// All Rust files in a folder of the crate and in the folders in it.
fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the crate") {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
}

/// All files of `src`. Files of modules that are for tests are marked.
fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<File> =
        rust_files("src").into_iter().map(|path| File::read(&root, path)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let tests: Vec<Vec<String>> = files.iter().flat_map(test_modules).collect();
    for file in &mut files {
        file.test = tests.iter().any(|test| file.module.starts_with(test));
    }
    assert!(!files.is_empty(), "no files in {}", root.display());
    println!("looked at {} files", files.len());
    files
}

/// The modules in files of their own that a file declares for tests.
fn test_modules(file: &File) -> Vec<Vec<String>> {
    let parent = if file.module == ["lib"] { &[][..] } else { &file.module };
    let lines = file.lines();
    let declared = lines.iter().filter(|line| line.test).filter_map(|line| {
        line.code.trim().strip_suffix(';')?.rsplit_once("mod ").map(|(_, name)| name.to_owned())
    });
    declared.map(|name| parent.iter().cloned().chain([name]).collect()).collect()
}

/// Fails with all that is wrong, one to a line.
fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn modules_import_only_what_the_layers_allow() {
    let files = files();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for file in &files {
        let layer = file.layer();
        seen.insert(layer.to_owned());
        if ABOVE_ALL.contains(&layer) {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            wrong.push(format!("{}: `{layer}` is in no layer", file.path.display()));
            continue;
        };
        let lines = file.lines();
        for (i, line) in lines.iter().enumerate() {
            // A list of imports may go over several lines.
            let open = line.code.trim_end().ends_with("::{");
            let more = lines[i + 1..].iter().take_while(|line| open && !line.code.contains('}'));
            let code = std::iter::once(line).chain(more).map(|line| line.code).collect::<String>();
            for (module, item) in imports(file, &code) {
                if module != layer && !allows(allowed, &module, &item) {
                    wrong.push(format!("{line}: `{layer}` must not import `{module}::{item}`"));
                }
            }
        }
    }
    for (layer, allowed) in LAYERS {
        for name in allowed.iter().filter_map(|name| name.split("::").next()) {
            assert!(
                LAYERS.iter().any(|(layer, _)| *layer == name),
                "`{layer}` names no layer: `{name}`"
            );
        }
    }
    let all = LAYERS.iter().map(|(layer, _)| *layer).chain(ABOVE_ALL.iter().copied());
    // Layers behind a feature may be absent only as long as they are not written.
    let missing: Vec<&str> =
        all.filter(|layer| !seen.contains(*layer) && *layer != "exporter").collect();
    assert!(missing.is_empty(), "layers without a file: {missing:?}");
    report(&wrong);
}

/// The paths through the root of the crate in a line of code: module, and what is taken from it.
fn imports(file: &File, code: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut take = |path: &str| {
        let end = path.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(path.len());
        let (module, rest) = path.split_at(end);
        let rest = rest.strip_prefix("::").unwrap_or_default();
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default(),
            None => {
                &rest[..rest
                    .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .unwrap_or(rest.len())]
            }
        };
        for name in names.split(',') {
            let item = words(name).next().map_or("*", |(_, item)| item);
            found.push((module.to_owned(), item.to_owned()));
        }
    };
    for (at, _) in code.match_indices("crate::") {
        // `$crate::` stands in macros and is expanded elsewhere.
        let before = code[..at].chars().next_back();
        if !before.is_some_and(|c| c == '$' || c == '_' || c.is_alphanumeric()) {
            take(&code[at + "crate::".len()..]);
        }
    }
    // `super::super::label` from `storage/cell.rs` is `crate::label`.
    let to_root = "super::".repeat(file.module.len());
    for (at, _) in code.match_indices(&to_root) {
        let rest = &code[at + to_root.len()..];
        let inner = code[..at].ends_with("super::");
        let known = words(rest)
            .next()
            .is_some_and(|(at, word)| at == 0 && LAYERS.iter().any(|(name, _)| *name == word));
        if !inner && known {
            take(rest);
        }
    }
    found
}

fn allows(allowed: &[&str], module: &str, item: &str) -> bool {
    allowed.iter().any(|entry| match entry.split_once("::") {
        None => *entry == module,
        Some((name, items)) => name == module && words(items).any(|(_, word)| word == item),
    })
}

#[test]
fn unsafe_code_is_in_storage_and_has_its_proof_directly_above() {
    let mut wrong = Vec::new();
    for file in files() {
        let lines = file.lines();
        for (i, line) in lines.iter().enumerate() {
            if !words(line.code).any(|(_, word)| word == "unsafe") {
                continue;
            }
            if file.layer() != "storage" {
                wrong.push(format!("{line}: `unsafe` outside of storage"));
            }
            // The comments and attributes that stand directly above.
            let above = lines[..i].iter().rev().take_while(|line| {
                line.code.trim().is_empty() && line.comment.is_some()
                    || line.code.trim().starts_with("#[")
            });
            let declares = ["unsafe fn", "unsafe trait", "unsafe extern"]
                .iter()
                .any(|what| line.code.contains(what));
            let wanted = if declares { "# Safety" } else { "SAFETY: " };
            if !above.filter_map(|line| line.comment).any(|comment| comment.starts_with(wanted)) {
                wrong.push(format!("{line}: `unsafe` without `{wanted}` directly above"));
            }
        }
    }
    report(&wrong);
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    let files = files();
    let silent = files.iter().filter(|file| !file.text.starts_with("//! "));
    report(
        &silent
            .map(|file| format!("{}: no `//!` at the top", file.path.display()))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn no_file_is_longer_than_600_lines() {
    let files = files();
    let long =
        files.iter().map(|file| (file, file.text.lines().count())).filter(|(_, n)| *n > MOST_LINES);
    report(
        &long.map(|(file, n)| format!("{}: {n} lines", file.path.display())).collect::<Vec<_>>(),
    );
}

#[test]
fn nothing_is_left_over_from_writing() {
    let mut wrong = Vec::new();
    for file in files() {
        for line in file.lines() {
            let has = |what: &str| line.code.contains(what);
            if !line.test && has(".unwrap()") {
                wrong.push(format!("{line}: `.unwrap()`; say with `expect` why it cannot fail"));
            }
            if !line.test && ["println!", "print!", "eprint!"].iter().any(|what| has(what)) {
                wrong.push(format!("{line}: prints"));
            }
            let both = format!("{} {}", line.code, line.comment.unwrap_or_default());
            for left in ["TODO", "FIXME", "XXX", "dbg"] {
                if words(&both).any(|(_, word)| word == left) {
                    wrong.push(format!("{line}: `{left}`"));
                }
            }
        }
    }
    report(&wrong);
}

#[test]
fn every_protocol_explains_its_orderings() {
    let mut wrong = Vec::new();
    let mut excused = Vec::new();
    for file in files().iter().filter(|file| file.layer() == "storage" && !file.test) {
        let lines = file.lines();
        let uses = lines.iter().any(|line| {
            !line.test && (line.code.contains("Ordering::") || line.code.contains("fence("))
        });
        let explains = lines.iter().any(|line| line.comment == Some("# Orderings"));
        let name = WITHOUT_ORDERINGS.iter().find(|(name, _)| file.path.ends_with(name));
        match (uses && !explains, name) {
            (true, Some((name, _))) => excused.push(*name),
            (true, None) => {
                wrong.push(format!("{}: uses orderings, has no `# Orderings`", file.path.display()))
            }
            (false, Some((name, reason))) => {
                wrong.push(format!("{name}: needs no excuse such as \"{reason}\""))
            }
            (false, None) => {}
        }
    }
    let gone = WITHOUT_ORDERINGS.iter().filter(|(name, _)| !excused.contains(name));
    wrong.extend(gone.map(|(name, _)| format!("{name}: is listed and not there")));
    report(&wrong);
}

/// Tables whose rows end with the tests that show them, and how many rows they have at least. A row may give
/// a reason instead where the table allows that.
const TABLES: &[(&str, usize, bool)] =
    &[("bad-input.md", 41, false), ("client-library-checklist.md", 71, true)];

#[test]
fn the_tests_that_tables_in_the_docs_name_exist() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    if !docs.exists() {
        return println!("skipped: no docs beside the crate");
    }
    let sources = ["src", "tests"].into_iter().flat_map(rust_files);
    let sources: String =
        sources.map(|path| fs::read_to_string(path).expect("a file of the crate")).collect();
    let exists = |test: &str| sources.contains(&format!("fn {test}("));
    let mut wrong = Vec::new();
    for (name, least, reasons) in TABLES {
        let table = fs::read_to_string(docs.join(name)).expect("a table of the docs");
        let head = |line: &&str| !line.starts_with("| Input") && !line.starts_with("| Rule");
        let rows: Vec<&str> =
            table.lines().filter(|line| line.starts_with("| ")).filter(head).collect();
        println!("{name}: {} rows", rows.len());
        assert!(rows.len() >= *least, "{name} has {} rows, not {least}", rows.len());
        for row in rows {
            let last = row.trim_end_matches(" |").rsplit("| ").next().unwrap_or_default();
            if *reasons && last.starts_with("reason: ") {
                continue;
            }
            let mut tests = last.split('`').skip(1).step_by(2).peekable();
            if tests.peek().is_none() {
                wrong.push(format!("no test is named: {row}"));
            }
            wrong.extend(
                tests.filter(|test| !exists(test)).map(|test| format!("no such test: {test}")),
            );
        }
    }
    report(&wrong);
}

#[test]
fn the_checks_see_what_they_look_for() {
    let file = |text: &str| File {
        path: PathBuf::from("src/storage/map/x.rs"),
        module: ["storage", "map", "x"].map(str::to_owned).to_vec(),
        text: text.to_owned(),
        test: false,
    };
    let one = file("");
    let found = |code| {
        imports(&one, code)
            .into_iter()
            .map(|(module, item)| format!("{module}::{item}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found("use crate::label::{LabelValues, self as l};"),
        ["label::LabelValues", "label::self"]
    );
    assert_eq!(
        found("pub(in crate::storage) fn f(a: crate::desc::Kind, b: &crate::Registry)"),
        ["storage::*", "desc::Kind", "Registry::*"]
    );
    assert_eq!(
        found("use super::super::super::label::SLACK; use super::super::cell::label;"),
        ["label::SLACK"]
    );
    assert_eq!(found("use crate::{label, desc};"), ["::*"], "say each on its own");
    assert_eq!(found("$crate::label::X, my_crate::label::Y"), [""; 0]);

    let text = "a();\n#[cfg(test)]\nmod one {\n    b();\n}\nc();\n#[cfg(all(test, not(loom)))]\nmod two;\nd();\n#[cfg(not(test))]\ne();\n";
    let tests: Vec<usize> =
        file(text).lines().iter().filter(|line| line.test).map(|line| line.number).collect();
    assert_eq!(tests, [2, 3, 4, 5, 7, 8]);
    assert_eq!(test_modules(&file(text)), [["storage", "map", "x", "two"].map(str::to_owned)]);

    for (attribute, expected) in [
        ("#[cfg(test)]", true),
        ("#[cfg(all(loom, test))]", true),
        ("#[cfg(all(test, not(loom)))]", true),
        ("#[cfg(not(test))]", false),
        ("#[cfg(any(loom, feature = \"statics\"))]", false),
        ("#[cfg(all(loom, not(test)))]", false),
    ] {
        assert_eq!(is_test_attribute(attribute), expected, "{attribute}");
    }

    assert_eq!(split_comment("let x = \"//\"; // why"), ("let x = \"//\"; ", Some("why")));
    assert_eq!(split_comment("/// # Safety"), ("", Some("# Safety")));
    assert_eq!(words("a_b::{c2, d}").map(|(_, word)| word).collect::<Vec<_>>(), ["a_b", "c2", "d"]);
}
