//! The buckets of a native histogram: as spans, and the difference of each to the one before.

use ::protobuf::rt::compute_raw_varint64_size;
use ::protobuf::{CodedOutputStream, Result};

use super::fields::{begin, histogram, span};
use crate::encode::spans::{Span, counts_of, spans_of};
use crate::snapshot::NativePoint;

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
    let mut before = 0_u64;
    for count in counts_of(buckets) {
        out.write_sint64(deltas, count.wrapping_sub(before) as i64)?;
        before = count;
    }
    Ok(())
}

fn write_span(field: u32, one: Span, out: &mut CodedOutputStream<'_>) -> Result<()> {
    let offset = zigzag(one.offset);
    let len = 2 + compute_raw_varint64_size(offset) + compute_raw_varint64_size(one.length.into());
    begin(field, len as usize, out)?;
    out.write_sint32(span::OFFSET, one.offset)?;
    out.write_uint32(span::LENGTH, one.length)
}

/// A signed number as it is written, so that small ones are short.
fn zigzag(n: i32) -> u64 {
    u64::from(((n << 1) ^ (n >> 31)) as u32)
}
