//! The lines of a script, and the words on them.

use super::ScriptError;
use crate::model::Excerpt;

/// A line without the blanks around it. A comment is an empty line, so it ends a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: usize,
    pub(super) text: &'a str,
    /// The same, as it stands in the file.
    whole: &'a str,
}

impl<'a> Line<'a> {
    pub(super) fn all(script: &'a str) -> Vec<Self> {
        let lines = script.split('\n').enumerate();
        lines
            .map(|(i, whole)| {
                let text = whole.trim();
                let text = if text.starts_with('#') { "" } else { text };
                Self { number: i + 1, text, whole }
            })
            .collect()
    }

    /// A reader of the words of this line.
    pub(super) fn words(self) -> Words<'a> {
        Words { line: self, at: 0 }
    }

    /// A mistake at this byte of the text.
    pub(super) fn fault(&self, at: usize, message: impl Into<String>) -> ScriptError {
        ScriptError::new(self, at, message)
    }

    /// The line as it stands in the file, and this byte of the text in it.
    pub(super) fn excerpt(&self, at: usize) -> Excerpt {
        let indent = self.whole.len() - self.whole.trim_start().len();
        let shown = self.whole.trim_end().as_bytes();
        Excerpt::of_line(shown, (indent + at, indent + at), Some(self.number))
    }
}

/// What is left of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    pub(super) line: Line<'a>,
    /// Where it begins.
    pub(super) at: usize,
}

impl<'a> Words<'a> {
    /// All that is left.
    pub(super) fn rest(&self) -> &'a str {
        &self.line.text[self.at..]
    }

    /// Takes the next word, which is empty at the end, and the blanks behind it.
    pub(super) fn next(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        self.at += rest.len() - after.trim_start().len();
        word
    }

    /// Takes this word, or says that it is missing.
    pub(super) fn expect(&mut self, word: &str) -> Result<(), ScriptError> {
        let at = self.at;
        if self.next() == word {
            Ok(())
        } else {
            Err(self.line.fault(at, format!("expected `{word}`")))
        }
    }

    /// A mistake at what comes next.
    pub(super) fn fault(&self, message: impl Into<String>) -> ScriptError {
        self.line.fault(self.at, message)
    }
}
