//! Series in memory, with their samples in columns.
//!
//! ```text
//!  Labels ──► symbols ──► series ──► times │ values        ◄── Appender: all of a scrape, or nothing of it
//!                │          └── rare: histograms, exemplars, starts
//!             postings ◄── Selector
//! ```
//!
//! Whoever appends has the store for itself, so nobody sees half a scrape. What was appended is checked and
//! becomes visible with [`Appender::commit`]; without it, it never was.
//!
//! Numbers of series and of symbols only grow, which keeps postings sorted, and lets an appender take back
//! what it began by cutting off the ends.

mod appender;
mod column;
mod condition;
mod postings;
mod series;
mod symbols;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use hashbrown::HashTable;

use crate::model::{Kind, Labels, Matcher, Metadata, Selector, Timestamp};
use column::Column;
use condition::LabelTest;
use postings::Postings;

#[cfg(feature = "promql")]
pub(crate) use symbols::Symbol;
pub(crate) use symbols::{Pair, Symbols};

pub use appender::{AppendError, Appender};
pub use series::StoredSeries;

/// Series with their samples, exemplars and metadata.
///
/// # Examples
/// ```
/// use prom_client_testkit::{Labels, Store, Timestamp, ValueRef};
///
/// let mut store = Store::new();
/// let mut appender = store.appender();
/// let series = appender.series(&Labels::from([("__name__", "up"), ("job", "shop")]));
/// appender.append(series, Timestamp::from_millis(15_000), ValueRef::Float(1.0))?;
/// appender.commit();
///
/// let found = store.select(&"up{job!=\"\"}".parse()?);
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].values(), [1.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Cost
/// 16 bytes for a number with its time, and up to a sixteenth of that as room for the next ones. A series
/// takes some 300 bytes besides, where labels and their values are shared with others.
#[derive(Debug, Default)]
pub struct Store {
    symbols: Symbols,
    series: Vec<Column>,
    /// Numbers alone: the labels are in the columns.
    by_labels: HashTable<SeriesId>,
    hasher: RandomState,
    postings: Postings,
    metadata: HashMap<Box<str>, Metadata>,
    newest: Option<Timestamp>,
    /// How much the latest appender had.
    latest: usize,
    identity: Identity,
}

/// What tells stores apart, since numbers of series mean something in one of them alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity(u64);

impl Default for Identity {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // Ordering: Relaxed - each gets another number, and nothing else is said by it.
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The number of a series in its [`Store`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesId(u32);

impl Store {
    /// A store without series.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Which store it is.
    pub(crate) fn identity(&self) -> Identity {
        self.identity
    }

    /// Begins to append.
    pub fn appender(&mut self) -> Appender<'_> {
        Appender::new(self)
    }

    /// How many series have samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.series.iter().filter(|column| column.last_time().is_some()).count()
    }

    /// Whether there is no sample.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.newest.is_none()
    }

    /// The time of the newest sample of all.
    #[must_use]
    pub fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// What was said about a family.
    #[must_use]
    pub fn metadata(&self, family: &str) -> Option<&Metadata> {
        self.metadata.get(family)
    }

    /// All series that a selector means, in the order of their labels.
    ///
    /// # Cost
    /// It looks at every series that has the rarest of the values that must be equal.
    #[must_use]
    pub fn select(&self, selector: &Selector) -> Vec<StoredSeries<'_>> {
        let mut found = self.matching(selector.matchers());
        found.sort_by(|a, b| a.pairs().cmp(b.pairs()));
        found
    }

    /// The same in the order in which they began. It reads each value of a label once, not once for each series.
    pub(crate) fn matching(&self, matchers: &[Matcher]) -> Vec<StoredSeries<'_>> {
        let mut tests: Vec<_> =
            matchers.iter().map(|matcher| LabelTest::new(&self.symbols, matcher)).collect();
        self.candidates(matchers)
            .into_iter()
            .map(|id| &self.series[id.index()])
            .filter(|column| {
                tests.iter_mut().all(|test| test.matches(&self.symbols, &column.pairs))
            })
            .filter(|column| column.last_time().is_some())
            .map(|column| StoredSeries::new(&self.symbols, column))
            .collect()
    }

    /// Names and values of labels by number.
    #[cfg(feature = "promql")]
    pub(crate) fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    /// Series that may be meant; all that are meant are among them.
    fn candidates(&self, matchers: &[Matcher]) -> Vec<SeriesId> {
        let lists = matchers.iter().filter_map(|matcher| {
            let value = matcher.only_value().filter(|value| !value.is_empty())?;
            let symbol = |text| self.symbols.find(text);
            Some(match (symbol(matcher.name()), symbol(value)) {
                (Some(name), Some(value)) => self.postings.of((name, value)),
                _ => &[],
            })
        });
        match lists.min_by_key(|list| list.len()) {
            Some(list) => list.to_vec(),
            None => (0..self.series.len()).map(SeriesId::new).collect(),
        }
    }

    /// The series of these labels, which begins now if there was none.
    fn series(&mut self, labels: &Labels) -> SeriesId {
        let pairs: Box<[Pair]> = labels
            .iter()
            .map(|(name, value)| (self.symbols.intern(name), self.symbols.intern(value)))
            .collect();
        let hash = self.hasher.hash_one(&pairs);
        let same = |id: &SeriesId| self.series[id.index()].pairs == pairs;
        if let Some(id) = self.by_labels.find(hash, same) {
            return *id;
        }
        let id = SeriesId::new(self.series.len());
        self.postings.add(id, &pairs);
        column::push(&mut self.series, Column::new(pairs));
        let Self { series, by_labels, hasher, .. } = self;
        by_labels.insert_unique(hash, id, |id| hasher.hash_one(&series[id.index()].pairs));
        id
    }

    /// Takes back all series and symbols from these numbers on.
    fn truncate(&mut self, series: usize, symbols: usize) {
        while self.series.len() > series {
            let Some(column) = self.series.pop() else { break };
            let same = |id: &SeriesId| id.index() == self.series.len();
            if let Ok(entry) = self.by_labels.find_entry(self.hasher.hash_one(&column.pairs), same)
            {
                entry.remove();
            }
            self.postings.remove_last(&column.pairs);
        }
        self.symbols.truncate(symbols);
    }

    fn describe(&mut self, family: &str) -> &mut Metadata {
        if !self.metadata.contains_key(family) {
            self.metadata.insert(family.into(), Metadata::default());
        }
        self.metadata.get_mut(family).expect("it was put there")
    }

    fn set_kind(&mut self, family: &str, kind: Kind) {
        self.describe(family).kind = kind;
    }

    fn set_help(&mut self, family: &str, text: &str) {
        replace(&mut self.describe(family).help, text);
    }

    fn set_unit(&mut self, family: &str, text: &str) {
        replace(&mut self.describe(family).unit, text);
    }
}

/// Sets a text, and allocates only for another one.
fn replace(old: &mut Option<Box<str>>, new: &str) {
    if old.as_deref().unwrap_or_default() != new {
        *old = (!new.is_empty()).then(|| new.into());
    }
}

impl SeriesId {
    fn new(index: usize) -> Self {
        Self(u32::try_from(index).expect("as many series do not fit into memory"))
    }

    fn index(self) -> usize {
        self.0 as usize
    }
}
