//! A rule as it is written down, and what Prometheus checks of it.

use super::error::RelabelError;
use super::rule::{Action, Effect, RelabelRule};
use crate::model::{Pattern, Template};

/// A rule that is being written; [`RelabelBuilder::build`] checks it.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct RelabelBuilder {
    action: Action,
    sources: Option<Vec<Box<str>>>,
    separator: Option<String>,
    target: String,
    regex: Option<String>,
    modulus: u64,
    replacement: Option<String>,
}

impl RelabelBuilder {
    pub(super) fn new(action: Action) -> Self {
        Self { action, ..Self::default() }
    }

    /// The labels whose values are the text that the rule looks at.
    pub fn source_labels<N: Into<Box<str>>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.sources = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// What stands between the values; `;` unless told otherwise.
    pub fn separator(mut self, separator: impl Into<String>) -> Self {
        self.separator = Some(separator.into());
        self
    }

    /// The label that is written, or compared with. For `replace` it may contain `$1` and `${name}`.
    pub fn target_label(mut self, name: impl Into<String>) -> Self {
        self.target = name.into();
        self
    }

    /// The [expression](Pattern); `(.*)` unless told otherwise.
    pub fn regex(mut self, regex: impl Into<String>) -> Self {
        self.regex = Some(regex.into());
        self
    }

    /// The number of shares of `hashmod`.
    pub fn modulus(mut self, modulus: u64) -> Self {
        self.modulus = modulus;
        self
    }

    /// What is written, with `$1` and `${name}` for what groups match; `$1` unless told otherwise. If nothing comes
    /// out, the label is removed.
    pub fn replacement(mut self, replacement: impl Into<String>) -> Self {
        self.replacement = Some(replacement.into());
        self
    }

    /// Checks the rule.
    ///
    /// # Errors
    /// If Prometheus would refuse it: an action lacks what it needs, or has what it does not look at.
    pub fn build(self) -> Result<RelabelRule, RelabelError> {
        let pattern = Pattern::new(self.regex.as_deref().unwrap_or("(.*)"))?;
        self.check()?;
        let target = self.target;
        let replacement = Template::new(self.replacement.as_deref().unwrap_or("$1"));
        let effect = match self.action {
            Action::Replace => {
                Effect::Replace { pattern, target: Template::new(&target), replacement }
            }
            Action::Keep => Effect::Keep(pattern),
            Action::Drop => Effect::Drop(pattern),
            Action::KeepEqual => Effect::KeepEqual(target.into()),
            Action::DropEqual => Effect::DropEqual(target.into()),
            Action::HashMod => Effect::HashMod { target: target.into(), modulus: self.modulus },
            Action::LabelMap => Effect::LabelMap { pattern, name: replacement },
            Action::LabelDrop => Effect::LabelDrop(pattern),
            Action::LabelKeep => Effect::LabelKeep(pattern),
            Action::Lowercase => Effect::Lowercase(target.into()),
            Action::Uppercase => Effect::Uppercase(target.into()),
        };
        let sources = self.sources.unwrap_or_default().into();
        let separator = self.separator.map_or_else(|| ";".into(), Into::into);
        Ok(RelabelRule { sources, separator, effect })
    }

    /// What belongs together, in the order in which the reference looks.
    fn check(&self) -> Result<(), RelabelError> {
        use Action::{
            DropEqual, HashMod, KeepEqual, LabelDrop, LabelKeep, LabelMap, Lowercase, Replace,
            Uppercase,
        };
        let action = self.action;
        let other_separator = self.separator.as_deref().is_some_and(|separator| separator != ";");
        let other_replacement = self.replacement.as_deref().is_some_and(|text| text != "$1");
        if self.modulus == 0 && action == HashMod {
            return Err(RelabelError::NoModulus);
        }
        let writes = matches!(action, Replace | HashMod | Lowercase | Uppercase);
        if (writes || matches!(action, KeepEqual | DropEqual)) && self.target.is_empty() {
            return Err(RelabelError::NoTarget(action));
        }
        if matches!(action, Lowercase | Uppercase | KeepEqual | DropEqual) && other_replacement {
            return Err(RelabelError::UselessReplacement(action));
        }
        if action == LabelMap && self.replacement.as_deref() == Some("") {
            return Err(RelabelError::NoReplacement(action));
        }
        let other = self.modulus != 0 || other_separator || other_replacement;
        if matches!(action, KeepEqual | DropEqual) && (other || self.regex.is_some()) {
            return Err(RelabelError::OnlySourceAndTarget(action));
        }
        let named = self.sources.is_some() || !self.target.is_empty();
        if matches!(action, LabelDrop | LabelKeep) && (other || named) {
            return Err(RelabelError::OnlyRegex(action));
        }
        Ok(())
    }
}
