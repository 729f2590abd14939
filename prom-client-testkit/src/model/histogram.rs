//! Native histograms: buckets whose bounds follow from a schema.

use std::error::Error;
use std::fmt;

/// A native histogram, with its counts as floats, which is how Prometheus computes with them.
///
/// Bucket `i` of schema `n` holds what is in `(b^(i-1), b^i]`, where `b` is 2 to the power of 2 to the power
/// of `-n`; negative observations are in the mirror image. Beyond 2^53 counts lose their last digits, as
/// they do in Prometheus' engine. Two histograms are equal if all their numbers have the same bits.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct NativeHistogram {
    /// The resolution, from -4 to 8.
    pub schema: i32,
    /// Whether it may shrink: a gauge histogram.
    pub gauge: bool,
    /// Whether it was exposed with integers for counts, which add up exactly.
    pub integer: bool,
    /// All observations.
    pub count: f64,
    /// Their sum.
    pub sum: f64,
    /// The width of the bucket around zero.
    pub zero_threshold: f64,
    /// The observations in it.
    pub zero_count: f64,
    /// What is above it.
    pub positive: Buckets,
    /// What is below it, from zero on.
    pub negative: Buckets,
}

/// The buckets of one sign: runs of neighbours, and how many observations each bucket has.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Buckets {
    /// The runs. Their lengths add up to the number of counts.
    pub spans: Vec<Span>,
    /// The observations in each bucket, not the differences that go over the wire.
    pub counts: Vec<f64>,
}

/// A run of buckets without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a distance and a length")]
pub struct Span {
    /// How far it begins behind the end of the previous run; the first one, behind bucket 0.
    pub offset: i32,
    /// How many buckets it has.
    pub length: u32,
}

/// Why the parts of a native histogram do not belong together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum HistogramError {
    /// No schema of this number is known.
    Schema(i32),
    /// The spans make room for another number of buckets.
    Spans {
        /// The room that the spans make.
        spans: u64,
        /// The buckets that there are.
        counts: usize,
    },
    /// A span other than the first begins before the previous one ends.
    Overlap,
    /// A bucket, or the count, is below zero.
    Negative(f64),
    /// The buckets of a histogram of integers hold another number of observations than the count. Where
    /// NaN was observed, which is in no bucket, they hold more.
    Count {
        /// What the buckets hold.
        buckets: f64,
        /// What the count says.
        count: f64,
    },
}

impl NativeHistogram {
    /// Checks that the parts belong together, by the rules by which Prometheus 3 stores it or fails the
    /// scrape. Only integers are added up and compared with the count.
    ///
    /// # Errors
    /// The first rule that does not hold.
    pub fn validate(&self) -> Result<(), HistogramError> {
        if !(-4..=8).contains(&self.schema) {
            return Err(HistogramError::Schema(self.schema));
        }
        self.negative.validate()?;
        self.positive.validate()?;
        if let Some(count) = [self.zero_count, self.count].into_iter().find(|count| *count < 0.0) {
            return Err(HistogramError::Negative(count));
        }
        let sides = self.negative.counts.iter().chain(&self.positive.counts);
        let buckets = self.zero_count + sides.sum::<f64>();
        let count = self.count;
        // NaN is counted and lies in no bucket. Beyond 2^53 floats are rounded.
        let same = if self.sum.is_nan() { buckets <= count } else { buckets == count };
        if self.integer && !same && buckets.max(count) < EXACT {
            return Err(HistogramError::Count { buckets, count });
        }
        Ok(())
    }
}

/// From here on not every integer is a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Buckets {
    /// The buckets with their indices, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = (i32, f64)> {
        let mut next = 0_i32;
        let indices = self.spans.iter().flat_map(move |span| {
            let from = next.saturating_add(span.offset);
            next = from.saturating_add_unsigned(span.length);
            from..next
        });
        indices.zip(self.counts.iter().copied())
    }

    /// The same counts where two neighbours are one bucket, as often as this in a row.
    fn merged(&self, halvings: i32) -> Self {
        let mut merged = Self::default();
        let mut last = None;
        for (index, count) in self.iter() {
            let index = (index.saturating_sub(1) >> halvings) + 1;
            if last == Some(index) {
                *merged.counts.last_mut().expect("there is a last bucket") += count;
                continue;
            }
            merged.counts.push(count);
            let offset = index.saturating_sub(last.map_or(0, |last| last + 1));
            last = Some(index);
            match merged.spans.last_mut().filter(|_| offset == 0) {
                Some(span) => span.length += 1,
                None => merged.spans.push(Span { offset, length: 1 }),
            }
        }
        merged
    }

    /// Checks that the spans make room for the counts, and no more.
    pub(crate) fn check_room(&self) -> Result<(), HistogramError> {
        let room = self.spans.iter().map(|span| u64::from(span.length)).sum();
        if usize::try_from(room) != Ok(self.counts.len()) {
            return Err(HistogramError::Spans { spans: room, counts: self.counts.len() });
        }
        Ok(())
    }

    fn validate(&self) -> Result<(), HistogramError> {
        self.check_room()?;
        if self.spans.iter().skip(1).any(|span| span.offset < 0) {
            return Err(HistogramError::Overlap);
        }
        match self.counts.iter().find(|count| **count < 0.0) {
            Some(count) => Err(HistogramError::Negative(*count)),
            None => Ok(()),
        }
    }
}

