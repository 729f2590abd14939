//! Floats and times as text.
//!
//! Both text formats write floats like Go: the shortest digits that parse back to the same number,
//! and an exponent below 10⁻⁴ and from 10⁶ on. The digits come from `zmij`; what is decided here is
//! where they stand.

use std::time::Duration;

use super::cursor::Cursor;

/// Writes a float as Go's `strconv.FormatFloat(value, 'g', -1, 64)` has it, but without a sign on
/// zero: at most 24 bytes.
///
/// # Cost
/// 6 ns for an integer below a million, 18 ns for most others, 40 ns with an exponent.
pub(super) fn write_shortest(value: f64, to: &mut Cursor<'_>) {
    if value.is_nan() {
        return to.text("NaN");
    }
    // False for -0.0: neither reference encoder shows its sign.
    if value < 0.0 {
        to.byte(b'-');
    }
    let size = value.abs();
    if is_small_integer(size) {
        to.integer(size as u64);
    } else if size == f64::INFINITY {
        to.text(if value > 0.0 { "+Inf" } else { "Inf" });
    } else {
        let mut digits = zmij::Buffer::new();
        let digits = digits.format_finite(size);
        if (PLAIN_FROM..EXPONENT_FROM).contains(&size) {
            to.text(digits);
        } else {
            write_with_exponent(digits, to);
        }
    }
}

/// Writes a float as OpenMetrics has it: the shortest form, and `.0` where there is neither a point
/// nor an exponent.
pub(super) fn write_canonical(value: f64, to: &mut Cursor<'_>) {
    write_shortest(value, to);
    if is_small_integer(value.abs()) {
        to.text(".0");
    }
}

/// Writes a time as seconds, to the nanosecond and without an exponent: at most 30 bytes.
///
/// A float could not tell the nanoseconds of this century apart.
pub(super) fn write_seconds(since_epoch: Duration, to: &mut Cursor<'_>) {
    to.integer(since_epoch.as_secs());
    to.byte(b'.');
    let (mut rest, mut place) = (since_epoch.subsec_nanos(), 100_000_000);
    loop {
        to.byte(b'0' + (rest / place) as u8);
        (rest, place) = (rest % place, place / 10);
        if rest == 0 {
            break;
        }
    }
}

/// Whether the shortest form of `size`, which is not negative, has neither a point nor an exponent.
fn is_small_integer(size: f64) -> bool {
    // The conversion saturates and cuts the fraction off, so it changes all other numbers.
    size < EXPONENT_FROM && f64::from(size as u32) == size
}

/// Writes `1.25e-07` out of any other way to print this number, which is neither zero nor negative.
fn write_with_exponent(printed: &str, to: &mut Cursor<'_>) {
    let (mantissa, exponent) = printed.split_once('e').unwrap_or((printed, "0"));
    let exponent: i32 = exponent.parse().expect("an integer stands behind the `e`");
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    // The digits in two parts, and how far the point moves to stand behind the first.
    let (digits, more, shift) = match (whole, fraction) {
        ("0", _) => {
            let digits = fraction.trim_start_matches('0');
            (digits, "", digits.len() as i32 - fraction.len() as i32 - 1)
        }
        (_, "0") => (whole.trim_end_matches('0'), "", whole.len() as i32 - 1),
        _ => (whole, fraction, whole.len() as i32 - 1),
    };
    let exponent = exponent + shift;

    let (first, digits) = digits.split_at(1);
    to.text(first);
    if !digits.is_empty() || !more.is_empty() {
        to.byte(b'.');
        to.text(digits);
        to.text(more);
    }
    to.text(if exponent < 0 { "e-" } else { "e+" });
    if exponent.abs() < 10 {
        to.byte(b'0');
    }
    to.integer(exponent.unsigned_abs().into());
}

/// Go's `%g` has an exponent from 10⁶ on when it prints the shortest digits.
const EXPONENT_FROM: f64 = 1e6;

