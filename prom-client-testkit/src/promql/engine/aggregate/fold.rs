//! Aggregations that take the samples of a group one after the other.

use super::Groups;
use crate::promql::engine::kahan::{Kahan, Mean};
use crate::promql::engine::row::{GAP, Row, is_gap};
use crate::promql::engine::steps::Steps;

/// What is known of the samples of one group at one step.
pub(super) trait Fold: Clone {
    fn new(first: f64) -> Self;
    fn add(&mut self, value: f64);
    fn value(&self) -> f64;
}

/// A column for each group. One group is done after the other, so that what is known of it stays at hand.
pub(super) fn columns<F: Fold>(
    rows: &[Row<'_>],
    groups: &Groups<'_>,
    steps: Steps,
) -> Vec<Vec<f64>> {
    let mut states: Vec<Option<F>> = vec![None; steps.count];
    let column = |members: Vec<(usize, &Row<'_>)>| {
        for (_, row) in members {
            for (state, cell) in states.iter_mut().zip(&row.cells) {
                if is_gap(*cell) {
                    continue;
                }
                match state {
                    Some(state) => state.add(*cell),
                    None => *state = Some(F::new(*cell)),
                }
            }
        }
        let value = |state: &mut Option<F>| state.take().map_or(GAP, |state| state.value());
        states.iter_mut().map(value).collect()
    };
    groups.members(rows).into_iter().map(column).collect()
}

#[derive(Clone)]
pub(super) struct Sum(Kahan);

impl Fold for Sum {
    fn new(first: f64) -> Self {
        Self(Kahan::new(first))
    }

    fn add(&mut self, value: f64) {
        self.0 = self.0.plus(value);
    }

    fn value(&self) -> f64 {
        self.0.value()
    }
}

#[derive(Clone)]
pub(super) struct Average(Mean);

impl Fold for Average {
    fn new(first: f64) -> Self {
        Self(Mean::new(first))
    }

    fn add(&mut self, value: f64) {
        self.0.add(value);
    }

    fn value(&self) -> f64 {
        self.0.value()
    }
}

#[derive(Clone)]
pub(super) struct Count(f64);

impl Fold for Count {
    fn new(_: f64) -> Self {
        Self(1.0)
    }

    fn add(&mut self, _: f64) {
        self.0 += 1.0;
    }

    fn value(&self) -> f64 {
        self.0
    }
}

#[derive(Clone)]
pub(super) struct One;

impl Fold for One {
    fn new(_: f64) -> Self {
        Self
    }

    fn add(&mut self, _: f64) {}

    fn value(&self) -> f64 {
        1.0
    }
}

/// The smallest that is a number.
#[derive(Clone)]
pub(super) struct Least(f64);

impl Fold for Least {
    fn new(first: f64) -> Self {
        Self(first)
    }

    fn add(&mut self, value: f64) {
        if value < self.0 || self.0.is_nan() {
            self.0 = value;
        }
    }

    fn value(&self) -> f64 {
        self.0
    }
}

/// The largest that is a number.
#[derive(Clone)]
pub(super) struct Greatest(f64);

impl Fold for Greatest {
    fn new(first: f64) -> Self {
        Self(first)
    }

    fn add(&mut self, value: f64) {
        if value > self.0 || self.0.is_nan() {
            self.0 = value;
        }
    }

    fn value(&self) -> f64 {
        self.0
    }
}

/// After Welford. What is not finite has no variance.
#[derive(Clone)]
pub(super) struct Variance {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Fold for Variance {
    fn new(first: f64) -> Self {
        let squares = if first.is_finite() { 0.0 } else { f64::NAN };
        Self { count: 1.0, mean: first, squares }
    }

    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let delta = value - self.mean;
        self.mean += delta / self.count;
        self.squares += delta * (value - self.mean);
    }

    fn value(&self) -> f64 {
        self.squares / self.count
    }
}

#[derive(Clone)]
pub(super) struct Deviation(Variance);

impl Fold for Deviation {
    fn new(first: f64) -> Self {
        Self(Variance::new(first))
    }

    fn add(&mut self, value: f64) {
        self.0.add(value);
    }

    fn value(&self) -> f64 {
        self.0.value().sqrt()
    }
}
