//! Observations.

use std::f64::consts::TAU;

use super::{Cycle, SEED};

/// The upper bounds of the buckets of all histograms; `+Inf` comes on top.
pub const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Latencies in seconds, as a service has them: log-normal, with a median of 0.1 s.
#[must_use]
pub fn latencies() -> Cycle<f64> {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut latency = || {
        // Box and Muller's way to a normal distribution; `1 - f64()` is never 0.
        let normal = (-2.0 * (1.0 - random.f64()).ln()).sqrt() * (TAU * random.f64()).cos();
        0.1 * (1.2 * normal).exp()
    };
    let values: Vec<f64> = (0..4096).map(|_| latency()).collect();
    Cycle::new(&values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Inputs;

    #[test]
    fn every_bucket_gets_some_latencies() {
        let latencies = latencies();
        let mut hits = [0; BOUNDS.len() + 1];
        for position in 0..latencies.period() {
            hits[BOUNDS.partition_point(|bound| *bound < latencies.at(position))] += 1;
        }
        assert!(hits.iter().all(|hits| *hits > 0), "{hits:?}");
    }
}
