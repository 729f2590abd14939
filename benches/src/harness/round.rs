//! One round: all threads of a pool did the same number of operations.

use std::time::{Duration, Instant};

/// When each thread started and ended.
#[derive(Debug)]
pub(super) struct Round(Vec<(Instant, Instant)>);

impl Round {
    pub(super) fn new(spans: Vec<(Instant, Instant)>) -> Self {
        Self(spans)
    }

    /// The mean of what the threads took, each by its own clock.
    pub(super) fn mean(&self) -> Duration {
        let total: Duration = self.0.iter().map(|(start, end)| *end - *start).sum();
        total / u32::try_from(self.0.len()).expect("a few threads")
    }

    /// How much of the round, from 0 to 1, all threads were at work: the rest was without contention.
    pub(super) fn overlap(&self) -> f64 {
        let together = |(start, end): (Instant, Instant)| end.saturating_duration_since(start);
        let all = self.0.iter().copied().reduce(|a, b| (a.0.max(b.0), a.1.min(b.1))).map(together);
        let longest = self.0.iter().copied().map(together).max();
        match (all, longest) {
            (Some(all), Some(longest)) if !longest.is_zero() => all.div_duration_f64(longest),
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_is_the_part_that_all_threads_share() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let round = Round::new(vec![(at(0), at(10)), (at(5), at(13))]);
        assert!((round.overlap() - 0.5).abs() < 1e-9);
        assert_eq!(round.mean(), Duration::from_millis(9));
        assert_eq!(Round::new(vec![(at(0), at(1)), (at(2), at(3))]).overlap(), 0.0);
    }
}
