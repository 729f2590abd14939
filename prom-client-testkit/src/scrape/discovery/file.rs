//! `file_sd`: targets that files list.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::{DiscoveryError, Reason};
use super::turns::Turns;
use super::{TargetGroup, json};
use crate::model::Timestamp;
use crate::scrape::config;

/// An entry of `file_sd_configs`: files, by patterns, each with a list of groups as JSON or as YAML.
///
/// Each target has the label `__meta_filepath`. Files are looked at when it is time to, and not when they change.
#[derive(Clone, Debug)]
#[must_use]
pub struct FileDiscovery {
    patterns: Vec<PathBuf>,
    turns: Turns,
    groups: BTreeMap<PathBuf, Vec<TargetGroup>>,
}

impl FileDiscovery {
    /// Reads files of these names, every five minutes unless told otherwise. The last part of a name may contain
    /// `*`. A name ends with `.json`, or with `.yml` or `.yaml`.
    pub fn new<P: Into<PathBuf>>(patterns: impl IntoIterator<Item = P>) -> Self {
        Self {
            patterns: patterns.into_iter().map(Into::into).collect(),
            turns: Turns::new(Duration::from_secs(5 * 60)),
            groups: BTreeMap::new(),
        }
    }

    /// How often the files are read, at most every millisecond.
    pub fn refresh_interval(mut self, interval: Duration) -> Self {
        self.turns = Turns::new(interval);
        self
    }

    /// When it is time to refresh; the first time is always.
    #[must_use]
    pub fn next_refresh(&self) -> Timestamp {
        self.turns.next()
    }

    /// What was found last, by the names of the files.
    pub fn groups(&self) -> impl Iterator<Item = &TargetGroup> {
        self.groups.values().flatten()
    }

    /// Reads the files again if it is time to, and returns whether it did. The first time is always.
    ///
    /// # Errors
    /// One for each file that could not be read: of these, what was found before stays. Files that are gone take
    /// their targets with them.
    pub fn refresh(&mut self, now: Timestamp) -> Result<bool, Vec<DiscoveryError>> {
        if !self.turns.take(now) {
            return Ok(false);
        }
        let mut found = BTreeMap::new();
        let mut errors = Vec::new();
        for path in self.patterns.iter().flat_map(|pattern| matching(pattern)) {
            match read(&path) {
                Ok(groups) => {
                    found.insert(path, groups);
                }
                Err(reason) => {
                    errors.push(DiscoveryError::new(path.to_string_lossy(), reason));
                    if let Some(old) = self.groups.remove(&path) {
                        found.insert(path, old);
                    }
                }
            }
        }
        self.groups = found;
        if errors.is_empty() { Ok(true) } else { Err(errors) }
    }
}

/// The files of a pattern; none if it is no pattern, as in the reference.
fn matching(pattern: &Path) -> impl Iterator<Item = PathBuf> {
    let paths = pattern.to_str().and_then(|pattern| glob::glob(&translate(pattern)).ok());
    paths.into_iter().flatten().filter_map(Result::ok)
}

/// A pattern of the reference in the words of the crate `glob`, for which two stars are any folders, and classes are
/// negated otherwise.
fn translate(pattern: &str) -> String {
    let mut translated = pattern.replace("[^", "[!");
    while translated.contains("**") {
        translated = translated.replace("**", "*");
    }
    translated
}

fn read(path: &Path) -> Result<Vec<TargetGroup>, Reason> {
    let body = fs::read(path)?;
    let name = path.to_string_lossy();
    let labels = [("__meta_filepath", &*name)];
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        return json::read(&body, &labels);
    }
    let text = String::from_utf8(body).map_err(std::io::Error::other)?;
    let groups = config::target_groups(&text)?.into_iter();
    let marked =
        groups.map(|group| labels.iter().fold(group, |g, (name, value)| g.label(name, value)));
    Ok(marked.collect())
}
