//! A series to look at.

use std::sync::Arc;
use std::time::Duration;

use super::column::{Column, Rare};
#[cfg(feature = "promql")]
use super::symbols::Pair;
use super::symbols::Symbols;
use crate::model::{Exemplar, Labels, NativeHistogram, Timestamp, ValueRef, is_stale};

/// A series of a [`Store`](super::Store), with all its samples.
#[derive(Clone, Copy, Debug)]
pub struct StoredSeries<'a> {
    symbols: &'a Symbols,
    column: &'a Column,
}

impl<'a> StoredSeries<'a> {
    pub(super) fn new(symbols: &'a Symbols, column: &'a Column) -> Self {
        Self { symbols, column }
    }

    fn rare(&self) -> Option<&'a Rare> {
        self.column.rare.as_deref()
    }

    /// The name and the labels, sorted by name.
    pub fn pairs(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let Self { symbols, column } = *self;
        column.pairs.iter().map(|(name, value)| (&**symbols.text(*name), &**symbols.text(*value)))
    }

    /// The name and the labels by their numbers, sorted by name.
    #[cfg(feature = "promql")]
    pub(crate) fn symbols(&self) -> &'a [Pair] {
        &self.column.pairs
    }

    /// The name and the labels, owned.
    #[must_use]
    pub fn labels(&self) -> Labels {
        let text = |symbol| Arc::clone(self.symbols.text(symbol));
        let pairs = self.column.pairs.iter();
        Labels::from_sorted(pairs.map(|(name, value)| (text(*name), text(*value))))
    }

    /// The value of a label.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&'a str> {
        self.pairs().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// The times of the samples that are numbers, staleness markers among them, also those of
    /// native histograms.
    #[must_use]
    pub fn times(&self) -> &'a [Timestamp] {
        &self.column.times
    }

    /// The samples that are numbers, one for each of the [`times`](Self::times).
    #[must_use]
    pub fn values(&self) -> &'a [f64] {
        &self.column.values
    }

    /// The native histograms, and their times.
    #[must_use]
    pub fn histograms(&self) -> (&'a [Timestamp], &'a [Arc<NativeHistogram>]) {
        self.rare().map_or((&[], &[]), |rare| (&rare.times, &rare.histograms))
    }

    /// The newest exemplars, the oldest of them first.
    #[must_use]
    pub fn exemplars(&self) -> impl ExactSizeIterator<Item = &'a Exemplar> + use<'a> {
        const NONE: &std::collections::VecDeque<Exemplar> = &std::collections::VecDeque::new();
        self.rare().map_or(NONE, |rare| &rare.exemplars).iter()
    }

    /// When the series began, as the newest sample until this time says it. Not all formats do.
    #[must_use]
    pub fn start(&self, at: Timestamp) -> Option<Timestamp> {
        let starts = &self.rare()?.starts;
        let until = starts.partition_point(|(since, _)| *since <= at);
        Some(starts[until.checked_sub(1)?].1)
    }

    /// The newest sample until this time, and its time: what an instant query finds. There is none if it is
    /// as old as `lookback`, or a staleness marker.
    #[must_use]
    pub fn at(&self, time: Timestamp, lookback: Duration) -> Option<(Timestamp, ValueRef<'a>)> {
        let last = |times: &[Timestamp]| times.partition_point(|t| *t <= time).checked_sub(1);
        let float = last(self.times()).map(|i| (self.times()[i], self.values()[i]));
        let (times, histograms) = self.histograms();
        let histogram = last(times).map(|i| (times[i], &*histograms[i]));
        let (at, value) = match (float, histogram) {
            (Some((at, _)), Some((later, value))) if later > at => {
                (later, ValueRef::Histogram(value))
            }
            (Some((at, value)), _) => (at, ValueRef::Float(value)),
            (None, Some((at, value))) => (at, ValueRef::Histogram(value)),
            (None, None) => return None,
        };
        let lookback = i64::try_from(lookback.as_millis()).unwrap_or(i64::MAX);
        let fresh = at.as_millis() > time.as_millis().saturating_sub(lookback);
        let stale = value.as_float().is_some_and(is_stale);
        (fresh && !stale).then_some((at, value))
    }
}
