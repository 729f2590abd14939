//! One rule: what it may say, and what it does.

use std::fmt;
use std::str::FromStr;

use md5::{Digest, Md5};

use super::Draft;
use super::builder::RelabelBuilder;
use super::error::RelabelError;
use crate::model::{Pattern, Template};

/// What a rule does. "The text" is the values of its source labels, with the separator between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// If the expression matches the text, sets the target label to the replacement. This is the default.
    #[default]
    Replace,
    /// Drops what has a text that the expression does not match.
    Keep,
    /// Drops what has a text that the expression matches.
    Drop,
    /// Drops what has a text other than the value of the target label.
    KeepEqual,
    /// Drops what has the value of the target label for its text.
    DropEqual,
    /// Sets the target label to a hash of the text, modulo the modulus: a way to share targets out.
    HashMod,
    /// Copies each label with a name that the expression matches to the name that the replacement makes of it.
    LabelMap,
    /// Removes each label with a name that the expression matches.
    LabelDrop,
    /// Removes each label with a name that the expression does not match.
    LabelKeep,
    /// Sets the target label to the text in lower case.
    Lowercase,
    /// Sets the target label to the text in upper case.
    Uppercase,
}

impl Action {
    const ALL: [(Self, &'static str); 11] = [
        (Self::Replace, "replace"),
        (Self::Keep, "keep"),
        (Self::Drop, "drop"),
        (Self::KeepEqual, "keepequal"),
        (Self::DropEqual, "dropequal"),
        (Self::HashMod, "hashmod"),
        (Self::LabelMap, "labelmap"),
        (Self::LabelDrop, "labeldrop"),
        (Self::LabelKeep, "labelkeep"),
        (Self::Lowercase, "lowercase"),
        (Self::Uppercase, "uppercase"),
    ];
}

impl fmt::Display for Action {
    /// As in a configuration.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(action, _)| action == self).map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

impl FromStr for Action {
    type Err = RelabelError;

    /// Reads a name, in whatever case.
    fn from_str(name: &str) -> Result<Self, RelabelError> {
        let action = Self::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(name));
        let action = action.map(|(action, _)| *action);
        action.ok_or_else(|| RelabelError::UnknownAction(name.to_owned()))
    }
}

/// One rule of relabelling, made by [`RelabelRule::new`] and checked.
///
/// See [`relabel`](super::relabel) for an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelabelRule {
    pub(super) sources: Box<[Box<str>]>,
    pub(super) separator: Box<str>,
    pub(super) effect: Effect,
}

/// An action with what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Replace { pattern: Pattern, target: Template, replacement: Template },
    Keep(Pattern),
    Drop(Pattern),
    KeepEqual(Box<str>),
    DropEqual(Box<str>),
    HashMod { target: Box<str>, modulus: u64 },
    LabelMap { pattern: Pattern, name: Template },
    LabelDrop(Pattern),
    LabelKeep(Pattern),
    Lowercase(Box<str>),
    Uppercase(Box<str>),
}

impl RelabelRule {
    /// Begins a rule, with the defaults of Prometheus for what is not said: the separator is `;`, the expression
    /// is `(.*)`, and the replacement is `$1`.
    #[expect(clippy::new_ret_no_self, reason = "a rule is checked as a whole")]
    pub fn new(action: Action) -> RelabelBuilder {
        RelabelBuilder::new(action)
    }

    /// Does it, and says whether the labels stay.
    pub(super) fn apply(&self, draft: &mut Draft<'_>) -> bool {
        let values: Vec<&str> = self.sources.iter().map(|name| draft.get(name)).collect();
        let text = values.join(&self.separator);
        match &self.effect {
            Effect::Replace { pattern, target, replacement } => {
                if let Some(captures) = pattern.captures(&text) {
                    let target = target.expand(&captures);
                    if !target.is_empty() {
                        draft.set(&target, replacement.expand(&captures));
                    }
                }
            }
            Effect::Keep(pattern) => return pattern.is_match(&text),
            Effect::Drop(pattern) => return !pattern.is_match(&text),
            Effect::KeepEqual(target) => return draft.get(target) == text,
            Effect::DropEqual(target) => return draft.get(target) != text,
            Effect::HashMod { target, modulus } => {
                draft.set(target, (hash(&text) % modulus).to_string());
            }
            Effect::LabelMap { pattern, name } => {
                let mapped: Vec<(String, String)> = draft
                    .labels
                    .iter()
                    .filter_map(|(old, value, _)| {
                        let captures = pattern.captures(old)?;
                        Some((name.expand(&captures), value.clone().into_owned()))
                    })
                    .collect();
                for (name, value) in mapped {
                    draft.set(&name, value);
                }
            }
            Effect::LabelDrop(pattern) => draft.labels.retain(|(name, ..)| !pattern.is_match(name)),
            Effect::LabelKeep(pattern) => draft.labels.retain(|(name, ..)| pattern.is_match(name)),
            Effect::Lowercase(target) => draft.set(target, text.chars().map(lower).collect()),
            Effect::Uppercase(target) => draft.set(target, text.chars().map(upper).collect()),
        }
        true
    }
}

/// The last eight bytes of the MD5 of a text.
fn hash(text: &str) -> u64 {
    let digest = Md5::digest(text.as_bytes());
    digest[8..].iter().fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

/// A letter in lower case. As in the reference a letter is mapped to one letter, wherever it stands.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// A letter in upper case, or itself if that would be several.
fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    upper.next().filter(|_| upper.next().is_none()).unwrap_or(c)
}
