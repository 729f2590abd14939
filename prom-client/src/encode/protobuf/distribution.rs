//! Histograms and summaries.

use std::time::Duration;

use ::protobuf::rt::compute_raw_varint64_size;
use ::protobuf::{CodedOutputStream, Result};

use super::fields::{DOUBLE, begin, bucket, histogram, quantile, summary};
use super::{append, exemplar, native};
use crate::snapshot::{BucketExemplars, Exemplar, HistogramPoint, SummaryPoint};

/// Replaces `body` by the message of a histogram.
///
/// The bucket of `+Inf` is the count, so it is written only for its exemplar; not beside native buckets alone, which
/// have the exemplar too, since a server that keeps both kinds would take it for a classic histogram.
pub(super) fn histogram(
    point: &HistogramPoint<'_>,
    exemplars: &BucketExemplars,
    start: Option<Duration>,
    body: &mut Vec<u8>,
) {
    body.clear();
    append(body, |out| {
        out.write_uint64(histogram::COUNT, point.count())?;
        out.write_double(histogram::SUM, point.sum())?;
        let mut exemplars = exemplars.iter().peekable();
        let mut count = 0_u64;
        let bounds = point.bounds().iter().copied().chain([f64::INFINITY]);
        let buckets = point.counts().iter().zip(bounds);
        for (i, (n, bound)) in buckets.enumerate().filter(|_| !point.is_native_only()) {
            count = count.wrapping_add(*n);
            let exemplar = exemplars.next_if(|(bucket, _)| *bucket == i);
            if exemplar.is_some() || bound != f64::INFINITY {
                write_bucket(count, bound, exemplar.map(|(_, exemplar)| exemplar), out)?;
            }
        }
        if let Some(point) = point.native() {
            native::write_buckets(point, out)?;
        }
        exemplar::write_time(histogram::START, start, out)?;
        if let Some(point) = point.native() {
            for exemplar in point.exemplars() {
                exemplar::write(histogram::EXEMPLAR, exemplar, out)?;
            }
        }
        Ok(())
    });
}

#[inline]
fn write_bucket(
    count: u64,
    bound: f64,
    exemplar: Option<&Exemplar>,
    out: &mut CodedOutputStream<'_>,
) -> Result<()> {
    let count_len = 1 + compute_raw_varint64_size(count) as usize;
    begin(histogram::BUCKET, count_len + DOUBLE + exemplar.map_or(0, exemplar::len), out)?;
    out.write_uint64(bucket::COUNT, count)?;
    out.write_double(bucket::BOUND, bound)?;
    exemplar.map_or(Ok(()), |exemplar| exemplar::write(bucket::EXEMPLAR, exemplar, out))
}

/// Replaces `body` by the message of a summary.
pub(super) fn summary(point: &SummaryPoint<'_>, start: Option<Duration>, body: &mut Vec<u8>) {
    body.clear();
    append(body, |out| {
        out.write_uint64(summary::COUNT, point.count())?;
        out.write_double(summary::SUM, point.sum())?;
        for (rank, value) in point.quantiles() {
            begin(summary::QUANTILE, 2 * DOUBLE, out)?;
            out.write_double(quantile::RANK, rank)?;
            out.write_double(quantile::VALUE, value)?;
        }
        exemplar::write_time(summary::START, start, out)
    });
}
