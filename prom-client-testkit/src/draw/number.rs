//! Numbers where there is little room.

/// Thousands by their letters, the largest first.
const LETTERS: [(f64, &str); 4] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];

/// A number with three digits that count: `0.25`, `1.23k`, `4.5e-7`.
pub(super) fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    // Rounded before anything is chosen by it, so that 999.9 is 1k.
    let text = format!("{value:.2e}");
    let rounded: f64 = text.parse().expect("`{:e}` writes a number");
    let size = rounded.abs();
    if !(1e-3..1e15).contains(&size) {
        let (digits, exponent) = text.split_once('e').expect("`{:e}` writes an exponent");
        return format!("{}e{exponent}", trimmed(digits));
    }
    match LETTERS.iter().find(|(from, _)| size >= *from) {
        Some((unit, letter)) => format!("{}{letter}", digits(rounded / unit)),
        None => digits(rounded),
    }
}

/// At most five digits behind the point, which three that count never need beyond a thousandth.
fn digits(value: f64) -> String {
    trimmed(&format!("{value:.5}")).to_owned()
}

/// Without zeros at its end, which stands behind a point.
fn trimmed(digits: &str) -> &str {
    digits.trim_end_matches('0').trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn numbers_are_short_and_nearly_what_they_are() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (7.0, "7"),
            (0.25, "0.25"),
            (-1.5, "-1.5"),
            (1.0 / 3.0, "0.333"),
            (0.001_234_5, "0.00123"),
            (0.000_45, "4.5e-4"),
            (99.95, "100"),
            (999.9, "1k"),
            (-12_345.0, "-12.3k"),
            (1_704_067_200.0, "1.7G"),
            (4.56e14, "456T"),
            (1e15, "1e15"),
            (f64::MAX, "1.8e308"),
            (f64::MIN_POSITIVE, "2.23e-308"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(short(value), text, "{value:e}");
        }
    }
}
