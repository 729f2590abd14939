//! How fast something grows: `rate`, `increase`, `delta`, `irate` and `idelta`.
//!
//! A window rarely begins and ends with a sample. What lies between the first and the last is extended to the
//! window's ends, if these are about as far away as samples are from each other; otherwise the series is taken to
//! begin or end there, and half of that is added.

use crate::promql::engine::row::GAP;
use crate::promql::engine::window::{Samples, Window, Windows};

/// What the samples are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// What is never negative, and shrinks only when it begins anew.
    Counter,
    Gauge,
}

/// The growth in each window, all of it or by the second.
pub(super) fn column(
    windows: &Windows,
    samples: &Samples<'_>,
    of: Of,
    per_second: bool,
) -> (Vec<f64>, usize) {
    let seconds = per_second.then(|| seconds(windows.range));
    // Counters rarely begin anew, so it is quicker to know where than to look at each sample of each window.
    let resets: Vec<usize> = match of {
        Of::Gauge => Vec::new(),
        Of::Counter => {
            let pairs = samples.values.windows(2).enumerate();
            pairs.filter(|(_, pair)| pair[1] < pair[0]).map(|(i, _)| i + 1).collect()
        }
    };
    let mut passed = 0;
    windows.slide(samples, |window| {
        while resets.get(passed).is_some_and(|reset| *reset <= window.first) {
            passed += 1;
        }
        let end = window.first + window.values.len();
        let mut growth = window.values[window.values.len() - 1] - window.values[0];
        for reset in resets[passed..].iter().take_while(|reset| **reset < end) {
            growth += samples.values[reset - 1];
        }
        extended(window, growth, of, seconds)
    })
}

/// The growth between the first and the last sample, extended to the ends of the window.
fn extended(window: &Window<'_>, growth: f64, of: Of, per: Option<f64>) -> f64 {
    let [first, .., last] = window.times else { return GAP };
    let (first, last) = (first.as_millis(), last.as_millis());
    let mut to_start = seconds(first - window.start);
    let mut to_end = seconds(window.end - last);
    let between = seconds(last - first);
    let mean_distance = between / to_float(window.times.len() - 1);
    let close = mean_distance * 1.1;
    if to_start >= close {
        to_start = mean_distance / 2.0;
    }
    if of == Of::Counter {
        // It was zero not longer ago than this.
        let zero = if growth > 0.0 && window.values[0] >= 0.0 {
            between * (window.values[0] / growth)
        } else {
            to_start
        };
        if zero < to_start {
            to_start = zero;
        }
    }
    if to_end >= close {
        to_end = mean_distance / 2.0;
    }
    let mut factor = if between == 0.0 { 1.0 } else { (between + to_start + to_end) / between };
    if let Some(seconds) = per {
        factor /= seconds;
    }
    growth * factor
}

/// The difference of the last two samples; or, of a counter, the growth by the second.
pub(super) fn of_last_two(window: &Window<'_>, of_counter: bool) -> f64 {
    let ([.., before, last], [.., value_before, value]) = (window.times, window.values) else {
        return GAP;
    };
    let distance = last.as_millis() - before.as_millis();
    if distance == 0 {
        return GAP;
    }
    // A counter that began anew grew from zero.
    let growth = if of_counter && value < value_before { *value } else { value - value_before };
    if of_counter { growth / seconds(distance) } else { growth }
}

#[expect(clippy::cast_precision_loss, reason = "as the reference does")]
fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "as the reference does")]
fn to_float(count: usize) -> f64 {
    count as f64
}
