//! A summary's reading that can be kept.

use super::SummaryPoint;

/// The count, the sum and the quantiles of a summary.
#[derive(Clone, Debug, PartialEq)]
pub struct SummarySnapshot {
    count: u64,
    sum: f64,
    ranks: Vec<f64>,
    values: Vec<f64>,
}

impl SummarySnapshot {
    /// A reading from elsewhere: each quantile with its value.
    pub(crate) fn new(count: u64, sum: f64, quantiles: &[(f64, f64)]) -> Self {
        let (ranks, values) = quantiles.iter().copied().unzip();
        Self { count, sum, ranks, values }
    }

    /// The number of observations.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The sum of the observations.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// The quantiles that were asked for, increasing, with their values.
    pub fn quantiles(&self) -> impl Iterator<Item = (f64, f64)> {
        self.as_point().quantiles()
    }

    /// The value of a quantile, NaN if nothing was observed lately; `None` if it was not asked for.
    #[must_use]
    pub fn quantile(&self, rank: f64) -> Option<f64> {
        self.as_point().quantiles().find(|(known, _)| *known == rank).map(|(_, value)| value)
    }

    pub(super) fn as_point(&self) -> SummaryPoint<'_> {
        SummaryPoint::new(self.count, self.sum, &self.ranks, &self.values)
    }
}

impl From<&SummaryPoint<'_>> for SummarySnapshot {
    fn from(point: &SummaryPoint<'_>) -> Self {
        let (ranks, values) = point.quantiles().unzip();
        Self { count: point.count(), sum: point.sum(), ranks, values }
    }
}
