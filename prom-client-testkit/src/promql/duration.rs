//! Durations that are calculated: `[5m]`, `[2 * step()]`, `offset (1h - 5m)`.

use std::error::Error;
use std::fmt;

use super::Place;

/// A duration in a selector or a subquery: how long, or how far away.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DurationExpr {
    /// What it is.
    pub kind: DurationKind,
    /// Where it stood.
    pub place: Place,
}

/// What a [`DurationExpr`] is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum DurationKind {
    /// `5m`, `300`, `-5m`
    Literal {
        /// How long.
        seconds: f64,
        /// Whether it was written with a unit.
        unit: bool,
    },
    /// `step()`: the time between two steps of the query.
    Step,
    /// `range()`: the time from the first step of the query to the last.
    Range,
    /// `(5m)`
    Paren(Box<DurationExpr>),
    /// `-step()`
    Negative(Box<DurationExpr>),
    /// Two durations and what is made of them.
    Binary {
        /// What is made of them.
        op: DurationOp,
        /// The first.
        left: Box<DurationExpr>,
        /// The second.
        right: Box<DurationExpr>,
    },
}

/// What is made of two durations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DurationOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `^`
    Pow,
    /// `min_of(a, b)`
    MinOf,
    /// `max_of(a, b)`
    MaxOf,
}

/// A calculated duration that cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DurationEvalError {
    /// Which duration of the query.
    pub place: Place,
    /// What is wrong with it.
    pub fault: DurationFault,
}

/// What is wrong with a calculated duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DurationFault {
    /// A range or a step has to be positive.
    NotPositive,
    /// It is not a number, or without end.
    NotFinite,
    /// It is longer than 292 years.
    OutOfRange,
    /// Something is divided by zero.
    DivisionByZero,
    /// The remainder of a division by zero is asked for.
    ModuloByZero,
}

/// The seconds that the reference counts in 63 bits of nanoseconds.
pub(crate) const MOST_SECONDS: f64 = 9_223_372_036.854_776;

impl DurationExpr {
    /// The duration in milliseconds, in a query whose steps are `step` seconds apart and which covers `range` seconds.
    ///
    /// # Errors
    /// It is none that can be meant.
    pub fn millis(&self, step: f64, range: f64) -> Result<i64, DurationEvalError> {
        let fault = |fault| DurationEvalError { place: self.place, fault };
        if let Some(seconds) = self.literal() {
            // The reference rounds it to nanoseconds first.
            return Ok(truncated((seconds * 1e9).round() / 1e6));
        }
        let seconds = self.seconds(step, range)?;
        if !seconds.is_finite() {
            return Err(fault(DurationFault::NotFinite));
        }
        if seconds.abs() > MOST_SECONDS {
            return Err(fault(DurationFault::OutOfRange));
        }
        Ok(truncated(seconds * 1000.0))
    }

    /// The same of a range or a step, which have to be positive.
    ///
    /// # Errors
    /// It is none that can be meant, or is not positive.
    pub fn positive_millis(&self, step: f64, range: f64) -> Result<i64, DurationEvalError> {
        let millis = self.millis(step, range)?;
        if self.literal().is_some() || self.seconds(step, range)? > 0.0 {
            return Ok(millis);
        }
        Err(DurationEvalError { place: self.place, fault: DurationFault::NotPositive })
    }

    /// The seconds, if they are written as they are.
    pub(super) fn literal(&self) -> Option<f64> {
        match self.kind {
            DurationKind::Literal { seconds, .. } => Some(seconds),
            _ => None,
        }
    }

    /// The duration in seconds.
    fn seconds(&self, step: f64, range: f64) -> Result<f64, DurationEvalError> {
        Ok(match &self.kind {
            DurationKind::Literal { seconds, .. } => *seconds,
            DurationKind::Step => step,
            DurationKind::Range => range,
            DurationKind::Paren(inner) => inner.seconds(step, range)?,
            DurationKind::Negative(inner) => -inner.seconds(step, range)?,
            DurationKind::Binary { op, left, right } => {
                let (left, right) = (left.seconds(step, range)?, right.seconds(step, range)?);
                let fault = |fault| DurationEvalError { place: self.place, fault };
                match op {
                    DurationOp::Add => left + right,
                    DurationOp::Sub => left - right,
                    DurationOp::Mul => left * right,
                    DurationOp::Div if right == 0.0 => {
                        return Err(fault(DurationFault::DivisionByZero));
                    }
                    DurationOp::Div => left / right,
                    DurationOp::Mod if right == 0.0 => {
                        return Err(fault(DurationFault::ModuloByZero));
                    }
                    DurationOp::Mod => left % right,
                    DurationOp::Pow => left.powf(right),
                    DurationOp::MinOf | DurationOp::MaxOf if left.is_nan() || right.is_nan() => {
                        f64::NAN
                    }
                    DurationOp::MinOf => left.min(right),
                    DurationOp::MaxOf => left.max(right),
                }
            }
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it saturates, and fractions are cut off")]
fn truncated(millis: f64) -> i64 {
    millis as i64
}

impl PartialEq for DurationExpr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl PartialEq for DurationKind {
    /// Numbers by their bits, so that equal trees print alike.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Literal { seconds: a, unit: b }, Self::Literal { seconds: c, unit: d }) => {
                (a.to_bits(), b) == (c.to_bits(), d)
            }
            (Self::Step, Self::Step) | (Self::Range, Self::Range) => true,
            (Self::Paren(a), Self::Paren(b)) | (Self::Negative(a), Self::Negative(b)) => a == b,
            (
                Self::Binary { op, left, right },
                Self::Binary { op: other_op, left: other_left, right: other_right },
            ) => (op, left, right) == (other_op, other_left, other_right),
            _ => false,
        }
    }
}

impl fmt::Display for DurationEvalError {
    /// In the words of the reference, which counts bytes here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { start, end } = self.place;
        let what = match self.fault {
            DurationFault::NotPositive => "duration must be greater than 0",
            DurationFault::NotFinite => "duration is NaN or infinite",
            DurationFault::OutOfRange => "duration is out of range",
            DurationFault::DivisionByZero => "division by zero",
            DurationFault::ModuloByZero => "modulo by zero",
        };
        write!(f, "{start}:{end}: {what}")
    }
}

impl Error for DurationEvalError {}
