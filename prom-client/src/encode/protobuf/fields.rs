//! The numbers of fields and types, by message.

use ::protobuf::rt::{WireType, compute_raw_varint64_size};
use ::protobuf::{CodedOutputStream, Result};

use crate::desc::Kind;

pub(super) mod family {
    pub(in super::super) const NAME: u32 = 1;
    pub(in super::super) const HELP: u32 = 2;
    pub(in super::super) const TYPE: u32 = 3;
    pub(in super::super) const METRIC: u32 = 4;
    pub(in super::super) const UNIT: u32 = 5;
}

pub(super) mod metric {
    pub(in super::super) const LABEL: u32 = 1;
    pub(in super::super) const GAUGE: u32 = 2;
    pub(in super::super) const COUNTER: u32 = 3;
    pub(in super::super) const SUMMARY: u32 = 4;
    pub(in super::super) const UNTYPED: u32 = 5;
    pub(in super::super) const HISTOGRAM: u32 = 7;
}

pub(super) mod label {
    pub(in super::super) const NAME: u32 = 1;
    pub(in super::super) const VALUE: u32 = 2;
}

/// Of counters, gauges and untyped values.
pub(super) mod scalar {
    pub(in super::super) const VALUE: u32 = 1;
}

pub(super) mod counter {
    pub(in super::super) const EXEMPLAR: u32 = 2;
    pub(in super::super) const START: u32 = 3;
}

pub(super) mod summary {
    pub(in super::super) const COUNT: u32 = 1;
    pub(in super::super) const SUM: u32 = 2;
    pub(in super::super) const QUANTILE: u32 = 3;
    pub(in super::super) const START: u32 = 4;
}

pub(super) mod quantile {
    pub(in super::super) const RANK: u32 = 1;
    pub(in super::super) const VALUE: u32 = 2;
}

pub(super) mod histogram {
    pub(in super::super) const COUNT: u32 = 1;
    pub(in super::super) const SUM: u32 = 2;
    pub(in super::super) const BUCKET: u32 = 3;
    pub(in super::super) const SCHEMA: u32 = 5;
    pub(in super::super) const ZERO_THRESHOLD: u32 = 6;
    pub(in super::super) const ZERO_COUNT: u32 = 7;
    /// Spans, then deltas.
    pub(in super::super) const NEGATIVE: [u32; 2] = [9, 10];
    pub(in super::super) const POSITIVE: [u32; 2] = [12, 13];
    pub(in super::super) const START: u32 = 15;
    pub(in super::super) const EXEMPLAR: u32 = 16;
}

pub(super) mod bucket {
    pub(in super::super) const COUNT: u32 = 1;
    pub(in super::super) const BOUND: u32 = 2;
    pub(in super::super) const EXEMPLAR: u32 = 3;
}

pub(super) mod span {
    pub(in super::super) const OFFSET: u32 = 1;
    pub(in super::super) const LENGTH: u32 = 2;
}

pub(super) mod exemplar {
    pub(in super::super) const LABEL: u32 = 1;
    pub(in super::super) const VALUE: u32 = 2;
    pub(in super::super) const TIME: u32 = 3;
}

pub(super) mod time {
    pub(in super::super) const SECONDS: u32 = 1;
    pub(in super::super) const NANOS: u32 = 2;
}

/// The number of the type. What has none is shown as what servers make of it.
pub(super) fn type_of(kind: Kind) -> i32 {
    match kind {
        Kind::Counter => 0,
        Kind::Gauge | Kind::Info | Kind::StateSet => 1,
        Kind::Summary => 2,
        Kind::Unknown => 3,
        Kind::Histogram => 4,
        Kind::GaugeHistogram => 5,
    }
}

/// Writes what stands before a message, or text, of so many bytes.
pub(super) fn begin(field: u32, len: usize, out: &mut CodedOutputStream<'_>) -> Result<()> {
    out.write_tag(field, WireType::LengthDelimited)?;
    out.write_raw_varint64(len as u64)
}

/// A tag and eight bytes.
pub(super) const DOUBLE: usize = 9;

/// How long a message, or text, of so many bytes is as a field, whose number is below 16.
#[inline]
pub(super) fn message_len(len: usize) -> usize {
    1 + compute_raw_varint64_size(len as u64) as usize + len
}
