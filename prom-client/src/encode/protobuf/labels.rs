//! The labels of a series, as they stand in its message.

use std::ops::Range;

use super::append;
use super::direct::begin;
use super::fields::{label, message_len, metric};
use crate::desc::Escaping;
use crate::label::{LabelValues, Schema};

/// The labels of one series, of which the first are kept for the next.
///
/// ```text
///  │ constant labels │ queue="mail" │ code="200" │ open="1"
///                  ends[0]        ends[1]      ends[2]     behind them what is pushed
/// ```
#[derive(Debug, Default)]
pub(super) struct Labels {
    bytes: Vec<u8>,
    /// Where the constant labels end, and each other that there is.
    ends: Vec<usize>,
    /// Where the name of each label stands in `names`.
    places: Vec<Range<usize>>,
    /// Each as a field of a label's message.
    names: Vec<u8>,
}

impl Labels {
    /// Begins series with other labels.
    pub(super) fn begin(&mut self, schema: &Schema, escaping: Escaping) {
        self.bytes.clear();
        for (name, value) in schema.constant() {
            self.push(&name.escaped(escaping), value);
        }
        self.ends.clear();
        self.ends.push(self.bytes.len());
        self.names.clear();
        self.places.clear();
        for name in schema.names() {
            let start = self.names.len();
            append(&mut self.names, |out| out.write_string(label::NAME, &name.escaped(escaping)));
            self.places.push(start..self.names.len());
        }
    }

    /// The labels of the next series: these values, one for each name of the schema.
    #[inline]
    pub(super) fn set(&mut self, values: &LabelValues) {
        let kept = values.kept().min(self.ends.len() - 1);
        self.ends.truncate(kept + 1);
        self.bytes.truncate(self.ends[kept]);
        for (i, place) in self.places.iter().enumerate().skip(kept) {
            let (value, len) = values.padded(i);
            let name = &self.names[place.clone()];
            write(name, &value[..len], &mut self.bytes);
            self.ends.push(self.bytes.len());
        }
    }

    /// One label more, of this series only.
    pub(super) fn push(&mut self, name: &str, value: &str) {
        let mut field = Vec::with_capacity(name.len() + 10);
        append(&mut field, |out| out.write_string(label::NAME, name));
        write(&field, value.as_bytes(), &mut self.bytes);
    }

    /// All of them, as fields of a metric.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Writes a label whose name is a field already.
#[inline(always)]
fn write(name: &[u8], value: &[u8], out: &mut Vec<u8>) {
    begin(metric::LABEL, name.len() + message_len(value.len()), out);
    out.extend_from_slice(name);
    begin(label::VALUE, value.len(), out);
    out.extend_from_slice(value);
}
