//! The buckets of a native histogram: as spans of neighbours, and the difference of each to the one before.
//!
//! ```text
//!  buckets  -2: 3   -1: 4   1: 2                 7: 5
//!  spans   (-2, 4)                              (5, 1)     offset from the end of the one before, and length
//!  deltas   3    1    -4     2                   3         with bucket 0, which is empty: cheaper than a span
//! ```

use ::protobuf::rt::compute_raw_varint64_size;
use ::protobuf::{CodedOutputStream, Result};

use super::fields::{histogram, span, types};
use crate::snapshot::NativePoint;

/// Up to so many empty buckets are written as such.
const FILLED: i64 = 2;

/// Buckets without a gap of more than [`FILLED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    /// From the end of the span before, or from bucket 0.
    offset: i32,
    length: u32,
}

/// Writes resolution, zero bucket and buckets.
pub(super) fn write_buckets(point: NativePoint<'_>, out: &mut CodedOutputStream<'_>) -> Result<()> {
    out.write_sint32(histogram::SCHEMA, point.schema().into())?;
    out.write_double(histogram::ZERO_THRESHOLD, point.zero_threshold())?;
    out.write_uint64(histogram::ZERO_COUNT, point.zero_count())?;
    write_side(histogram::NEGATIVE, point.negative(), out)?;
    write_side(histogram::POSITIVE, point.positive(), out)?;
    let nothing = point.negative().is_empty() && point.positive().is_empty();
    if nothing && point.zero_threshold() == 0.0 && point.zero_count() == 0 {
        // Or it would be taken for one that has no native buckets.
        write_span(histogram::POSITIVE[0], Span { offset: 0, length: 0 }, out)?;
    }
    Ok(())
}

fn write_side(
    [spans, deltas]: [u32; 2],
    buckets: &[(i32, u64)],
    out: &mut CodedOutputStream<'_>,
) -> Result<()> {
    for one in spans_of(buckets) {
        write_span(spans, one, out)?;
    }
    for delta in deltas_of(buckets) {
        out.write_sint64(deltas, delta)?;
    }
    Ok(())
}

fn write_span(field: u32, one: Span, out: &mut CodedOutputStream<'_>) -> Result<()> {
    let offset = zigzag(one.offset);
    let len = 2 + compute_raw_varint64_size(offset) + compute_raw_varint64_size(one.length.into());
    out.write_tag(field, types::LEN)?;
    out.write_raw_varint64(len)?;
    out.write_sint32(span::OFFSET, one.offset)?;
    out.write_uint32(span::LENGTH, one.length)
}

/// A signed number as it is written, so that small ones are short.
fn zigzag(n: i32) -> u64 {
    u64::from(((n << 1) ^ (n >> 31)) as u32)
}

/// How many empty buckets are between the first of two and the second.
fn gap(before: i32, behind: i32) -> i64 {
    i64::from(behind) - i64::from(before) - 1
}

/// The spans of buckets, which are sorted by index.
fn spans_of(buckets: &[(i32, u64)]) -> impl Iterator<Item = Span> {
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

/// Each count without the one before, with the empty buckets that are in spans.
fn deltas_of(buckets: &[(i32, u64)]) -> impl Iterator<Item = i64> {
    let mut last = None;
    let counts = buckets.iter().flat_map(move |(index, count)| {
        let empty = last.map_or(0, |last| gap(last, *index)).clamp(0, FILLED + 1);
        last = Some(*index);
        let filled = if empty <= FILLED { empty as usize } else { 0 };
        std::iter::repeat_n(0, filled).chain([*count])
    });
    let mut before = 0_u64;
    counts.map(move |count| {
        let delta = count.wrapping_sub(before) as i64;
        before = count;
        delta
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(buckets: &[(i32, u64)]) -> (Vec<(i32, u32)>, Vec<i64>) {
        let spans = spans_of(buckets).map(|span| (span.offset, span.length)).collect();
        (spans, deltas_of(buckets).collect())
    }

    #[test]
    fn gaps_of_up_to_two_buckets_are_filled() {
        for (buckets, spans, deltas) in [
            (&[][..], &[][..], &[][..]),
            (&[(0, 1)], &[(0, 1)], &[1]),
            (&[(-5, 7)], &[(-5, 1)], &[7]),
            (&[(1, 5), (2, 3)], &[(1, 2)], &[5, -2]),
            (&[(1, 5), (3, 3)], &[(1, 3)], &[5, -5, 3]),
            (&[(1, 5), (4, 3)], &[(1, 4)], &[5, -5, 0, 3]),
            (&[(1, 5), (5, 3)], &[(1, 1), (3, 1)], &[5, -2]),
            (&[(-2, 3), (-1, 4), (1, 2), (7, 5)], &[(-2, 4), (5, 1)], &[3, 1, -4, 2, 3]),
        ] {
            assert_eq!(encoded(buckets), (spans.to_vec(), deltas.to_vec()), "{buckets:?}");
        }
    }

    proptest! {
        #[test]
        fn spans_and_deltas_say_where_each_bucket_is_and_what_is_in_it(
            gaps in prop::collection::vec((0..8_i32, 1..1_u64 << 62), 0..20),
            start in -5_000..5_000_i32,
        ) {
            let mut at = start;
            let buckets: Vec<(i32, u64)> = gaps.into_iter().map(|(gap, count)| {
                at += gap + 1;
                (at, count)
            }).collect();
            let (spans, deltas) = encoded(&buckets);
            let (mut index, mut count, mut read) = (0, 0, Vec::new());
            let mut deltas = deltas.into_iter();
            for (i, (offset, length)) in spans.into_iter().enumerate() {
                prop_assert!(i == 0 || offset > 2);
                index += offset;
                for _ in 0..length {
                    count += deltas.next().unwrap();
                    read.push((index, count as u64));
                    index += 1;
                }
            }
            prop_assert_eq!(deltas.next(), None);
            read.retain(|(_, count)| *count > 0);
            prop_assert_eq!(read, buckets);
        }
    }
}
