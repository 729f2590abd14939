//! Functions that make one number of each.

use crate::promql::engine::error::{EvalError, Kind};
use crate::promql::engine::evaluation::Evaluation;
use crate::promql::engine::row::{GAP, Row};
use crate::promql::engine::steps::Steps;
use crate::promql::{Call, Function, ValueType};

impl<'s> Evaluation<'s> {
    pub(super) fn elementwise(
        &mut self,
        call: &Call,
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        let [arg, parameters @ ..] = &call.args[..] else {
            return Err(Kind::Mistyped(ValueType::InstantVector).into());
        };
        let mut rows = self.rows(arg, steps)?;
        let mut numbers = Vec::with_capacity(parameters.len());
        for parameter in parameters {
            numbers.push(self.numbers(parameter, steps)?);
        }
        for row in &mut rows {
            match (call.function, &numbers[..]) {
                (Function::Round, []) => row.map(|value| rounded(value, 1.0)),
                (Function::Round, [to]) => row.map_with(to, rounded),
                (Function::ClampMin, [min]) => row.map_with(min, larger),
                (Function::ClampMax, [max]) => row.map_with(max, smaller),
                (Function::Clamp, [min, max]) => clamp(row, min, max),
                (function, _) => {
                    let of = function_of(function);
                    let of = of.ok_or(Kind::Unsupported("this function"))?;
                    row.map(of);
                }
            }
            self.drop_name(row);
        }
        self.settled(rows, steps)
    }
}

/// The function of one number, if it is one.
fn function_of(function: Function) -> Option<fn(f64) -> f64> {
    Some(match function {
        Function::Abs => f64::abs,
        Function::Ceil => f64::ceil,
        Function::Floor => f64::floor,
        Function::Exp => f64::exp,
        Function::Sqrt => f64::sqrt,
        Function::Ln => f64::ln,
        Function::Log2 => f64::log2,
        Function::Log10 => f64::log10,
        Function::Sin => f64::sin,
        Function::Cos => f64::cos,
        Function::Tan => f64::tan,
        Function::Asin => f64::asin,
        Function::Acos => f64::acos,
        Function::Atan => f64::atan,
        Function::Sinh => f64::sinh,
        Function::Cosh => f64::cosh,
        Function::Tanh => f64::tanh,
        Function::Asinh => f64::asinh,
        Function::Acosh => f64::acosh,
        Function::Atanh => f64::atanh,
        Function::Rad => |degrees| degrees * std::f64::consts::PI / 180.0,
        Function::Deg => |radians| radians * 180.0 / std::f64::consts::PI,
        Function::Sgn => |value| match value {
            _ if value < 0.0 => -1.0,
            _ if value > 0.0 => 1.0,
            _ => value,
        },
        _ => return None,
    })
}

/// To the nearest multiple, upwards from the middle. It divides by the inverse, which rounds less.
fn rounded(value: f64, to: f64) -> f64 {
    let inverse = 1.0 / to;
    (value * inverse + 0.5).floor() / inverse
}

fn clamp(row: &mut Row<'_>, min: &[f64], max: &[f64]) {
    row.map_with(max, smaller);
    row.map_with(min, larger);
    for ((cell, min), max) in row.cells.iter_mut().zip(min).zip(max) {
        if max < min {
            *cell = GAP;
        }
    }
}

/// As Go has it: infinity is more than NaN, and NaN more than all else.
fn larger(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == b {
        // Zeros may differ in their sign.
        if a.is_sign_negative() { b } else { a }
    } else {
        a.max(b)
    }
}

fn smaller(a: f64, b: f64) -> f64 {
    if a == f64::NEG_INFINITY || b == f64::NEG_INFINITY {
        f64::NEG_INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == b {
        if a.is_sign_negative() { a } else { b }
    } else {
        a.min(b)
    }
}