impl NativeHistogram {
    /// The same observations in fewer, wider buckets, as a lower schema has them. Of one that is not lower, or where
    /// one of them is not from -4 to 8, the histogram itself.
    ///
    /// # Examples
    /// ```
    /// use prom_client_testkit::{NativeHistogram, Span};
    ///
    /// let mut histogram = NativeHistogram::default();
    /// histogram.positive.spans.push(Span { offset: 1, length: 4 });
    /// histogram.positive.counts = vec![1.0, 2.0, 3.0, 4.0];
    /// assert_eq!(histogram.with_schema(-1).positive.counts, [3.0, 7.0]);
    /// ```
    #[must_use]
    pub fn with_schema(&self, schema: i32) -> Self {
        let known = -4..=8;
        if schema >= self.schema || !known.contains(&schema) || !known.contains(&self.schema) {
            return self.clone();
        }
        let halvings = self.schema - schema;
        let (positive, negative) = (self.positive.merged(halvings), self.negative.merged(halvings));
        Self { schema, positive, negative, ..self.clone() }
    }
}

impl PartialEq for NativeHistogram {
    fn eq(&self, other: &Self) -> bool {
        let numbers = |h: &Self| [h.count, h.sum, h.zero_threshold, h.zero_count].map(f64::to_bits);
        self.schema == other.schema
            && self.gauge == other.gauge
            && self.integer == other.integer
            && numbers(self) == numbers(other)
            && self.positive == other.positive
            && self.negative == other.negative
    }
}

impl PartialEq for Buckets {
    fn eq(&self, other: &Self) -> bool {
        let bits = |buckets: &Self| buckets.counts.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
        self.spans == other.spans && bits(self) == bits(other)
    }
}

impl fmt::Display for NativeHistogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{schema:{},count:{},sum:{}", self.schema, self.count, self.sum)?;
        write!(f, ",zero:{}@{}", self.zero_count, self.zero_threshold)?;
        for (name, side) in [("negative", &self.negative), ("positive", &self.positive)] {
            if side.counts.is_empty() {
                continue;
            }
            write!(f, ",{name}:[")?;
            for (i, (index, count)) in side.iter().enumerate() {
                let comma = if i == 0 { "" } else { "," };
                write!(f, "{comma}{index}:{count}")?;
            }
            f.write_str("]")?;
        }
        f.write_str("}")
    }
}

impl fmt::Display for HistogramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema(schema) => write!(f, "schema {schema}; known are -4 to 8"),
            Self::Spans { spans, counts } => {
                write!(f, "spans make room for {spans} buckets, and there are {counts}")
            }
            Self::Overlap => f.write_str("a span begins before the previous one ends"),
            Self::Negative(number) => write!(f, "{number} observations"),
            Self::Count { buckets, count } => {
                write!(f, "{buckets} observations found in buckets, but the count is {count}")
            }
        }
    }
}

impl Error for HistogramError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram() -> NativeHistogram {
        NativeHistogram {
            schema: 3,
            integer: true,
            count: 7.0,
            sum: 10.0,
            zero_count: 1.0,
            positive: Buckets {
                spans: vec![Span { offset: -2, length: 1 }, Span { offset: 3, length: 2 }],
                counts: vec![1.0, 2.0, 3.0],
            },
            ..NativeHistogram::default()
        }
    }

    #[test]
    fn buckets_have_the_indices_that_the_spans_give_them() {
        let histogram = histogram();
        let buckets: Vec<_> = histogram.positive.iter().collect();
        assert_eq!(buckets, [(-2, 1.0), (2, 2.0), (3, 3.0)]);
        assert_eq!(
            histogram.to_string(),
            "{schema:3,count:7,sum:10,zero:1@0,positive:[-2:1,2:2,3:3]}"
        );
    }

    #[test]
    fn parts_that_do_not_belong_together_are_refused() {
        type Spoil = fn(&mut NativeHistogram);
        let cases: [(Spoil, &str); 9] = [
            (|h| h.count = 8.0, "7 observations found in buckets, but the count is 8"),
            (
                |h| (h.sum, h.count) = (f64::NAN, 6.0),
                "7 observations found in buckets, but the count is 6",
            ),
            (|h| h.schema = 9, "schema 9; known are -4 to 8"),
            (|h| h.schema = -53, "schema -53; known are -4 to 8"),
            (
                |h| h.positive.spans[1].length = 4_000_000_000,
                "spans make room for 4000000001 buckets, and there are 3",
            ),
            (|h| h.positive.spans[1].offset = -1, "a span begins before the previous one ends"),
            (|h| h.positive.counts[0] = -1.0, "-1 observations"),
            (|h| h.zero_count = -2.0, "-2 observations"),
            (|h| h.count = -3.0, "-3 observations"),
        ];
        assert_eq!(histogram().validate(), Ok(()));
        for (spoil, message) in cases {
            let mut histogram = histogram();
            spoil(&mut histogram);
            assert_eq!(histogram.validate().expect_err(message).to_string(), message);
        }
        let fine: [Spoil; 2] =
            [|h| (h.sum, h.count) = (f64::NAN, 8.0), |h| (h.integer, h.count) = (false, 8.0)];
        for change in fine {
            let mut histogram = histogram();
            change(&mut histogram);
            assert_eq!(histogram.validate(), Ok(()));
        }
    }
}
