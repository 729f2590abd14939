//! The protobuf exposition: families, each with its length before it.
//!
//! The messages are those of the `protobuf` crate. What they mean is in [`family`]: a family becomes the
//! samples that Prometheus makes of it, named and spelled as OpenMetrics would.

mod family;
mod fields;
mod histogram;
mod line;
#[rustfmt::skip]
#[allow(
    clippy::allow_attributes_without_reason,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::must_use_candidate,
    clippy::unwrap_used,
    clippy::use_self,
    elided_lifetimes_in_paths,
    unnameable_types,
    unreachable_pub,
    reason = "it is generated"
)]
mod metrics;

use protobuf::{CodedInputStream, Message};

use super::ParseError;
use super::fault::{Binary, Fault, Word};
use crate::model::Sink;
use metrics::MetricFamily;

/// The longest length that Prometheus reads, in bytes.
const LONGEST_LENGTH: usize = 5;

/// Reads a body to its end. If `classic` is set, histograms that are native and have classic buckets too
/// become both. If `strict` is set, the parts of native histograms must belong together.
pub(super) fn read(
    body: &[u8],
    (classic, strict): (bool, bool),
    sink: &mut impl Sink,
) -> Result<(), ParseError> {
    let mut at = 0;
    let mut reader = family::Reader::new(classic, strict);
    while at < body.len() {
        let fault = |fault| ParseError::in_bytes(at, Fault::Binary(fault));
        let (length, width) = length(&body[at..]).ok_or_else(|| fault(Binary::Length))?;
        let rest = &body[at + width..];
        let message = usize::try_from(length).ok().and_then(|length| rest.get(..length));
        let message =
            message.ok_or_else(|| fault(Binary::Truncated { need: length, have: rest.len() }))?;
        let family = decode(message).map_err(|error| fault(Binary::Message(error.to_string())))?;
        if let Some(number) = fields::mistyped(&family) {
            let family = Word::new(family.name());
            return Err(fault(Binary::Mistyped { family, number }));
        }
        reader.family(&family, sink).map_err(fault)?;
        at += width + message.len();
    }
    Ok(())
}

/// Reads a message. Without the limit a message inside that is cut off would pass for a whole one.
fn decode(bytes: &[u8]) -> protobuf::Result<MetricFamily> {
    let mut input = CodedInputStream::from_bytes(bytes);
    input.push_limit(bytes.len() as u64)?;
    let mut family = MetricFamily::new();
    family.merge_from(&mut input)?;
    input.check_eof()?;
    Ok(family)
}

/// The length of the next message, and how many bytes it takes itself.
fn length(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut length = 0;
    for (i, byte) in bytes.iter().take(LONGEST_LENGTH).enumerate() {
        length |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((length, i + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_at_most_five_bytes() {
        for (bytes, expected) in [
            (&[0][..], Some((0, 1))),
            (&[0x7f, 1], Some((127, 1))),
            (&[0x80, 1], Some((128, 2))),
            (&[0xff, 0xff, 0xff, 0xff, 0x7f], Some(((1 << 35) - 1, 5))),
            (&[0x80, 0x80, 0x80, 0x80, 0x80, 0], None),
            (&[0x80], None),
            (&[], None),
        ] {
            assert_eq!(length(bytes), expected, "{bytes:?}");
        }
    }
}
