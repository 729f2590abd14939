//! Native histograms: their buckets, what becomes of too many, exemplars, threads.

#![allow(clippy::unwrap_used, reason = "tests")]

mod exemplars;
mod golden;
mod limits;
mod resets;
mod threads;

use std::time::Duration;

use prom_client::{Buckets, Clock, Histogram, HistogramSnapshot, ManualClock, Owned};

const HOUR: Duration = Duration::from_secs(3_600);

/// A histogram of its own, by a clock that is set by hand.
fn owned(buckets: impl Into<Buckets>) -> (Owned<Histogram>, ManualClock) {
    let (clock, hand) = Clock::manual(1_000 * HOUR);
    (Owned::with(buckets.into(), &clock), hand)
}

/// What a native histogram shows, less exemplars.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shown {
    schema: i8,
    zero_threshold: f64,
    zero_count: u64,
    negative: Vec<(i32, u64)>,
    positive: Vec<(i32, u64)>,
    count: u64,
}

impl From<&HistogramSnapshot> for Shown {
    fn from(histogram: &HistogramSnapshot) -> Self {
        let native = histogram.native().expect("it has native buckets");
        Self {
            schema: native.schema(),
            zero_threshold: native.zero_threshold(),
            zero_count: native.zero_count(),
            negative: native.negative().to_vec(),
            positive: native.positive().to_vec(),
            count: histogram.count(),
        }
    }
}

impl Shown {
    fn of(histogram: Histogram) -> Self {
        Self::from(&histogram.snapshot().expect("it lives"))
    }

    /// How many buckets there are, without the zero bucket.
    fn buckets(&self) -> usize {
        self.negative.len() + self.positive.len()
    }

    /// What is in all buckets together.
    fn sum(&self) -> u64 {
        let sides = self.negative.iter().chain(&self.positive);
        self.zero_count + sides.map(|(_, n)| n).sum::<u64>()
    }
}
