//! Sums of floats that keep what rounding takes away.

/// A sum, after Kahan and Neumaier: beside it, what its rounding lost so far.
///
/// Answers can only be equal to those of the reference, to the last digits, if the same steps are done in the same
/// order; so these are its steps.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kahan {
    pub(crate) sum: f64,
    pub(crate) lost: f64,
}

impl Kahan {
    pub(crate) fn new(sum: f64) -> Self {
        Self { sum, lost: 0.0 }
    }

    /// The sum with one more.
    #[must_use]
    pub(crate) fn plus(self, value: f64) -> Self {
        let sum = self.sum + value;
        let lost = if sum.is_infinite() {
            0.0
        } else if self.sum.abs() >= value.abs() {
            self.lost + ((self.sum - sum) + value)
        } else {
            self.lost + ((value - sum) + self.sum)
        };
        Self { sum, lost }
    }

    /// Both parts of it, so many times.
    #[must_use]
    pub(crate) fn times(self, factor: f64) -> Self {
        Self { sum: self.sum * factor, lost: self.lost * factor }
    }

    pub(crate) fn value(self) -> f64 {
        self.sum + self.lost
    }
}

/// A mean. It is the sum by the number, until the sum would be infinite: from there on it is carried forward as a
/// mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mean {
    /// The sum, or the mean if it is carried forward.
    total: Kahan,
    count: f64,
    carried: bool,
}

impl Mean {
    pub(crate) fn new(first: f64) -> Self {
        Self { total: Kahan::new(first), count: 1.0, carried: false }
    }

    pub(crate) fn add(&mut self, value: f64) {
        self.count += 1.0;
        if !self.carried {
            let sum = self.total.plus(value);
            if !sum.sum.is_infinite() {
                self.total = sum;
                return;
            }
            self.carried = true;
            let before = self.count - 1.0;
            self.total = Kahan { sum: self.total.sum / before, lost: self.total.lost / before };
        }
        let share = (self.count - 1.0) / self.count;
        self.total = self.total.times(share).plus(value / self.count);
    }

    pub(crate) fn value(self) -> f64 {
        if self.carried {
            self.total.value()
        } else {
            self.total.sum / self.count + self.total.lost / self.count
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(values: &[f64]) -> f64 {
        values.iter().fold(Kahan::default(), |sum, value| sum.plus(*value)).value()
    }

    fn mean(values: &[f64]) -> f64 {
        let mut mean = Mean::new(values[0]);
        values[1..].iter().for_each(|value| mean.add(*value));
        mean.value()
    }

    #[test]
    fn small_parts_are_not_lost_beside_large_ones() {
        assert_eq!(sum(&[1e100, 1.0, -1e100]), 1.0);
        assert_eq!(sum(&[1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!(sum(&[5.0, f64::INFINITY]), f64::INFINITY);
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
        assert_eq!(mean(&[1e100, 1.0, -1e100, 2.0]), 0.75);
    }

    #[test]
    fn a_mean_is_finite_where_the_sum_is_not() {
        assert_eq!(mean(&[1e308, 1e308, 1e308]), 1e308);
        assert_eq!(mean(&[f64::INFINITY, 1.0]), f64::INFINITY);
    }
}
