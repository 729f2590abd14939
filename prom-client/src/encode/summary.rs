//! The lines of a summary.

use super::Dialect;
use super::block::{Block, Blocks};
use super::cursor::{BLOCK, Cursor};
use super::histogram::{Bounds, set_name};
use super::name::Name;
use super::output::Output;
use super::template::Template;
use crate::desc::Kind;
use crate::label::{LabelValues, Schema};
use crate::snapshot::SummaryPoint;

/// The texts from which the lines of a family of summaries are made, as those of
/// [`HistogramLines`](super::histogram::HistogramLines).
#[derive(Debug, Default)]
pub(super) struct SummaryLines {
    name: Blocks,
    sum: Blocks,
    count: Blocks,
    labels: Template,
    /// `}␠`, or a space where there are no labels.
    end: Block,
    ranks: Bounds,
    /// `,quantile="`, or a brace instead of the comma where that is the first label.
    before_rank: Block,
    /// The labels of one series, without their end.
    first: Blocks,
}

impl SummaryLines {
    /// Begins series of another name or with other labels.
    pub(super) fn set(&mut self, name: &Name, schema: &Schema) {
        set_name(&mut self.name, name, "");
        set_name(&mut self.sum, name, "_sum");
        set_name(&mut self.count, name, "_count");
        self.labels.set_labels(name, schema);
        let has_labels = !schema.constant().is_empty() || !schema.names().is_empty();
        self.end = Block::new(|to| to.text(if has_labels { "} " } else { name.end() }));
        let before = match name.before_labels() {
            "{" if !has_labels => "{quantile=\"",
            _ => ",quantile=\"",
        };
        self.before_rank = Block::new(|to| to.text(before));
    }

    /// Writes all lines of one series: each quantile, then sum and count.
    pub(super) fn write(
        &mut self,
        values: &LabelValues,
        point: &SummaryPoint<'_>,
        dialect: &dyn Dialect,
        out: &mut Output<'_>,
    ) {
        self.ranks.set(point.ranks(), dialect);
        self.first.set(self.labels.len(values), |to| self.labels.write(values, to));
        for ((_, value), rank) in point.quantiles().zip(self.ranks.blocks()) {
            if dialect.shows_quantile(value) {
                let end = [&self.before_rank, rank];
                self.line(&self.name, &end, out, |to| dialect.float(value, to));
            }
        }
        if dialect.shows_sum(Kind::Summary, &[], point.sum()) {
            self.line(&self.sum, &[&self.end], out, |to| dialect.float(point.sum(), to));
        }
        self.line(&self.count, &[&self.end], out, |to| to.integer(point.count()));
    }

    fn line(
        &self,
        name: &Blocks,
        end: &[&Block],
        out: &mut Output<'_>,
        number: impl FnOnce(&mut Cursor<'_>),
    ) {
        out.write(name.len() + self.first.len() + 3 * BLOCK, |to| {
            name.write(to);
            self.first.write(to);
            end.iter().for_each(|block| block.write(to));
            number(to);
            to.byte(b'\n');
        });
    }
}
