//! The lines of a histogram.

use super::Dialect;
use super::block::{Block, Blocks};
use super::cursor::{BLOCK, Cursor};
use super::exemplar::write_exemplar;
use super::name::Name;
use super::output::Output;
use super::template::Template;
use crate::desc::Kind;
use crate::label::{LabelValues, Schema};
use crate::snapshot::{BucketExemplars, HistogramPoint};

/// The texts from which the lines of a family of histograms are made.
///
/// ```text
///  name_bucket{a="…",b="…",le="0.5"}␠7
///  name_bucket                           bucket    ┐
///             {a="…",b="…"               labels    ┴ first, once for each series
///                         ,le="0.5"}␠    bounds      once for each set of bounds
///  name_sum   {a="…",b="…"}␠21.5         sum, labels, end
///  name_count {a="…",b="…"}␠42           count, labels, end
/// ```
#[derive(Debug)]
pub(super) struct HistogramLines {
    bucket: Blocks,
    sum: Blocks,
    count: Blocks,
    labels: Template,
    /// `}␠`, or a space where there are no braces.
    end: Block,
    bounds: Bounds,
    /// What the bucket lines of one series begin with.
    first: Blocks,
    kind: Kind,
}

impl HistogramLines {
    /// Begins series of another name, of another kind or with other labels.
    pub(super) fn set(&mut self, name: &Name, kind: Kind, schema: &Schema, dialect: &dyn Dialect) {
        let [sum, count] = dialect.totals(kind);
        self.kind = kind;
        set_name(&mut self.bucket, name, "_bucket");
        set_name(&mut self.sum, name, sum);
        set_name(&mut self.count, name, count);
        self.labels.set_labels(name, schema);
        let has_labels = !schema.constant().is_empty() || !schema.names().is_empty();
        self.end = Block::new(|to| to.text(if has_labels { "} " } else { name.end() }));
        self.bounds.set_before(match name.before_labels() {
            "{" if !has_labels => "{le=\"",
            _ => ",le=\"",
        });
    }

    /// Writes all lines of one series: each bucket with the count of all up to it, then sum and
    /// count.
    pub(super) fn write(
        &mut self,
        values: &LabelValues,
        point: &HistogramPoint<'_>,
        dialect: &dyn Dialect,
        out: &mut Output<'_>,
    ) {
        self.begin(values, point, dialect);
        let mut count = 0_u64;
        out.write(self.line_len() * point.counts().len(), |to| {
            for (n, bound) in point.counts().iter().zip(&self.bounds.blocks) {
                count = count.wrapping_add(*n);
                self.bucket_line(bound, count, to);
            }
        });
        self.totals(point, count, dialect, out);
    }

    /// As [`write`](Self::write), with exemplars behind buckets.
    #[cold]
    pub(super) fn write_with_exemplars(
        &mut self,
        values: &LabelValues,
        point: &HistogramPoint<'_>,
        exemplars: &BucketExemplars,
        dialect: &dyn Dialect,
        out: &mut Output<'_>,
    ) {
        self.begin(values, point, dialect);
        let mut count = 0_u64;
        let mut exemplars = exemplars.iter().peekable();
        for (i, (n, bound)) in point.counts().iter().zip(&self.bounds.blocks).enumerate() {
            count = count.wrapping_add(*n);
            out.write(self.line_len(), |to| self.bucket_line(bound, count, to));
            if let Some((_, exemplar)) = exemplars.next_if(|(bucket, _)| *bucket == i) {
                write_exemplar(exemplar, dialect, out);
            }
        }
        self.totals(point, count, dialect, out);
    }

    #[inline(always)]
    fn begin(&mut self, values: &LabelValues, point: &HistogramPoint<'_>, dialect: &dyn Dialect) {
        self.bounds.set(point.bounds(), dialect);
        self.first.set(self.bucket.len() + self.labels.len(values), |to| {
            self.bucket.write(to);
            self.labels.write(values, to);
        });
    }

    #[inline(always)]
    fn bucket_line(&self, bound: &Block, count: u64, to: &mut Cursor<'_>) {
        self.first.write(to);
        bound.write(to);
        to.integer(count);
        to.byte(b'\n');
    }

    #[inline(always)]
    fn totals(
        &self,
        point: &HistogramPoint<'_>,
        count: u64,
        dialect: &dyn Dialect,
        out: &mut Output<'_>,
    ) {
        if dialect.shows_sum(self.kind, point.bounds(), point.sum()) {
            self.line(&self.sum, out, |to| dialect.float(point.sum(), to));
            self.line(&self.count, out, |to| to.integer(count));
        }
    }

    #[inline(always)]
    fn line(&self, name: &Blocks, out: &mut Output<'_>, number: impl FnOnce(&mut Cursor<'_>)) {
        out.write(self.line_len(), |to| {
            name.write(to);
            self.first.write_from(self.bucket.len(), to);
            self.end.write(to);
            number(to);
            to.byte(b'\n');
        });
    }

    /// How long the longest line can be: one block for the bound, one for the number.
    fn line_len(&self) -> usize {
        self.first.len() + 2 * BLOCK
    }
}

impl Default for HistogramLines {
    fn default() -> Self {
        Self {
            bucket: Blocks::default(),
            sum: Blocks::default(),
            count: Blocks::default(),
            labels: Template::default(),
            end: Block::default(),
            bounds: Bounds::default(),
            first: Blocks::default(),
            kind: Kind::Histogram,
        }
    }
}

pub(super) fn set_name(to: &mut Blocks, name: &Name, suffix: &str) {
    let beginning = name.beginning(suffix);
    to.set(beginning.iter().map(|text| text.len()).sum(), |to| {
        beginning.iter().for_each(|text| to.text(text));
    });
}

/// The text of the bounds, or quantiles, that came last. Mostly the next series has the same.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    values: Vec<f64>,
    /// `,le="0.5"}␠` for each bound and for `+Inf`. Empty while there is no text for `values`.
    blocks: Vec<Block>,
    /// `,le="`, or a brace instead of the comma where `le` is the first label.
    before: &'static str,
}

impl Bounds {
    /// The texts, one for each value and one for `+Inf`.
    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    pub(super) fn set_before(&mut self, before: &'static str) {
        if self.before != before {
            self.before = before;
            self.blocks.clear();
        }
    }

    pub(super) fn set(&mut self, values: &[f64], dialect: &dyn Dialect) {
        if !self.blocks.is_empty() && self.values == values {
            return;
        }
        self.values.clear();
        self.values.extend_from_slice(values);
        self.blocks.clear();
        self.blocks.extend(values.iter().chain([&f64::INFINITY]).map(|bound| {
            // 5 bytes, at most 24 and 3: just a block.
            Block::new(|to| {
                to.text(self.before);
                dialect.float(*bound, to);
                to.text("\"} ");
            })
        }));
    }
}
