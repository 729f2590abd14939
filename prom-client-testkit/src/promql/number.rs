//! Numbers as Prometheus writes them in messages and labels: Go's `%g`, `%.2g` and `%f`.

use std::fmt::Write;

use crate::model::scientific;

/// The shortest digits that read back as the same float; with an exponent below 0.0001 and from 1,000,000 on.
pub(crate) fn shortest(value: f64) -> String {
    special(value).unwrap_or_else(|| general(&scientific(value), 6))
}

/// Two significant digits.
pub(crate) fn two_digits(value: f64) -> String {
    special(value).unwrap_or_else(|| general(&format!("{value:.1e}"), 2))
}

/// The shortest digits without an exponent.
pub(crate) fn plain(value: f64) -> String {
    special(value).unwrap_or_else(|| {
        let shortest = value.to_string();
        match shortest.split_once('.') {
            None => shortest,
            // As many digits, of which the last is the even one where two are as near.
            Some((_, behind)) => format!("{value:.0$}", behind.len()),
        }
    })
}

fn special(value: f64) -> Option<String> {
    let text = match value {
        _ if value.is_nan() => "NaN",
        f64::INFINITY => "+Inf",
        f64::NEG_INFINITY => "-Inf",
        _ => return None,
    };
    Some(text.to_owned())
}

/// From Rust's `d.ddde-5`. The exponent is shown from `most` on; zeros at the end of a fraction never are.
fn general(scientific: &str, most: i32) -> String {
    let (digits, exponent) = scientific.split_once('e').expect("`{:e}` writes an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes it in decimal");
    let digits = if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    };
    if (-4..most).contains(&exponent) {
        let value: f64 = format!("{digits}e{exponent}").parse().expect("digits and an exponent");
        return value.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    let mut out = digits.to_owned();
    let _ = write!(out, "e{sign}{:02}", exponent.abs());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_go_writes_them() {
        for (value, general, two, full) in [
            (0.0, "0", "0", "0"),
            (-0.0, "-0", "-0", "-0"),
            (1.0, "1", "1", "1"),
            (-2.5, "-2.5", "-2.5", "-2.5"),
            (10.0, "10", "10", "10"),
            (100.0, "100", "1e+02", "100"),
            (123_456.0, "123456", "1.2e+05", "123456"),
            (1e6, "1e+06", "1e+06", "1000000"),
            (1_234_567.5, "1.2345675e+06", "1.2e+06", "1234567.5"),
            (1e21, "1e+21", "1e+21", "1000000000000000000000"),
            (1e23, "1e+23", "1e+23", "100000000000000000000000"),
            (9_007_199_254_740_993.0, "9.007199254740992e+15", "9e+15", "9007199254740992"),
            (2_f64.powi(60), "1.152921504606847e+18", "1.2e+18", "1152921504606847000"),
            (0.0001, "0.0001", "0.0001", "0.0001"),
            (0.000_012_34, "1.234e-05", "1.2e-05", "0.00001234"),
            (0.999, "0.999", "1", "0.999"),
            (f64::INFINITY, "+Inf", "+Inf", "+Inf"),
            (f64::NEG_INFINITY, "-Inf", "-Inf", "-Inf"),
            (f64::NAN, "NaN", "NaN", "NaN"),
        ] {
            assert_eq!((&*shortest(value), &*two_digits(value)), (general, two), "{value}");
            assert_eq!(plain(value), full);
        }
    }
}
