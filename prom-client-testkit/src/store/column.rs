//! One series: its labels, and its samples in the order of time.

use std::collections::VecDeque;
use std::sync::Arc;

use super::symbols::Pair;
use crate::model::{Exemplar, NativeHistogram, Timestamp, ValueRef};

/// So many exemplars are kept of a series: the newest.
const EXEMPLARS: usize = 128;

/// A series that may have both kinds of samples. Numbers are what nearly all have.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) pairs: Box<[Pair]>,
    pub(super) times: Vec<Timestamp>,
    pub(super) values: Vec<f64>,
    pub(super) rare: Option<Box<Rare>>,
}

/// What few series have.
#[derive(Debug, Default)]
pub(super) struct Rare {
    pub(super) times: Vec<Timestamp>,
    /// Neighbours that are equal are one.
    pub(super) histograms: Vec<Arc<NativeHistogram>>,
    pub(super) exemplars: VecDeque<Exemplar>,
    /// When the series began, as samples said it: each with the time of the first one that did.
    pub(super) starts: Vec<(Timestamp, Timestamp)>,
}

/// Where a sample stands in time to those that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind the last one.
    Next,
    /// It is the last one.
    Same,
    /// At the time of the last one, with another value.
    Duplicate,
    /// Before the last one.
    Older,
}

impl Column {
    pub(super) fn new(pairs: Box<[Pair]>) -> Self {
        Self { pairs, times: Vec::new(), values: Vec::new(), rare: None }
    }

    /// The time of the newest sample.
    pub(super) fn last_time(&self) -> Option<Timestamp> {
        let rare = self.rare.as_ref().and_then(|rare| rare.times.last());
        self.times.last().max(rare).copied()
    }

    pub(super) fn place(&self, at: Timestamp, value: ValueRef<'_>) -> Place {
        match self.last_time() {
            None => return Place::Next,
            Some(last) if at > last => return Place::Next,
            Some(last) if at < last => return Place::Older,
            Some(_) => {}
        }
        let rare = self.rare.as_ref().filter(|rare| rare.times.last() == Some(&at));
        let same = match (value, rare) {
            (ValueRef::Float(value), None) => {
                self.values.last().is_some_and(|last| last.to_bits() == value.to_bits())
            }
            (ValueRef::Histogram(value), Some(rare)) => {
                rare.histograms.last().is_some_and(|last| **last == *value)
            }
            _ => false,
        };
        if same { Place::Same } else { Place::Duplicate }
    }

    pub(super) fn push_float(&mut self, at: Timestamp, value: f64) {
        push(&mut self.times, at);
        push(&mut self.values, value);
    }

    pub(super) fn push_histogram(&mut self, at: Timestamp, histogram: Arc<NativeHistogram>) {
        let rare = self.rare.get_or_insert_default();
        let same = rare.histograms.last().filter(|last| **last == histogram).cloned();
        push(&mut rare.times, at);
        push(&mut rare.histograms, same.unwrap_or(histogram));
    }

    /// Adds an exemplar, at its own time or else at this one, unless it is the last one or older. Without a time
    /// of its own, one that says the same as the last one is the last one.
    pub(super) fn push_exemplar(&mut self, at: Timestamp, mut exemplar: Exemplar) {
        let exemplars = &mut self.rare.get_or_insert_default().exemplars;
        let timed = exemplar.timestamp.is_some();
        exemplar.timestamp.get_or_insert(at);
        if let Some(last) = exemplars.back() {
            let says = |exemplar: &Exemplar| exemplar.value.to_bits();
            let same = says(last) == says(&exemplar) && last.labels == exemplar.labels;
            if last.timestamp > exemplar.timestamp
                || same && (!timed || last.timestamp == exemplar.timestamp)
            {
                return;
            }
        }
        if exemplars.len() == EXEMPLARS {
            exemplars.pop_front();
        }
        exemplars.push_back(exemplar);
    }

    pub(super) fn push_start(&mut self, at: Timestamp, start: Timestamp) {
        let starts = &mut self.rare.get_or_insert_default().starts;
        if starts.last().is_none_or(|(_, last)| *last != start) {
            starts.push((at, start));
        }
    }
}

/// Adds to the end, and makes room for a sixteenth more when there is none: doubling would leave half of the
/// memory empty. What is short still doubles.
pub(super) fn push<T>(column: &mut Vec<T>, value: T) {
    if column.len() == column.capacity() {
        column.reserve_exact((column.len() / 16).max(column.len().clamp(1, 4)));
    }
    column.push(value);
}
