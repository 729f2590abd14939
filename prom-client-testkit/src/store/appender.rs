//! Samples on their way into the store.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::column::Place;
use super::{SeriesId, Store};
use crate::model::{Exemplar, Kind, Labels, NativeHistogram, Timestamp, ValueRef};

/// Appends, and either commits or takes everything back. Metadata alone is kept in either case.
#[derive(Debug)]
pub struct Appender<'a> {
    store: &'a mut Store,
    pending: Vec<Pending>,
    /// How many there were when it began.
    series: usize,
    symbols: usize,
}

#[derive(Debug)]
struct Pending {
    series: SeriesId,
    at: Timestamp,
    what: What,
}

#[derive(Debug)]
enum What {
    Float(f64),
    Histogram(Arc<NativeHistogram>),
    Exemplar(Box<Exemplar>),
    Start(Timestamp),
}

/// Why a sample has no place in its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AppendError {
    /// There is one with another value at its time.
    Duplicate,
    /// There is a later one.
    OutOfOrder,
}

impl<'a> Appender<'a> {
    pub(super) fn new(store: &'a mut Store) -> Self {
        let pending = Vec::with_capacity(store.latest);
        let (series, symbols) = (store.series.len(), store.symbols.len());
        Self { store, pending, series, symbols }
    }

    /// The series of these labels. It is remembered for as long as the store lives, unless it is new and
    /// this appender does not commit.
    pub fn series(&mut self, labels: &Labels) -> SeriesId {
        self.store.series(labels)
    }

    /// Appends a sample. A sample that is there already is fine.
    ///
    /// # Errors
    /// It has no place behind those that are committed. Of several with one time in one commit, the first
    /// stays, and nobody hears of the others.
    ///
    /// # Panics
    /// If the series is not of this store.
    pub fn append(
        &mut self,
        series: SeriesId,
        at: Timestamp,
        value: ValueRef<'_>,
    ) -> Result<(), AppendError> {
        match self.store.series[series.index()].place(at, value) {
            Place::Next => {}
            Place::Same => return Ok(()),
            Place::Duplicate => return Err(AppendError::Duplicate),
            Place::Older => return Err(AppendError::OutOfOrder),
        }
        let what = match value {
            ValueRef::Float(value) => What::Float(value),
            ValueRef::Histogram(histogram) => What::Histogram(Arc::new(histogram.clone())),
        };
        self.pending.push(Pending { series, at, what });
        Ok(())
    }

    /// Appends an exemplar, which stands at its own time, or else at that of its sample.
    pub fn exemplar(&mut self, series: SeriesId, at: Timestamp, exemplar: Exemplar) {
        let what = What::Exemplar(Box::new(exemplar));
        self.pending.push(Pending { series, at, what });
    }

    /// Says when a series began, as of this time.
    pub fn start(&mut self, series: SeriesId, at: Timestamp, start: Timestamp) {
        self.pending.push(Pending { series, at, what: What::Start(start) });
    }

    /// Says what a family counts or measures.
    pub fn kind(&mut self, family: &str, kind: Kind) {
        self.store.set_kind(family, kind);
    }

    /// Says what a family is about.
    pub fn help(&mut self, family: &str, text: &str) {
        self.store.set_help(family, text);
    }

    /// Says what a family is measured in.
    pub fn unit(&mut self, family: &str, text: &str) {
        self.store.set_unit(family, text);
    }

    /// The newest sample that is committed.
    #[must_use]
    pub fn newest(&self) -> Option<Timestamp> {
        self.store.newest
    }

    /// Takes back what was appended, but not the series, which may be told apart from new ones later.
    pub(crate) fn roll_back(&mut self) {
        self.pending.clear();
    }

    /// Makes everything visible.
    pub fn commit(mut self) {
        self.store.latest = self.pending.len();
        for Pending { series, at, what } in self.pending.drain(..) {
            let column = &mut self.store.series[series.index()];
            match what {
                What::Float(value) => {
                    if column.place(at, ValueRef::Float(value)) != Place::Next {
                        continue;
                    }
                    column.push_float(at, value);
                }
                What::Histogram(histogram) => {
                    if column.place(at, ValueRef::Histogram(&histogram)) != Place::Next {
                        continue;
                    }
                    column.push_histogram(at, histogram);
                }
                What::Exemplar(exemplar) => {
                    column.push_exemplar(at, *exemplar);
                    continue;
                }
                What::Start(start) => {
                    column.push_start(at, start);
                    continue;
                }
            }
            self.store.newest = self.store.newest.max(Some(at));
        }
        (self.series, self.symbols) = (self.store.series.len(), self.store.symbols.len());
    }
}

impl Drop for Appender<'_> {
    /// Takes back what was not committed.
    fn drop(&mut self) {
        self.store.truncate(self.series, self.symbols);
    }
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Duplicate => "another value at the same time",
            Self::OutOfOrder => "older than the newest sample of its series",
        })
    }
}

impl Error for AppendError {}
