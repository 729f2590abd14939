//! Names as one exposition writes them: as they are, escaped, or in quotes.

use super::escape::{Quotes, escape};
use crate::desc::{Desc, Escaping, is_classic_label_name, is_classic_metric_name};

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
    /// Without quotes. What would end the text between them is escaped.
    stem: String,
    is_quoted: bool,
}

impl Name {
    pub(super) fn new(escaping: Escaping) -> Self {
        Self { escaping, ..Self::default() }
    }

    pub(super) fn set(&mut self, desc: &Desc) {
        let name = self.escaping.family_name(desc);
        self.is_quoted = !is_classic_metric_name(&name);
        self.stem.clear();
        escape(&name, Quotes::Escape, |text| self.stem.push_str(text));
    }

    pub(super) fn stem(&self) -> &str {
        &self.stem
    }

    /// What stands on both sides of the name, with its suffix, in metadata.
    pub(super) fn quote(&self) -> &'static str {
        if self.is_quoted { "\"" } else { "" }
    }

    /// What a line of this name and a suffix begins with, before its labels.
    pub(super) fn beginning<'a>(&'a self, suffix: &'a str) -> [&'a str; 4] {
        [if self.is_quoted { "{\"" } else { "" }, &self.stem, suffix, self.quote()]
    }

    /// What stands between the beginning and the first label.
    pub(super) fn before_labels(&self) -> &'static str {
        if self.is_quoted { "," } else { "{" }
    }

    /// What ends a line without labels.
    pub(super) fn end(&self) -> &'static str {
        if self.is_quoted { "} " } else { " " }
    }

    /// Hands a label's name to `write`, piece by piece.
    pub(super) fn label(&self, name: &str, mut write: impl FnMut(&str)) {
        let name = self.escaping.label_name(name);
        if is_classic_label_name(&name) {
            return write(&name);
        }
        write("\"");
        escape(&name, Quotes::Escape, &mut write);
        write("\"");
    }
}
