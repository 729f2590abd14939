//! A series in text, put together from strings, so that it looks as if it had been read.

use super::metrics::LabelPair;
use crate::model::{ExemplarRef, LabelAt, Pairs, Series, Timestamp};

/// The text of a series or of the labels of an exemplar, with the places of its parts.
#[derive(Default)]
pub(super) struct Line {
    text: String,
    name: (usize, usize),
    labels: Vec<LabelAt>,
}

impl Line {
    /// Begins with a name in two parts, for a series.
    pub(super) fn begin(&mut self, name: &str, suffix: &str) {
        self.clear();
        let from = self.text.len() + 1;
        self.text.push('"');
        escape(name, &mut self.text);
        self.text.push_str(suffix);
        self.name = (from, self.text.len());
        self.text.push('"');
    }

    /// Begins without a name, for an exemplar.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.text.push('{');
        self.name = (0, 0);
        self.labels.clear();
    }

    /// Adds a label.
    pub(super) fn label(&mut self, name: &str, value: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        let name = self.quoted(name);
        self.text.push('=');
        let value = self.quoted(value);
        self.labels.push(LabelAt { name, value });
    }

    /// Adds labels.
    pub(super) fn labels(&mut self, pairs: &[LabelPair]) {
        for pair in pairs {
            self.label(pair.name(), pair.value());
        }
    }

    /// Ends the text.
    pub(super) fn end(&mut self) {
        self.text.push('}');
    }

    /// What has been put together, as a series. The spelling of bounds is final.
    pub(super) fn series(&self) -> Series<'_> {
        Series { pairs: self.pairs(), name: self.name, bound: None }
    }

    /// What has been put together, as an exemplar.
    pub(super) fn exemplar(&self, value: f64, timestamp: Option<Timestamp>) -> ExemplarRef<'_> {
        ExemplarRef { pairs: self.pairs(), value, timestamp }
    }

    fn pairs(&self) -> Pairs<'_> {
        Pairs { text: &self.text, base: 0, at: &self.labels }
    }

    fn quoted(&mut self, text: &str) -> (usize, usize) {
        self.text.push('"');
        let from = self.text.len();
        escape(text, &mut self.text);
        let to = self.text.len();
        self.text.push('"');
        (from, to)
    }
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '"', '\n']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'\\' => "\\\\",
            b'"' => "\\\"",
            _ => "\\n",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}
