//! What there is to say about an answer: warnings and infos, in the words of Prometheus.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use hashbrown::HashTable;

use super::Place;
use super::date::Date;
use super::number::{shortest, two_digits};
use super::text::quote;
use crate::model::Timestamp;

/// So much is said of one query. A server says less: ten warnings, and ten infos.
const MOST: usize = 1000;

/// What an evaluation noticed, each thing once, in the order in which it noticed them; the first thousand things.
#[derive(Clone, Default)]
pub struct Annotations {
    list: Vec<Annotation>,
    /// Their places in the list, by their words.
    by_words: HashTable<usize>,
}

/// One warning or info, and the part of the query that it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    note: Note,
    place: Place,
}

/// What is noticed. The words of each are in `Display`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Note {
    /// A quantile below 0, above 1, or NaN.
    InvalidQuantile(f64),
    /// A label `le` that is no number.
    BadBucketLabel { metric: Box<str>, value: Box<str> },
    /// A metric that is treated as a counter and is not named like one.
    PossibleNonCounter { metric: Box<str> },
    /// An operator that does not take these kinds of samples.
    IncompatibleTypes { left: &'static str, operator: &'static str, right: &'static str },
    /// An order that a range of steps does not keep.
    SortInRange,
    /// Buckets that held less than those below them.
    ForcedMonotonicity { metric: Box<str>, forced: Forced },
}

/// Which buckets were raised, by how much and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Forced {
    pub(crate) lowest: f64,
    pub(crate) highest: f64,
    pub(crate) most: f64,
    pub(crate) samples: u64,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

impl Annotations {
    /// What may make the answer wrong.
    pub fn warnings(&self) -> impl Iterator<Item = &Annotation> {
        self.list.iter().filter(|annotation| annotation.is_warning())
    }

    /// What may be a mistake in the query.
    pub fn infos(&self) -> impl Iterator<Item = &Annotation> {
        self.list.iter().filter(|annotation| !annotation.is_warning())
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds one. If there is one of the same words, the new place is the one that counts; but of buckets, which are
    /// told of in one, the old one does.
    pub(crate) fn add(&mut self, note: Note, place: Place) {
        let Self { list, by_words } = self;
        let known = by_words.find(note.hash(), |at| list[*at].note.same(&note)).copied();
        let Some(known) = known else {
            if list.len() < MOST {
                let hash = |at: &usize| list[*at].note.hash();
                by_words.insert_unique(note.hash(), list.len(), hash);
                list.push(Annotation { note, place });
            }
            return;
        };
        match (&mut list[known].note, &note) {
            (
                Note::ForcedMonotonicity { forced: known, .. },
                Note::ForcedMonotonicity { forced: new, .. },
            ) => known.merge(new),
            _ => list[known].place = place,
        }
    }
}

impl PartialEq for Annotations {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl fmt::Debug for Annotations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.list).finish()
    }
}

impl Note {
    /// Whether the words are the same, without what is said of buckets.
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::ForcedMonotonicity { metric, .. },
                Self::ForcedMonotonicity { metric: other, .. },
            ) => metric == other,
            (Self::InvalidQuantile(a), Self::InvalidQuantile(b)) => bits(*a) == bits(*b),
            (a, b) => a == b,
        }
    }

    /// Equal if the words are the same.
    fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        std::mem::discriminant(self).hash(&mut hasher);
        match self {
            Self::InvalidQuantile(quantile) => bits(*quantile).hash(&mut hasher),
            Self::BadBucketLabel { metric, value } => (metric, value).hash(&mut hasher),
            Self::PossibleNonCounter { metric } | Self::ForcedMonotonicity { metric, .. } => {
                metric.hash(&mut hasher);
            }
            Self::IncompatibleTypes { operator, .. } => operator.hash(&mut hasher),
            Self::SortInRange => {}
        }
        hasher.finish()
    }
}

/// What is not a number is written in one way.
fn bits(number: f64) -> u64 {
    if number.is_nan() { f64::NAN.to_bits() } else { number.to_bits() }
}

impl Annotation {
    /// Whether it is a warning, and not an info.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        matches!(
            self.note,
            Note::InvalidQuantile(_) | Note::BadBucketLabel { .. } | Note::SortInRange
        )
    }

    /// The part of the query that it is about.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// As Prometheus says it of this query, with line and column.
    #[must_use]
    pub fn in_query(&self, query: &str) -> String {
        let (line, column) = self.place.line_column(query);
        let details = match &self.note {
            Note::ForcedMonotonicity { forced, .. } => forced.to_string(),
            _ => String::new(),
        };
        format!("{self}{details} ({line}:{column})")
    }
}

