//! From a value to its bucket.
//!
//! Bounds grow roughly geometrically, so the exponent of a value and the first few bits of its
//! mantissa all but name its bucket: they index a table whose entry says which bucket the values of
//! that range begin in, and one comparison with the only bound inside the range decides. The table
//! costs the same for 5 buckets as for 50: 1 ns against 2 ns for a binary search over 11 bounds and
//! 4 ns for one over 60. Where no table of [`TABLE`] entries separates the bounds (negative ones,
//! two that almost touch, 0 beside large ones), a binary search does.

use super::block::MAX_BUCKETS;

/// Entries of the table: 2 KiB.
const TABLE: usize = 1024;

/// Room for all bounds and one more; a power of two, so that a masked index needs no check.
const BOUNDS: usize = 512;
const _: () = assert!(MAX_BUCKETS < BOUNDS);

/// A search over fixed bounds.
pub(crate) struct Search {
    /// How far to shift a float's bits to the right to index the table, after subtracting `low`;
    /// `None` for a binary search.
    table: Option<Table>,
    len: usize,
    /// The bounds, then infinities.
    bounds: [f64; BOUNDS],
}

struct Table {
    shift: u32,
    low: i64,
    high: i64,
    first: [u16; TABLE],
}

impl Search {
    /// `bounds` are sorted, finite, unique and fewer than [`MAX_BUCKETS`].
    pub(crate) fn new(bounds: &[f64]) -> Self {
        debug_assert!(bounds.len() < MAX_BUCKETS);
        let mut padded = [f64::INFINITY; BOUNDS];
        padded[..bounds.len()].copy_from_slice(bounds);
        Self { table: Table::new(bounds), len: bounds.len(), bounds: padded }
    }

    /// The bounds, without `+Inf`.
    pub(crate) fn bounds(&self) -> &[f64] {
        &self.bounds[..self.len]
    }

    /// The number of buckets, the one of `+Inf` included.
    pub(crate) fn buckets(&self) -> usize {
        self.len + 1
    }

    /// The bucket of a value: the first whose bound is not below it; the last one for NaN.
    #[inline(always)]
    pub(crate) fn find(&self, value: f64) -> usize {
        if value.is_nan() {
            return self.len;
        }
        match &self.table {
            Some(table) => {
                let key = (key(value, table.shift) - table.low).clamp(0, table.high) as usize;
                let first = table.first[key & (TABLE - 1)] as usize;
                first + usize::from(value > self.bounds[first & (BOUNDS - 1)])
            }
            None => self.bounds().partition_point(|bound| *bound < value),
        }
    }
}

/// Sign, exponent and leading bits of the mantissa: grows with the value, for values above 0.
#[inline(always)]
const fn key(value: f64, shift: u32) -> i64 {
    value.to_bits() as i64 >> shift
}

impl Table {
    fn new(bounds: &[f64]) -> Option<Self> {
        let (first, last) = (*bounds.first()?, *bounds.last()?);
        // -0.0 would be a bound with a negative key.
        if first.is_sign_negative() {
            return None;
        }
        (0..=6).find_map(|mantissa| {
            let shift = 52 - mantissa;
            let (low, high) = (key(first, shift), key(last, shift));
            let fits = high - low + 1 < TABLE as i64;
            let apart = bounds.windows(2).all(|pair| key(pair[0], shift) != key(pair[1], shift));
            (fits && apart).then(|| {
                let below = |at: i64| bounds.iter().filter(|b| key(**b, shift) < at).count() as u16;
                let first = std::array::from_fn(|i| below(low + i as i64));
                Self { shift, low, high: high - low + 1, first }
            })
        })
    }
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Search").field(&self.bounds()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(search: &Search, value: f64) {
        let expected = if value.is_nan() {
            search.bounds().len()
        } else {
            search.bounds().partition_point(|bound| *bound < value)
        };
        assert_eq!(search.find(value), expected, "{value:?} in {search:?}");
    }

    fn check_edges(bounds: &[f64]) {
        let search = Search::new(bounds);
        for &bound in bounds {
            for value in [bound, bound.next_up(), bound.next_down(), -bound] {
                check(&search, value);
            }
        }
        for value in
            [0.0, -0.0, f64::NAN, -f64::NAN, f64::INFINITY, -f64::INFINITY, 5e-324, f64::MAX, -1.0]
        {
            check(&search, value);
        }
    }

    #[test]
    fn the_edges_of_common_layouts_are_exact() {
        let default = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
        assert!(Search::new(&default).table.is_some());
        check_edges(&default);
        check_edges(&[]);
        check_edges(&[0.0, 1.0]);
        check_edges(&[-1.0, 0.0, 1.0]);
        check_edges(&[1.0, 1.0_f64.next_up()]);
        check_edges(&[5e-324, f64::MAX]);
        check_edges(&(1..60).map(|i| 0.001 * 1.25_f64.powi(i)).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn the_table_agrees_with_a_binary_search(
            mut bounds in proptest::collection::vec(any::<f64>().prop_filter("finite", |b| b.is_finite()), 0..80),
            values in proptest::collection::vec(any::<u64>().prop_map(f64::from_bits), 64),
        ) {
            bounds.sort_by(f64::total_cmp);
            bounds.dedup();
            let search = Search::new(&bounds);
            values.iter().chain(&bounds).for_each(|value| check(&search, *value));
        }

        #[test]
        fn so_it_does_for_positive_bounds_close_together(
            steps in proptest::collection::vec(0.001_f64..2.0, 1..60),
            values in proptest::collection::vec(0.0_f64..1e6, 64),
        ) {
            let mut bound = 0.001;
            let bounds: Vec<f64> = steps.iter().map(|s| { bound *= 1.0 + s; bound }).collect();
            let search = Search::new(&bounds);
            values.iter().for_each(|value| check(&search, *value));
        }
    }
}
