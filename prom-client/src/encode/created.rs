//! Start times as lines of their own, where they are asked for.

use std::time::Duration;

use super::Dialect;
use super::cursor::BLOCK;
use super::number::write_seconds;
use super::output::Output;
use super::template::Template;
use crate::desc::Kind;
use crate::label::{LabelValues, Schema};

/// Writes `name_created{a="…"} 1520430000.123` for each series that has a start time and can begin anew.
///
/// In OpenMetrics the line follows the others of its series, where a server looks for it. The text format
/// does not know such lines: there they are a family of gauges of their own, behind the one that they are of.
#[derive(Debug, Default)]
pub(super) struct CreatedLines {
    line: Template,
    /// `jobs_created`; empty for a kind that has none.
    name: String,
    /// The lines that stand behind their family.
    apart: Vec<u8>,
}

impl CreatedLines {
    /// Begins a family.
    pub(super) fn family(&mut self, name: &str, kind: Kind) {
        self.name.clear();
        if kind.sample_suffixes().contains(&"_created") {
            self.name.extend([name, "_created"]);
        }
    }

    pub(super) fn schema(&mut self, schema: &Schema) {
        self.line.set_line(&self.name, schema);
    }

    #[cold]
    pub(super) fn write(
        &mut self,
        values: &LabelValues,
        start: Duration,
        dialect: &dyn Dialect,
        out: &mut Output<'_>,
    ) {
        if self.name.is_empty() {
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

    /// Writes what stands behind the family that ends here.
    pub(super) fn finish(&mut self, out: &mut Output<'_>) {
        if self.apart.is_empty() {
            return;
        }
        let help = "When this began to count, in seconds since the Unix epoch.";
        out.texts(&["# HELP ", &self.name, " ", help, "\n# TYPE ", &self.name, " gauge\n"]);
        out.append(&self.apart);
        self.apart.clear();
    }
}
