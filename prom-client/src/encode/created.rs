//! Start times as lines of their own, where they are asked for.

use std::time::Duration;

use super::Dialect;
use super::cursor::BLOCK;
use super::name::Name;
use super::number::write_seconds;
use super::output::Output;
use super::template::Template;
use crate::desc::Kind;
use crate::label::{LabelValues, Schema};

const SUFFIX: &str = "_created";

/// Writes `name_created{a="…"} 1520430000.123` for each series that has a start time and can begin anew.
///
/// In OpenMetrics the line follows the others of its series, where a server looks for it. The text format
/// does not know such lines: there they are a family of gauges of their own, behind the one that they are of.
#[derive(Debug, Default)]
pub(super) struct CreatedLines {
    line: Template,
    /// Whether the family is of a kind that has such lines.
    applies: bool,
    /// The lines that stand behind their family.
    apart: Vec<u8>,
}

impl CreatedLines {
    /// Begins a family.
    pub(super) fn family(&mut self, kind: Kind) {
        self.applies = kind.sample_suffixes().contains(&SUFFIX);
    }

    pub(super) fn schema(&mut self, name: &Name, schema: &Schema) {
        self.line.set_line(name, SUFFIX, schema);
    }

    #[cold]
    pub(super) fn write(
        &mut self,
        values: &LabelValues,
        start: Duration,
        dialect: &dyn Dialect,
        out: &mut Output<'_>,
    ) {
        if !self.applies {
            return;
        }
        let line_start = out.end();
        out.write(self.line.len(values) + BLOCK, |to| {
            self.line.write(values, to);
            write_seconds(start, to);
            to.byte(b'\n');
        });
        if !dialect.knows_created() {
            out.take_back(line_start, &mut self.apart);
        }
    }

    /// Writes what stands behind the family of this name, which ends here.
    pub(super) fn finish(&mut self, name: &Name, out: &mut Output<'_>) {
        if self.apart.is_empty() {
            return;
        }
        let help = "When this began to count, in seconds since the Unix epoch.\n";
        out.texts(&["# HELP ", name.in_metadata(), SUFFIX, name.behind(), help]);
        out.texts(&["# TYPE ", name.in_metadata(), SUFFIX, name.behind(), "gauge\n"]);
        out.append(&self.apart);
        self.apart.clear();
    }
}
