//! When two numbers are equal in a test.

use crate::model::is_stale;

/// Numbers may differ by this part of their sum.
const EPSILON: f64 = 1e-6;

/// Whether two numbers are the same but for rounding, by the reference's rule (`util/almost`): the end of a series is
/// equal to itself alone, and 0 only to what is next to it.
pub(super) fn almost_equal(a: f64, b: f64) -> bool {
    if is_stale(a) || is_stale(b) {
        return is_stale(a) && is_stale(b);
    }
    if a == b || a.is_nan() && b.is_nan() {
        return true;
    }
    let sum = a.abs() + b.abs();
    let difference = (a - b).abs();
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < EPSILON * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < EPSILON
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::STALE;

    #[test]
    fn rounding_is_forgiven_and_nothing_else() {
        for (a, b, equal) in [
            (1.0, 1.000_001, true),
            (1.0, 1.000_003, false),
            (0.0, -0.0, true),
            (0.0, 1e-300, false),
            (1e-310, 1.1e-310, false),
            (f64::NAN, -f64::NAN, true),
            (f64::NAN, STALE, false),
            (STALE, STALE, true),
            (f64::INFINITY, f64::INFINITY, true),
            (f64::INFINITY, f64::NEG_INFINITY, false),
            (f64::INFINITY, f64::MAX, false),
            (f64::MAX, -f64::MAX, false),
        ] {
            assert_eq!(almost_equal(a, b), equal, "{a} and {b}");
            assert_eq!(almost_equal(b, a), equal, "{b} and {a}");
        }
    }
}
