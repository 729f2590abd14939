//! From a value to its cell, and back to a value whose relative error is known.
//!
//! Each octave, the values from a power of two up to the next, is cut into 64 cells of equal width. A cell's
//! number is the exponent and the first six bits of the mantissa, which are next to each other in a
//! float, so finding it takes no logarithm. A value is shown as the harmonic mean of its cell's ends
//! `a` and `b`, `2ab / (a + b)`, which is off by at most `(b - a) / (b + a)` of the value: 1/129, or
//! 0.78 %, at the lower end of an octave, and half of that at its upper end (as in DDSketch, Masson et
//! al. 2019, with cells of equal width in place of equal ratios).
//!
//! Cells are numbered through: negative values first, then 0 with all that is too small to be a normal
//! float, then positive ones, so that their order is that of the values. They are kept by the page.

use super::page::CELLS;

/// Bits of a float below those that number a cell: 6 of 52 bits of mantissa are left.
const SHIFT: u32 = 46;

/// Cells from 0 to infinity.
const POSITIVE: i32 = (f64::INFINITY.to_bits() >> SHIFT) as i32 - LEAST + 1;

/// The number of the smallest normal float before 0 is put at 0.
const LEAST: i32 = (f64::MIN_POSITIVE.to_bits() >> SHIFT) as i32;

/// The cell of 0: a multiple of a page's cells, so that a page has values of one sign.
const ZERO: i32 = (POSITIVE / CELLS as i32 + 1) * CELLS as i32;

/// Where values are counted: a page, and a cell in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) page: u32,
    pub(super) cell: u32,
}

impl Place {
    /// The place of a value that is not NaN.
    #[inline(always)]
    pub(super) fn of(value: f64) -> Self {
        let magnitude = (value.abs().to_bits() >> SHIFT) as i32;
        // 0 for all below the smallest normal float.
        let number = (magnitude - LEAST + 1).max(0);
        let number = ZERO + if value.is_sign_negative() { -number } else { number };
        Self::of_number(number as u32)
    }

    /// Places numbered through, below 2^19.
    #[inline(always)]
    pub(super) const fn of_number(number: u32) -> Self {
        Self { page: number / CELLS as u32, cell: number % CELLS as u32 }
    }

    pub(super) const fn number(self) -> u32 {
        self.page * CELLS as u32 + self.cell
    }

    /// A value that differs from every value of this place by at most 1/129 of it; exact for 0 and the
    /// infinities.
    pub(super) fn value(self) -> f64 {
        let number = self.number() as i32 - ZERO;
        let Some(above_least) = number.abs().checked_sub(1).filter(|n| *n >= 0) else { return 0.0 };
        let bits = ((above_least + LEAST) as u64) << SHIFT;
        let (low, high) = (f64::from_bits(bits), f64::from_bits(bits + (1 << SHIFT)));
        let middle = if high < f64::INFINITY {
            // Not `2ab / (a + b)`, whose parts leave the range of floats.
            low / (0.5 + 0.5 * (low / high))
        } else if low < f64::INFINITY {
            low / (0.5 + 0.5 * (low / f64::MAX))
        } else {
            low
        };
        if number < 0 { -middle } else { middle }
    }
}

/// The value of rank `⌈q·n⌉` (at least 1) among `n` values that were counted by place, in order; NaN if
/// there are none.
pub(super) fn quantile(q: f64, total: u64, places: impl Iterator<Item = (Place, u64)>) -> f64 {
    let rank = ((q * total as f64).ceil() as u64).clamp(1, total.max(1));
    let mut seen = 0_u64;
    for (place, n) in places {
        seen = seen.saturating_add(n);
        if seen >= rank {
            return place.value();
        }
    }
    f64::NAN
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(value: f64) {
        let shown = Place::of(value).value();
        if value.abs() < f64::MIN_POSITIVE {
            assert_eq!(shown, 0.0, "{value:e}");
        } else if value.is_infinite() {
            assert_eq!(shown, value);
        } else {
            let error = (shown / value - 1.0).abs();
            assert!(error <= 1.0 / 129.0 + 1e-15, "{value:e} is shown as {shown:e}");
        }
    }

    #[test]
    fn the_ends_of_the_range_have_places() {
        let least = f64::MIN_POSITIVE;
        for value in
            [0.0, 5e-324, least, least.next_down(), 1.0, 2.0, 2.0_f64.next_down(), f64::MAX]
        {
            check(value);
            check(-value);
        }
        check(f64::INFINITY);
        check(-f64::INFINITY);
        assert!(Place::of(f64::INFINITY).page < super::super::page::PAGES);
    }

    proptest! {
        #[test]
        fn every_value_is_shown_within_its_error(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(!value.is_nan());
            check(value);
        }

        #[test]
        fn places_are_ordered_as_values(a in any::<u64>(), b in any::<u64>()) {
            let (a, b) = (f64::from_bits(a), f64::from_bits(b));
            prop_assume!(a < b);
            prop_assert!(Place::of(a) <= Place::of(b));
        }
    }
}
