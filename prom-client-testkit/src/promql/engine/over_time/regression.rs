//! The straight line nearest to the samples of a window: `deriv` and `predict_linear`.

use crate::promql::engine::kahan::Kahan;
use crate::promql::engine::row::GAP;
use crate::promql::engine::window::Window;

/// The slope, by the second.
pub(super) fn slope(window: &Window<'_>) -> f64 {
    if window.values.len() < 2 {
        return GAP;
    }
    line(window, window.times[0].as_millis()).0
}

/// The value so many seconds after the step.
pub(super) fn predicted(window: &Window<'_>, seconds: f64) -> f64 {
    if window.values.len() < 2 {
        return GAP;
    }
    let (slope, intercept) = line(window, window.at);
    slope * seconds + intercept
}

/// The slope, and the value at a moment.
fn line(window: &Window<'_>, moment: i64) -> (f64, f64) {
    let first = window.values[0];
    if window.values.iter().all(|value| *value == first) {
        return if first.is_infinite() { (f64::NAN, f64::NAN) } else { (0.0, first) };
    }
    let [mut sum_x, mut sum_y, mut sum_xy, mut sum_xx] = [Kahan::default(); 4];
    let mut count = 0.0;
    for (at, y) in window.times.iter().zip(window.values) {
        let x = millis_to_seconds(at.as_millis().saturating_sub(moment));
        count += 1.0;
        sum_x = sum_x.plus(x);
        sum_y = sum_y.plus(*y);
        sum_xy = sum_xy.plus(x * y);
        sum_xx = sum_xx.plus(x * x);
    }
    let [sum_x, sum_y, sum_xy, sum_xx] = [sum_x, sum_y, sum_xy, sum_xx].map(Kahan::value);
    let covariance = sum_xy - sum_x * sum_y / count;
    let variance = sum_xx - sum_x * sum_x / count;
    let slope = covariance / variance;
    (slope, sum_y / count - slope * sum_x / count)
}

#[expect(clippy::cast_precision_loss, reason = "as the reference does")]
fn millis_to_seconds(millis: i64) -> f64 {
    millis as f64 / 1e3
}