/// And below 10⁻⁴.
const PLAIN_FROM: f64 = 1e-4;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::cursor::{BLOCK, written};
    use super::*;

    fn text(f: impl FnOnce(&mut Cursor<'_>)) -> String {
        let mut room = [b'?'; 2 * BLOCK];
        let len = written(&mut room, f);
        String::from_utf8(room[..len].to_vec()).unwrap()
    }

    fn shortest(value: f64) -> String {
        text(|to| write_shortest(value, to))
    }

    fn canonical(value: f64) -> String {
        text(|to| write_canonical(value, to))
    }

    #[test]
    fn floats_are_written_as_go_writes_them() {
        for (value, go, openmetrics) in [
            (1.0, "1", "1.0"),
            (0.0, "0", "0.0"),
            (-0.0, "0", "0.0"),
            (-1.0, "-1", "-1.0"),
            (10.0, "10", "10.0"),
            (100_000.0, "100000", "100000.0"),
            (999_999.0, "999999", "999999.0"),
            (1e6, "1e+06", "1e+06"),
            (-1e6, "-1e+06", "-1e+06"),
            (1e10, "1e+10", "1e+10"),
            (1_234_567.5, "1.2345675e+06", "1.2345675e+06"),
            (123_456.789, "123456.789", "123456.789"),
            (-123_456.789, "-123456.789", "-123456.789"),
            (999_999.999_999_999_9, "999999.9999999999", "999999.9999999999"),
            (0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"),
            (0.1, "0.1", "0.1"),
            (0.001, "0.001", "0.001"),
            (0.000_1, "0.0001", "0.0001"),
            (0.000_123, "0.000123", "0.000123"),
            (0.000_099_9, "9.99e-05", "9.99e-05"),
            (0.000_01, "1e-05", "1e-05"),
            (1e-10, "1e-10", "1e-10"),
            (9_007_199_254_740_992.0, "9.007199254740992e+15", "9.007199254740992e+15"),
            (17_560_473.0, "1.7560473e+07", "1.7560473e+07"),
            // Halfway between two texts of 17 digits: Go takes the even one, Rust's `{:e}` the
            // other.
            (1_236_936_752_392_349.0 / 8.0, "1.5461709404904362e+14", "1.5461709404904362e+14"),
            (1e15, "1e+15", "1e+15"),
            (1e16, "1e+16", "1e+16"),
            (1.5e17, "1.5e+17", "1.5e+17"),
            (1e100, "1e+100", "1e+100"),
            (5e-324, "5e-324", "5e-324"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308", "2.2250738585072014e-308"),
            (-f64::MAX, "-1.7976931348623157e+308", "-1.7976931348623157e+308"),
            (f64::NAN, "NaN", "NaN"),
            (-f64::NAN, "NaN", "NaN"),
            (f64::INFINITY, "+Inf", "+Inf"),
            (f64::NEG_INFINITY, "-Inf", "-Inf"),
        ] {
            assert_eq!(shortest(value), go);
            assert_eq!(canonical(value), openmetrics);
        }
    }

    #[test]
    fn times_keep_every_nanosecond() {
        for (secs, nanos, expected) in [
            (0, 0, "0.0"),
            (1_520_430_000, 123_000_000, "1520430000.123"),
            (1_520_430_000, 1, "1520430000.000000001"),
            (7, 100_000_000, "7.1"),
            (10, 0, "10.0"),
            (u64::MAX, 999_999_999, "18446744073709551615.999999999"),
        ] {
            assert_eq!(text(|to| write_seconds(Duration::new(secs, nanos), to)), expected);
        }
    }

    /// Go's rule, told once more in terms of Rust's printing.
    fn as_go(value: f64) -> String {
        let printed = format!("{value:e}");
        let (mantissa, exponent) = printed.split_once('e').unwrap();
        let exponent: i32 = exponent.parse().unwrap();
        if (-4..6).contains(&exponent) {
            value.to_string()
        } else {
            format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn finite_floats_are_parsed_back_to_themselves(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(shortest(value).parse(), Ok(value));
            prop_assert_eq!(canonical(value).parse(), Ok(value));
        }

        /// Of up to 15 digits, which a float holds whatever they are, so that only the form can
        /// differ.
        #[test]
        fn floats_have_the_form_of_go(
            digits in 1..1_000_000_000_000_000_u64,
            shift in 0..50_u32,
            exponent in -30..30_i32,
        ) {
            let value: f64 = format!("{}e{exponent}", (digits >> shift).max(1)).parse().unwrap();
            let expected = as_go(value);
            prop_assert_eq!(&shortest(value), &expected);
            let point = if expected.contains(['.', 'e']) { "" } else { ".0" };
            prop_assert_eq!(canonical(value), expected + point);
        }
    }
}
