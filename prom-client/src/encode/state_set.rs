//! The lines of a state set.

use super::block::Blocks;
use super::escape::{Quotes, escape};
use super::histogram::set_name;
use super::name::Name;
use super::output::Output;
use super::template::Template;
use crate::label::{LabelValues, Schema};
use crate::snapshot::StateSetPoint;

/// The texts from which the lines of a family of state sets are made.
///
/// ```text
///  door{room="…",door="open"}␠1
///  door                            name      ┐
///      {room="…"                   labels    ┴ first, once for each series
///               ,door="open"}␠     states    once for each set of states
/// ```
#[derive(Debug, Default)]
pub(super) struct StateSetLines {
    name: Blocks,
    labels: Template,
    /// `,door="`, or a brace instead of the comma where it is the first label.
    before: String,
    /// The states that there is text for.
    names: Vec<String>,
    states: Vec<Blocks>,
    /// What the lines of one series begin with.
    first: Blocks,
}

impl StateSetLines {
    /// Begins series of another name or with other labels.
    pub(super) fn set(&mut self, name: &Name, schema: &Schema) {
        set_name(&mut self.name, name, "");
        self.labels.set_labels(name, schema);
        let has_labels = !schema.constant().is_empty() || !schema.names().is_empty();
        self.before.clear();
        self.before.push_str(if has_labels { "," } else { name.before_labels() });
        name.as_label().iter().for_each(|text| self.before.push_str(text));
        self.before.push_str("=\"");
        self.names.clear();
    }

    /// Writes a line for each state: 1 for the one that is, 0 for the others.
    pub(super) fn write(
        &mut self,
        values: &LabelValues,
        point: &StateSetPoint<'_>,
        out: &mut Output<'_>,
    ) {
        if !point.names().eq(self.names.iter().map(String::as_str)) {
            self.set_states(point);
        }
        let Self { name, labels, first, .. } = self;
        first.set(name.len() + labels.len(values), |to| {
            name.write(to);
            labels.write(values, to);
        });
        for (i, state) in self.states.iter().enumerate() {
            out.write(self.first.len() + state.len() + 2, |to| {
                self.first.write(to);
                state.write(to);
                to.byte(if i == point.index() { b'1' } else { b'0' });
                to.byte(b'\n');
            });
        }
    }

    fn set_states(&mut self, point: &StateSetPoint<'_>) {
        self.names = point.names().map(str::to_owned).collect();
        let text = |name: &String| {
            let mut text = self.before.clone();
            escape(name, Quotes::Escape, |part| text.push_str(part));
            text.push_str("\"} ");
            let mut blocks = Blocks::default();
            blocks.set(text.len(), |to| to.text(&text));
            blocks
        };
        self.states = self.names.iter().map(text).collect();
    }
}
