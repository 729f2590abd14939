//! Quantiles and fractions of classic histograms, whose buckets are series.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::promql::annotations::{Forced, Note};
use crate::promql::engine::error::EvalError;
use crate::promql::engine::evaluation::Evaluation;
use crate::promql::engine::names::{LabelSet, retain, value_of};
use crate::promql::engine::quantile::{Bucket, fraction, of_buckets};
use crate::promql::engine::row::{GAP, Row, is_gap};
use crate::promql::engine::steps::Steps;
use crate::promql::literal::underscores_separate;
use crate::promql::{Expr, Place};

/// A histogram: its labels without `le`, and its buckets, sorted by bound.
struct Histogram<'s> {
    labels: LabelSet<'s>,
    drop_name: bool,
    buckets: Vec<(f64, Vec<f64>)>,
}

impl<'s> Evaluation<'s> {
    pub(super) fn histogram_quantile(
        &mut self,
        q: &Expr,
        arg: &Expr,
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        let quantiles = self.numbers(q, steps)?;
        let place = arg.without_parens().place;
        let histograms = self.histograms(arg, place, steps)?;
        for wrong in quantiles.iter().filter(|q| !(0.0..=1.0).contains(*q)) {
            self.annotations.add(Note::InvalidQuantile(*wrong), q.without_parens().place);
        }
        let mut rows = Vec::with_capacity(histograms.len());
        for histogram in histograms {
            let metric = self.metric(&histogram.labels);
            let cells = histogram.cells(steps, |step, buckets| {
                let (value, raised) = of_buckets(quantiles[step], buckets);
                if let Some(raised) = raised {
                    let at = steps.timestamp(step);
                    let forced = Forced {
                        lowest: raised.lowest,
                        highest: raised.highest,
                        most: raised.most,
                        samples: 1,
                        first: at,
                        last: at,
                    };
                    let note = Note::ForcedMonotonicity { metric: metric.clone(), forced };
                    self.annotations.add(note, place);
                }
                value
            });
            rows.push(self.of_histogram(histogram, cells));
        }
        self.settled(rows, steps)
    }

    pub(super) fn histogram_fraction(
        &mut self,
        lower: &Expr,
        upper: &Expr,
        arg: &Expr,
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        let (lower, upper) = (self.numbers(lower, steps)?, self.numbers(upper, steps)?);
        let histograms = self.histograms(arg, arg.without_parens().place, steps)?;
        let mut rows = Vec::with_capacity(histograms.len());
        for histogram in histograms {
            let cells =
                histogram.cells(steps, |step, buckets| fraction(lower[step], upper[step], buckets));
            rows.push(self.of_histogram(histogram, cells));
        }
        self.settled(rows, steps)
    }

    /// The histograms whose buckets these series are. A series that is no bucket is told of.
    fn histograms(
        &mut self,
        arg: &Expr,
        place: Place,
        steps: Steps,
    ) -> Result<Vec<Histogram<'s>>, EvalError> {
        let mut rows = self.rows(arg, steps)?;
        rows.retain(|row| !row.is_empty());
        let le = self.known.le;
        let mut places = HashMap::new();
        let mut histograms: Vec<Histogram<'s>> = Vec::new();
        for Row { labels, drop_name, cells } in rows {
            let text = value_of(&labels, le).map_or("", |bound| self.names.text(bound));
            let Some(bound) = bound(text) else {
                let (metric, value) = (self.metric(&labels), text.into());
                self.annotations.add(Note::BadBucketLabel { metric, value }, place);
                continue;
            };
            let labels = retain(&labels, |name| name != le);
            let place = *places.entry(labels.clone()).or_insert_with(|| {
                histograms.push(Histogram { labels, drop_name, buckets: Vec::new() });
                histograms.len() - 1
            });
            histograms[place].buckets.push((bound, cells));
        }
        for histogram in &mut histograms {
            histogram.buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        Ok(histograms)
    }

    /// The name that annotations give; a server has removed it by then.
    fn metric(&self, labels: &LabelSet<'s>) -> Box<str> {
        let name = value_of(labels, self.known.name).filter(|_| self.engine.delayed_name_removal);
        name.map_or("", |name| self.names.text(name)).into()
    }

    fn of_histogram(&self, histogram: Histogram<'s>, cells: Vec<f64>) -> Row<'s> {
        let mut row = Row { labels: histogram.labels, drop_name: histogram.drop_name, cells };
        self.drop_name(&mut row);
        row
    }
}

impl Histogram<'_> {
    /// A value for each step where there is a bucket.
    fn cells(
        &self,
        steps: Steps,
        mut value: impl FnMut(usize, &mut Vec<Bucket>) -> f64,
    ) -> Vec<f64> {
        let mut there = Vec::with_capacity(self.buckets.len());
        let cell = |step| {
            there.clear();
            for (bound, cells) in &self.buckets {
                let count = cells[step];
                if !is_gap(count) {
                    there.push(Bucket { bound: *bound, count });
                }
            }
            if there.is_empty() { GAP } else { value(step, &mut there) }
        };
        (0..steps.count).map(cell).collect()
    }
}

/// The bound that a text says, as Go reads it: with underscores between digits, and no more than a float can hold.
fn bound(text: &str) -> Option<f64> {
    let plain = match text.contains('_') && underscores_separate(text, false) {
        true => Cow::Owned(text.replace('_', "")),
        false => Cow::Borrowed(text),
    };
    let bound: f64 = plain.parse().ok()?;
    let written = bound.is_finite() || !plain.contains(|c: char| c.is_ascii_digit());
    written.then_some(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_as_go_does() {
        for (text, read) in [
            ("0.5", Some(0.5)),
            ("-1e3", Some(-1000.0)),
            ("1_0", Some(10.0)),
            ("+Inf", Some(f64::INFINITY)),
            ("-infinity", Some(f64::NEG_INFINITY)),
            ("1e400", None),
            ("1__0", None),
            ("_1", None),
            (" 1", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(bound(text), read, "{text}");
        }
    }
}
