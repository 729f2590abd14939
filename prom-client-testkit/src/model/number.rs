//! Floats as Go writes them, which is how bounds are spelled in label values.

use std::fmt::Write;

/// Writes a bound as OpenMetrics spells it: `1.0`, `0.005`, `1e+06`, `+Inf`.
///
/// These are the shortest digits that read back as the same float, in Go's format `%g`, and `.0` after
/// digits alone. The exponent form begins below 0.0001 and at 1,000,000. (`strconv.FormatFloat`,
/// `labels.FormatOpenMetricsFloat`.)
pub(crate) fn canonical(value: f64, out: &mut String) {
    if value.is_nan() {
        return out.push_str("NaN");
    }
    if value.is_infinite() {
        return out.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    }
    if value == 0.0 {
        return out.push_str("0.0");
    }
    let shortest = scientific(value);
    let (digits, exponent) = shortest.split_once('e').expect("`{:e}` writes an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes it in decimal");
    if (-4..6).contains(&exponent) {
        let from = out.len();
        let _ = write!(out, "{value}");
        if !out[from..].contains('.') {
            out.push_str(".0");
        }
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(out, "{digits}e{sign}{:02}", exponent.abs());
    }
}

/// The shortest digits that read back as the same float, and the exponent, as `d.ddde-5`.
///
/// Of two such numbers that are as near to it, as 0.2 and 0.3 behind 1315441354515610.25, Rust takes the larger, and Go the one
/// that ends in an even digit, as Rust does too where it is told how many digits there are.
pub(crate) fn scientific(value: f64) -> String {
    let shortest = format!("{value:e}");
    let digits = shortest.split('e').next().map_or(0, |digits| digits.len());
    let (sign, point) =
        (usize::from(value.is_sign_negative()), usize::from(shortest.contains('.')));
    let behind = digits.saturating_sub(sign + 1 + point);
    format!("{value:.behind$e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_spelled_as_the_specification_lists_them() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "0.0"),
            (0.001, "0.001"),
            (0.1, "0.1"),
            (0.99, "0.99"),
            (1.0, "1.0"),
            (10.0, "10.0"),
            (1000.0, "1000.0"),
            (100_000.0, "100000.0"),
            (1e6, "1e+06"),
            (1_234_567.5, "1.2345675e+06"),
            (1e10, "1e+10"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1e-10, "1e-10"),
            (5e-324, "5e-324"),
            (1e100, "1e+100"),
            (-2.5, "-2.5"),
            (1_315_441_354_515_610.0 + 0.25, "1.3154413545156102e+15"),
            (-1_315_441_354_515_610.0 - 0.75, "-1.3154413545156108e+15"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ] {
            let mut out = String::new();
            canonical(value, &mut out);
            assert_eq!(out, text);
        }
    }
}
