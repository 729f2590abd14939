//! What stands in the message of every series, written to a vector directly.
//!
//! A call of `CodedOutputStream` for each field takes longer than the field: with it a counter of a scrape took 63 ns, and
//! takes 34 without (three labels, one core, 2026). All else goes through the stream.

use std::time::Duration;

use ::protobuf::rt::WireType;

use super::exemplar::{parts, time_len};
use super::fields::{DOUBLE, time};

/// The byte that a field begins with, whose number is below 16.
const fn tag(field: u32, wire_type: WireType) -> u8 {
    (field as u8) << 3 | wire_type as u8
}

/// Writes what stands before a message, or text, of so many bytes: mostly two bytes.
#[inline(always)]
pub(super) fn begin(field: u32, len: usize, out: &mut Vec<u8>) {
    let tag = tag(field, WireType::LengthDelimited);
    if len < 0x80 {
        out.extend_from_slice(&[tag, len as u8]);
    } else {
        out.push(tag);
        varint(len as u64, out);
    }
}

/// Writes a number, in [`DOUBLE`] bytes.
#[inline(always)]
pub(super) fn double(field: u32, value: f64, out: &mut Vec<u8>) {
    let mut bytes = [tag(field, WireType::Fixed64); DOUBLE];
    bytes[1..].copy_from_slice(&value.to_le_bytes());
    out.extend_from_slice(&bytes);
}

/// Writes a time since the Unix epoch, if there is one. Parts that are 0 are left out.
#[inline(always)]
pub(super) fn moment(field: u32, since_epoch: Option<Duration>, out: &mut Vec<u8>) {
    let Some(since_epoch) = since_epoch else {
        return;
    };
    let (seconds, nanos) = parts(since_epoch);
    begin(field, time_len(seconds, nanos), out);
    for (field, part) in [(time::SECONDS, seconds as u64), (time::NANOS, nanos as u64)] {
        if part != 0 {
            out.push(tag(field, WireType::Varint));
            varint(part, out);
        }
    }
}

/// Seven bits to a byte, the lowest first; all bytes but the last have their highest bit set.
#[inline(always)]
fn varint(mut n: u64, out: &mut Vec<u8>) {
    let mut bytes = [0; 10];
    let mut len = 0;
    while n >= 0x80 {
        bytes[len] = n as u8 | 0x80;
        n >>= 7;
        len += 1;
    }
    bytes[len] = n as u8;
    out.extend_from_slice(&bytes[..=len]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::append;
    use super::*;

    proptest! {
        #[test]
        fn what_is_written_directly_is_what_the_stream_writes(
            n: u64,
            shift in 0..64_u32,
            field in 1..16_u32,
            secs: u32,
            nanos in 0..1_000_000_000_u32,
        ) {
            let (n, mut direct, mut through) = (n >> shift, Vec::new(), Vec::new());
            varint(n, &mut direct);
            begin(field, n as usize, &mut direct);
            double(field, n as f64, &mut direct);
            let time = Duration::new(secs.into(), nanos);
            moment(field, Some(time), &mut direct);
            append(&mut through, |out| {
                out.write_raw_varint64(n)?;
                super::super::fields::begin(field, n as usize, out)?;
                out.write_double(field, n as f64)?;
                super::super::exemplar::write_time(field, Some(time), out)
            });
            prop_assert_eq!(direct, through);
        }
    }
}
