//! Exemplars, and times.

use std::time::Duration;

use ::protobuf::rt::compute_raw_varint64_size;
use ::protobuf::{CodedOutputStream, Result};

use super::fields::{DOUBLE, begin, exemplar, label, message_len, time};
use crate::snapshot::Exemplar;

/// Writes an exemplar as this field.
pub(super) fn write(
    field: u32,
    exemplar: &Exemplar,
    out: &mut CodedOutputStream<'_>,
) -> Result<()> {
    begin(field, body_len(exemplar), out)?;
    for (name, value) in exemplar.labels().iter() {
        begin(exemplar::LABEL, label_len(name, value), out)?;
        out.write_string(label::NAME, name)?;
        out.write_string(label::VALUE, value)?;
    }
    out.write_double(exemplar::VALUE, exemplar.value())?;
    write_time(exemplar::TIME, Some(exemplar.timestamp()), out)
}

/// How long an exemplar is as a field, whose number is below 16.
pub(super) fn len(exemplar: &Exemplar) -> usize {
    message_len(body_len(exemplar))
}

fn body_len(exemplar: &Exemplar) -> usize {
    let labels = exemplar.labels().iter();
    let labels: usize = labels.map(|(name, value)| message_len(label_len(name, value))).sum();
    let (seconds, nanos) = parts(exemplar.timestamp());
    labels + DOUBLE + message_len(time_len(seconds, nanos))
}

fn label_len(name: &str, value: &str) -> usize {
    message_len(name.len()) + message_len(value.len())
}

/// Writes a time since the Unix epoch as this field, if there is one. Parts that are 0 are left out, as in all
/// messages of this type.
#[inline]
pub(super) fn write_time(
    field: u32,
    since_epoch: Option<Duration>,
    out: &mut CodedOutputStream<'_>,
) -> Result<()> {
    let Some(since_epoch) = since_epoch else {
        return Ok(());
    };
    let (seconds, nanos) = parts(since_epoch);
    begin(field, time_len(seconds, nanos), out)?;
    if seconds != 0 {
        out.write_int64(time::SECONDS, seconds)?;
    }
    if nanos != 0 {
        out.write_int32(time::NANOS, nanos)?;
    }
    Ok(())
}

/// How long such a time is as a field, whose number is below 16.
#[inline]
pub(super) fn time_field_len(since_epoch: Option<Duration>) -> usize {
    since_epoch.map_or(0, |since_epoch| {
        let (seconds, nanos) = parts(since_epoch);
        message_len(time_len(seconds, nanos))
    })
}

/// Further than the type reaches is as far as it reaches.
pub(super) fn parts(since_epoch: Duration) -> (i64, i32) {
    let nanos = i32::try_from(since_epoch.subsec_nanos()).expect("less than a second");
    (i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX), nanos)
}

pub(super) fn time_len(seconds: i64, nanos: i32) -> usize {
    let field = |value: u64| match value {
        0 => 0,
        _ => 1 + compute_raw_varint64_size(value) as usize,
    };
    field(seconds as u64) + field(nanos as u64)
}