impl fmt::Display for Annotation {
    /// As Prometheus says it, without place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_warning() { "PromQL warning: " } else { "PromQL info: " })?;
        match &self.note {
            Note::InvalidQuantile(quantile) => {
                let quantile = shortest(*quantile);
                write!(f, "quantile value should be between 0 and 1, got {quantile}")
            }
            Note::BadBucketLabel { metric, value } => {
                let words = "is missing or has a malformed value of";
                write!(f, "bucket label \"le\" {words} ")?;
                quote(value.as_bytes(), f)?;
                of_metric(metric, f)
            }
            Note::PossibleNonCounter { metric } => {
                f.write_str("metric might not be a counter, name does not end in ")?;
                f.write_str("_total/_sum/_count/_bucket: ")?;
                quote(metric.as_bytes(), f)
            }
            Note::IncompatibleTypes { left, operator, right } => {
                f.write_str("incompatible sample types encountered for binary operator ")?;
                write!(f, "{operator:?}: {left} {operator} {right}")
            }
            Note::SortInRange => f.write_str(
                "sort is ineffective for range queries since results are always ordered by labels",
            ),
            Note::ForcedMonotonicity { metric, .. } => {
                f.write_str(
                    "input to histogram_quantile needed to be fixed for monotonicity (see ",
                )?;
                f.write_str("https://prometheus.io/docs/prometheus/latest/querying/functions/")?;
                f.write_str("#histogram_quantile)")?;
                of_metric(metric, f)
            }
        }
    }
}

fn of_metric(metric: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if metric.is_empty() {
        return Ok(());
    }
    f.write_str(" for metric name ")?;
    quote(metric.as_bytes(), f)
}

impl Forced {
    fn merge(&mut self, other: &Self) {
        self.lowest = self.lowest.min(other.lowest);
        self.highest = self.highest.max(other.highest);
        self.most = self.most.max(other.most);
        self.samples += other.samples;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

impl fmt::Display for Forced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lowest, highest) = (shortest(self.lowest), shortest(self.highest));
        write!(f, ", from buckets {lowest} to {highest}")?;
        write!(f, ", with a max diff of {}", two_digits(self.most))?;
        let date = |at: Timestamp| Date::from_seconds(at.as_millis().div_euclid(1000));
        let (first, last) = (date(self.first), date(self.last));
        write!(f, ", over {} samples from {first} to {last}", self.samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(start: usize, end: usize) -> Place {
        Place { start, end }
    }

    fn forced(lowest: f64, most: f64, at: i64) -> Note {
        let at = Timestamp::from_millis(at);
        let forced = Forced { lowest, highest: 5.0, most, samples: 1, first: at, last: at };
        Note::ForcedMonotonicity { metric: "".into(), forced }
    }

    #[test]
    fn the_same_words_are_said_once() {
        let mut annotations = Annotations::default();
        annotations.add(Note::InvalidQuantile(f64::NAN), place(3, 5));
        annotations.add(Note::InvalidQuantile(-f64::NAN), place(2, 5));
        annotations.add(Note::InvalidQuantile(1.5), place(9, 12));
        annotations.add(Note::SortInRange, place(0, 9));
        let said: Vec<String> = annotations.warnings().map(|a| a.in_query("0\n2\n4\n")).collect();
        assert_eq!(
            said,
            [
                "PromQL warning: quantile value should be between 0 and 1, got NaN (2:1)",
                "PromQL warning: quantile value should be between 0 and 1, got 1.5 (4:1)",
                "PromQL warning: sort is ineffective for range queries since results are always \
                 ordered by labels (1:1)",
            ]
        );
        assert_eq!(annotations.infos().count(), 0);
    }

    #[test]
    fn raised_buckets_are_told_of_in_one() {
        let mut annotations = Annotations::default();
        annotations.add(forced(0.5, 3.0, 61_500), place(24, 30));
        annotations.add(forced(0.1, 2.0, 1_000), place(24, 30));
        let info = annotations.infos().next().expect("an info");
        assert_eq!(
            info.in_query(&" ".repeat(40)),
            "PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see \
             https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile), \
             from buckets 0.1 to 5, with a max diff of 3, over 2 samples from 1970-01-01T00:00:01Z \
             to 1970-01-01T00:01:01Z (1:25)"
        );
        assert_eq!(annotations.infos().count(), 1);
    }
}
