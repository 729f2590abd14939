//! Names as one exposition writes them: as they are, escaped, or in quotes.

use super::escape::{Quotes, escape};
use crate::desc::{Desc, Escaping};
use crate::label::LabelName;

/// The name of a family, to which suffixes are added.
///
/// A name in quotes is the first of the labels:
///
/// ```text
///  requests_total{code="200"} 1           # TYPE requests counter
///  {"http.requests_total",code="200"} 1   # TYPE "http.requests" counter
/// ```
#[derive(Debug, Default)]
pub(super) struct Name {
    escaping: Escaping,
    /// What lines begin with: the name, and a brace and a quote before it if it stands in quotes.
    /// What would end the text between quotes is escaped.
    beginning: String,
    is_quoted: bool,
}

impl Name {
    pub(super) fn new(escaping: Escaping) -> Self {
        Self { escaping, ..Self::default() }
    }

    pub(super) fn set(&mut self, desc: &Desc) {
        self.is_quoted = self.escaping == Escaping::AllowUtf8 && !desc.has_classic_name();
        self.beginning.clear();
        if desc.has_classic_name() {
            self.beginning.push_str(desc.name());
        } else if self.is_quoted {
            self.beginning.push_str("{\"");
            escape(desc.name(), Quotes::Escape, |text| self.beginning.push_str(text));
        } else {
            self.beginning.push_str(&self.escaping.family_name(desc));
        }
    }

    /// The name in metadata, up to a suffix and [`behind`](Self::behind).
    pub(super) fn in_metadata(&self) -> &str {
        // Without the brace.
        &self.beginning[usize::from(self.is_quoted)..]
    }

    /// What stands behind the name in metadata: a space.
    pub(super) fn behind(&self) -> &'static str {
        if self.is_quoted { "\" " } else { " " }
    }

    /// What a line of this name and a suffix begins with, before its labels.
    pub(super) fn beginning<'a>(&'a self, suffix: &'a str) -> [&'a str; 3] {
        [&self.beginning, suffix, if self.is_quoted { "\"" } else { "" }]
    }

    /// What stands between the beginning and the first label.
    pub(super) fn before_labels(&self) -> &'static str {
        if self.is_quoted { "," } else { "{" }
    }

    /// The name as that of a label, which the states of a state set have: in the same quotes.
    pub(super) fn as_label(&self) -> [&str; 2] {
        [self.in_metadata(), if self.is_quoted { "\"" } else { "" }]
    }

    /// What ends a line without labels.
    pub(super) fn end(&self) -> &'static str {
        if self.is_quoted { "} " } else { " " }
    }

    /// Hands a label's name to `write`, piece by piece.
    pub(super) fn label(&self, name: &LabelName, mut write: impl FnMut(&str)) {
        if name.is_classic() || self.escaping != Escaping::AllowUtf8 {
            return write(&name.escaped(self.escaping));
        }
        write("\"");
        escape(name.as_str(), Quotes::Escape, &mut write);
        write("\"");
    }
}
