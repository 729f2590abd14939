//! What the samples of a window have in common: their mean, their spread, how often they changed.

use crate::promql::engine::kahan::{Kahan, Mean};
use crate::promql::engine::window::Window;

pub(super) fn sum(window: &Window<'_>) -> f64 {
    let sum = window.values.iter().fold(Kahan::default(), |sum, value| sum.plus(*value));
    if sum.sum.is_infinite() { sum.sum } else { sum.value() }
}

pub(super) fn mean(window: &Window<'_>) -> f64 {
    let mut mean = Mean::new(window.values[0]);
    for value in &window.values[1..] {
        mean.add(*value);
    }
    mean.value()
}

#[expect(clippy::cast_precision_loss, reason = "there are not as many samples")]
pub(super) fn count(window: &Window<'_>) -> f64 {
    window.values.len() as f64
}

/// The largest that is a number.
pub(super) fn max(window: &Window<'_>) -> f64 {
    let larger = |max: f64, value: &f64| if *value > max || max.is_nan() { *value } else { max };
    window.values.iter().fold(window.values[0], larger)
}

/// The smallest that is a number.
pub(super) fn min(window: &Window<'_>) -> f64 {
    let smaller = |min: f64, value: &f64| if *value < min || min.is_nan() { *value } else { min };
    window.values.iter().fold(window.values[0], smaller)
}

/// After Welford, so that large values do not hide small differences.
pub(super) fn variance(window: &Window<'_>) -> f64 {
    let mut count = 0.0;
    let (mut mean, mut squares) = (Kahan::default(), Kahan::default());
    for value in window.values {
        count += 1.0;
        let delta = value - mean.value();
        mean = mean.plus(delta / count);
        squares = squares.plus(delta * (value - mean.value()));
    }
    squares.value() / count
}

/// How often a sample differs from the one before. NaN is the same as NaN here.
pub(super) fn changes(window: &Window<'_>) -> f64 {
    let differ = |pair: &&[f64]| pair[0] != pair[1] && !(pair[0].is_nan() && pair[1].is_nan());
    number(window.values.windows(2).filter(differ).count())
}

/// How often a sample is less than the one before.
pub(super) fn resets(window: &Window<'_>) -> f64 {
    number(window.values.windows(2).filter(|pair| pair[1] < pair[0]).count())
}

#[expect(clippy::cast_precision_loss, reason = "there are not as many samples")]
fn number(count: usize) -> f64 {
    count as f64
}
