//! Numbers in text.

use super::fault::{Fault, Word};
use crate::model::Timestamp;

/// The one NaN that Prometheus stores for every NaN it reads. Another one marks the end of a series.
pub(super) const NAN: f64 = f64::from_bits(0x7ff8_0000_0000_0001);

/// Reads a float as Prometheus does: what Go's `ParseFloat` took before version 1.13, that is decimal
/// digits with point and exponent, `Inf`, `Infinity` and `NaN` in any case, and no hexadecimal digits and no
/// underscores. A number too large for a float is a mistake, one too small is 0.
pub(super) fn float(text: &[u8], what: &'static str) -> Result<f64, Fault> {
    if let Some(integer) = small_integer(text) {
        return Ok(integer);
    }
    let not_a_number = || Fault::NotANumber(what, Word::from_bytes(text));
    let text = std::str::from_utf8(text).map_err(|_| not_a_number())?;
    let number: f64 = text.parse().map_err(|_| not_a_number())?;
    if number.is_nan() {
        // Rust would take a sign here.
        return if text.len() == 3 { Ok(NAN) } else { Err(not_a_number()) };
    }
    if number.is_infinite() && text.bytes().any(|b| b.is_ascii_digit()) {
        return Err(Fault::OutOfRange(what, Word::new(text)));
    }
    Ok(number)
}

/// Counts are most of what there is to read, and most of them have few digits.
#[inline]
fn small_integer(text: &[u8]) -> Option<f64> {
    if text.is_empty() || text.len() > 15 {
        return None;
    }
    let mut value = 0_u64;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    // 15 digits are below 2^53.
    #[expect(clippy::cast_precision_loss, reason = "it has at most 15 digits")]
    Some(value as f64)
}

/// Reads a timestamp in milliseconds.
pub(super) fn millis(text: &[u8]) -> Result<Timestamp, Fault> {
    const WHAT: &str = "a timestamp in milliseconds";
    let word = || Word::from_bytes(text);
    let unsigned = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    if unsigned.is_empty() || !unsigned.iter().all(u8::is_ascii_digit) {
        return Err(Fault::NotANumber(WHAT, word()));
    }
    let millis = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    millis.map(Timestamp::from_millis).ok_or_else(|| Fault::OutOfRange(WHAT, word()))
}

/// Reads a timestamp in seconds, as OpenMetrics has them.
pub(super) fn seconds(text: &[u8]) -> Result<Timestamp, Fault> {
    let seconds = float(text, "a timestamp in seconds")?;
    if seconds.is_finite() {
        Ok(Timestamp::from_seconds(seconds))
    } else {
        Err(Fault::NotAMoment(Word::from_bytes(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_what_prometheus_takes_for_floats() {
        for (text, expected) in [
            ("1", 1.0),
            ("007", 7.0),
            ("123456789012345", 123_456_789_012_345.0),
            ("9007199254740993", 9_007_199_254_740_992.0),
            ("+5", 5.0),
            ("-0", -0.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("1E5", 1e5),
            ("1e-400", 0.0),
            ("Inf", f64::INFINITY),
            ("+inf", f64::INFINITY),
            ("-INFINITY", f64::NEG_INFINITY),
            ("nan", NAN),
            ("NaN", NAN),
        ] {
            let number = float(text.as_bytes(), "a value").expect(text);
            assert_eq!(number.to_bits(), expected.to_bits(), "{text}");
        }
    }

    #[test]
    fn what_is_no_float_is_refused() {
        for text in [
            "", "+", ".", "e5", "1e", "--1", "1_000", "0x10", "0x1p3", "0b1", "1,5", "+nan",
            "-NaN", "1e400", "-1e400", "١", "1 ", "true", "infinit", "nano",
        ] {
            assert!(float(text.as_bytes(), "a value").is_err(), "{text}");
        }
        assert!(float(b"\xff", "a value").is_err());
    }

    #[test]
    fn timestamps_are_cut_to_milliseconds() {
        for (text, millis) in [("1.0019", 1_001), ("-1.5", -1_500), ("1.7e9", 1_700_000_000_000)] {
            assert_eq!(seconds(text.as_bytes()), Ok(Timestamp::from_millis(millis)), "{text}");
        }
        for text in ["NaN", "Inf", "-inf", "1z", ""] {
            assert!(seconds(text.as_bytes()).is_err(), "{text}");
        }
        for (text, expected) in [("-1", Some(-1)), ("+5", Some(5)), ("99999999999999999999", None)]
        {
            assert_eq!(millis(text.as_bytes()).ok().map(Timestamp::as_millis), expected, "{text}");
        }
        for text in ["", "-", "1.5", "1e3", "+-1", "1_0"] {
            assert!(millis(text.as_bytes()).is_err(), "{text}");
        }
    }
}
