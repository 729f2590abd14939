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
    // Rust gives the shortest digits, and the exponent, as `d.ddde-5`.
    let mut shortest = String::with_capacity(24);
    let _ = write!(shortest, "{value:e}");
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
