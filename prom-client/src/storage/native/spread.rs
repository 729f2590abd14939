//! The exemplars of a native histogram: few, lately, and far apart.
//!
//! They belong to no bucket. There are at most [`MOST`]. When there is another one, the oldest makes way if it is older
//! than [`TTL`]; if not, of the two that are closest to each other, on a logarithmic scale, the older one;
//! or a neighbour of the new one, if the new one is even closer to it. This is the rule of Go's client library.
//!
//! The logarithm of 0 is infinitely far, and that of a negative value no number: such are never the
//! closest.

use crate::label::ExemplarLabels;

/// So many are kept.
const MOST: usize = 10;
/// From then on an exemplar is old: five minutes, in nanoseconds.
const TTL: u64 = 300_000_000_000;

/// One exemplar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kept {
    pub(crate) value: f64,
    /// In nanoseconds since the Unix epoch.
    pub(crate) time: u64,
    pub(crate) labels: ExemplarLabels,
}

/// Exemplars, by value.
#[derive(Debug, Default)]
pub(in crate::storage) struct Spread(Vec<Kept>);

/// How far apart two values are.
fn distance(a: &Kept, b: &Kept) -> f64 {
    (a.value.ln() - b.value.ln()).abs()
}

impl Spread {
    pub(in crate::storage) fn all(&self) -> &[Kept] {
        &self.0
    }

    /// Adds an exemplar, whose value is not NaN.
    pub(in crate::storage) fn add(&mut self, new: Kept) {
        if self.0.len() == MOST {
            let leaving = self.leaving(&new);
            self.0.remove(leaving);
        }
        let at = self.0.partition_point(|kept| kept.value < new.value);
        self.0.insert(at, new);
    }

    /// Which one makes way.
    fn leaving(&self, new: &Kept) -> usize {
        let oldest = (0..self.0.len()).min_by_key(|i| self.0[*i].time).unwrap_or_default();
        if new.time.saturating_sub(self.0[oldest].time) > TTL {
            return oldest;
        }
        let (mut least, mut leaving) = (f64::INFINITY, oldest);
        for (i, pair) in self.0.windows(2).enumerate() {
            let between = distance(&pair[0], &pair[1]);
            if between < least {
                (least, leaving) = (between, if pair[1].time < pair[0].time { i + 1 } else { i });
            }
        }
        let at = self.0.partition_point(|kept| kept.value < new.value);
        for neighbour in at.saturating_sub(1)..(at + 1).min(self.0.len()) {
            let between = distance(&self.0[neighbour], new);
            if between < least {
                (least, leaving) = (between, neighbour);
            }
        }
        leaving
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(value: f64, time: u64) -> Kept {
        Kept { value, time, labels: ExemplarLabels::new() }
    }

    fn spread(values: impl IntoIterator<Item = f64>) -> Spread {
        let mut spread = Spread::default();
        values.into_iter().zip(1..).for_each(|(value, time)| spread.add(kept(value, time)));
        spread
    }

    fn values(spread: &Spread) -> Vec<f64> {
        spread.all().iter().map(|kept| kept.value).collect()
    }

    /// 1, 2, 4, up to 512.
    fn powers() -> impl Iterator<Item = f64> {
        (0..10).map(|i| 2_f64.powi(i))
    }

    #[test]
    fn they_are_sorted_and_never_more_than_ten() {
        let mut spread = spread(powers().collect::<Vec<_>>().into_iter().rev());
        assert_eq!(values(&spread), powers().collect::<Vec<_>>());
        for i in 0..1_000_u64 {
            spread.add(kept((i * 7_919 % 1_000) as f64, 11 + i));
            assert_eq!(spread.all().len(), MOST);
            assert!(spread.all().is_sorted_by(|a, b| a.value <= b.value));
        }
    }

    #[test]
    fn the_older_of_the_closest_two_makes_way() {
        let mut kept_ones = spread(powers().take(9).chain([9.0]));
        // 8 came before 9.
        kept_ones.add(kept(1e6, 20));
        assert_eq!(values(&kept_ones), [1.0, 2.0, 4.0, 9.0, 16.0, 32.0, 64.0, 128.0, 256.0, 1e6]);
    }

    #[test]
    fn a_new_one_replaces_a_neighbour_that_it_is_closest_to() {
        for (value, replaced) in [(33.0, 32.0), (31.0, 32.0), (520.0, 512.0), (0.99, 1.0)] {
            let mut spread = spread(powers());
            spread.add(kept(value, 20));
            let mut expected: Vec<f64> =
                powers().filter(|v| *v != replaced).chain([value]).collect();
            expected.sort_by(f64::total_cmp);
            assert_eq!(values(&spread), expected);
        }
    }

    #[test]
    fn one_that_is_too_old_makes_way_first() {
        for (late, gone) in [(TTL + 2, 1.0), (TTL + 1, 32.0)] {
            let mut spread = spread(powers());
            spread.add(kept(33.0, late));
            assert!(!values(&spread).contains(&gone), "{gone}");
        }
    }

    #[test]
    fn values_without_a_logarithm_are_kept_and_make_way_when_they_are_old() {
        let mut spread = spread([-2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, f64::INFINITY]);
        spread.add(kept(33.0, 20));
        assert_eq!(
            values(&spread),
            [-2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 33.0, f64::INFINITY]
        );
        spread.add(kept(-3.0, TTL + 22));
        assert_eq!(spread.all()[0].value, -3.0);
        assert_eq!(spread.all().len(), MOST);
    }
}
