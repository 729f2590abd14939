//! Native buckets as formats have them: runs of neighbours, and what is in each bucket of a run.
//!
//! ```text
//!  buckets  -2: 3   -1: 4   1: 2                 7: 5
//!  spans   (-2, 4)                              (5, 1)     offset from the end of the one before, and length
//!  counts   3    4     0     2                   5         with bucket 0, which is empty: cheaper than a span
//! ```

/// Up to so many empty buckets are written as such.
const FILLED: i64 = 2;

/// Buckets without a gap of more than [`FILLED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// From the end of the span before, or from bucket 0.
    pub(super) offset: i32,
    pub(super) length: u32,
}

/// How many empty buckets are between the first of two and the second.
fn gap(before: i32, behind: i32) -> i64 {
    i64::from(behind) - i64::from(before) - 1
}

/// The spans of buckets, which are sorted by index.
pub(super) fn spans_of(buckets: &[(i32, u64)]) -> impl Iterator<Item = Span> {
    let mut end = 0_i64;
    let chunks = buckets.chunk_by(|(before, _), (behind, _)| gap(*before, *behind) <= FILLED);
    chunks.map(move |chunk| {
        let first = i64::from(chunk[0].0);
        let behind = i64::from(chunk[chunk.len() - 1].0) + 1;
        let offset = i32::try_from(first - end).unwrap_or(i32::MAX);
        end = behind;
        Span { offset, length: u32::try_from(behind - first).unwrap_or(u32::MAX) }
    })
}

/// What is in the buckets of the spans, one after the other.
pub(super) fn counts_of(buckets: &[(i32, u64)]) -> impl Iterator<Item = u64> {
    let mut last = None;
    buckets.iter().flat_map(move |(index, count)| {
        let empty = last.map_or(0, |last| gap(last, *index));
        last = Some(*index);
        let filled = if (0..=FILLED).contains(&empty) { empty as usize } else { 0 };
        std::iter::repeat_n(0, filled).chain([*count])
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(buckets: &[(i32, u64)]) -> (Vec<(i32, u32)>, Vec<u64>) {
        let spans = spans_of(buckets).map(|span| (span.offset, span.length)).collect();
        (spans, counts_of(buckets).collect())
    }

    #[test]
    fn gaps_of_up_to_two_buckets_are_filled() {
        for (buckets, spans, counts) in [
            (&[][..], &[][..], &[][..]),
            (&[(0, 1)], &[(0, 1)], &[1]),
            (&[(-5, 7)], &[(-5, 1)], &[7]),
            (&[(1, 5), (2, 3)], &[(1, 2)], &[5, 3]),
            (&[(1, 5), (3, 3)], &[(1, 3)], &[5, 0, 3]),
            (&[(1, 5), (4, 3)], &[(1, 4)], &[5, 0, 0, 3]),
            (&[(1, 5), (5, 3)], &[(1, 1), (3, 1)], &[5, 3]),
            (&[(-2, 3), (-1, 4), (1, 2), (7, 5)], &[(-2, 4), (5, 1)], &[3, 4, 0, 2, 5]),
        ] {
            assert_eq!(encoded(buckets), (spans.to_vec(), counts.to_vec()), "{buckets:?}");
        }
    }

    proptest! {
        #[test]
        fn spans_and_counts_say_where_each_bucket_is_and_what_is_in_it(
            gaps in prop::collection::vec((0..8_i32, 1..u64::MAX), 0..20),
            start in -5_000..5_000_i32,
        ) {
            let mut at = start;
            let buckets: Vec<(i32, u64)> = gaps.into_iter().map(|(gap, count)| {
                at += gap + 1;
                (at, count)
            }).collect();
            let (spans, counts) = encoded(&buckets);
            let (mut index, mut read) = (0, Vec::new());
            let mut counts = counts.into_iter();
            for (i, (offset, length)) in spans.into_iter().enumerate() {
                prop_assert!(i == 0 || offset > 2);
                index += offset;
                for _ in 0..length {
                    read.push((index, counts.next().unwrap()));
                    index += 1;
                }
            }
            prop_assert_eq!(counts.next(), None);
            read.retain(|(_, count)| *count > 0);
            prop_assert_eq!(read, buckets);
        }
    }
}
