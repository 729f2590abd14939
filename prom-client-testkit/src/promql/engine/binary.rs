//! Signs and operators: what two numbers make, and where the numbers come from.

use super::error::{EvalError, Kind};
use super::evaluation::{Computed, Evaluation};
use super::row::{GAP, Row, merged};
use super::steps::Steps;
use crate::promql::annotations::Note;
use crate::promql::{Binary, BinaryOp, Place, Unary, ValueType};

impl<'s> Evaluation<'s> {
    pub(crate) fn unary(&mut self, unary: &Unary, steps: Steps) -> Result<Computed<'s>, EvalError> {
        let computed = self.eval(&unary.expr, steps)?;
        if !unary.negative {
            return Ok(computed);
        }
        Ok(match computed {
            Computed::Scalar(cells) => Computed::Scalar(cells.into_iter().map(|n| -n).collect()),
            Computed::String(text) => Computed::String(text),
            Computed::Vector(mut rows) => {
                for row in &mut rows {
                    row.map(|value| -value);
                    self.drop_name(row);
                }
                let delayed = self.engine.delayed_name_removal;
                Computed::Vector(if delayed { rows } else { merged(rows)? })
            }
        })
    }

    pub(crate) fn binary(
        &mut self,
        binary: &Binary,
        place: Place,
        steps: Steps,
    ) -> Result<Computed<'s>, EvalError> {
        let (left, right) = (&binary.left, &binary.right);
        let vector = |expr: &crate::promql::Expr| expr.value_type() == ValueType::InstantVector;
        match (vector(left), vector(right)) {
            (false, false) => {
                let (mut left, right) = (self.numbers(left, steps)?, self.numbers(right, steps)?);
                for (left, right) in left.iter_mut().zip(&right) {
                    *left = of_numbers(binary.op, *left, *right);
                }
                Ok(Computed::Scalar(left))
            }
            (true, true) => {
                let matching = binary.matching.as_ref().ok_or(Kind::Unsupported("no matching"))?;
                let (left, right) = (self.rows(left, steps)?, self.rows(right, steps)?);
                if binary.op.is_set() {
                    return self.set(binary.op, matching, left, right, steps).map(Computed::Vector);
                }
                self.matched(binary, matching, place, [left, right], steps).map(Computed::Vector)
            }
            (true, false) => {
                let (rows, numbers) = (self.rows(left, steps)?, self.numbers(right, steps)?);
                self.with_numbers(binary, place, rows, &numbers, false, steps)
            }
            (false, true) => {
                let (numbers, rows) = (self.numbers(left, steps)?, self.rows(right, steps)?);
                self.with_numbers(binary, place, rows, &numbers, true, steps)
            }
        }
    }

    /// A vector and a number, which may stand on the left.
    fn with_numbers(
        &mut self,
        binary: &Binary,
        place: Place,
        mut rows: Vec<Row<'s>>,
        numbers: &[f64],
        swapped: bool,
        steps: Steps,
    ) -> Result<Computed<'s>, EvalError> {
        let Binary { op, returns_bool, .. } = *binary;
        if let Some(note) = incompatible(op).filter(|_| rows.iter().any(|row| !row.is_empty())) {
            self.annotations.add(note, place);
            return Ok(Computed::Vector(Vec::new()));
        }
        let compares = op.is_comparison();
        for row in &mut rows {
            row.map_with(numbers, |value, number| {
                let (left, right) = if swapped { (number, value) } else { (value, number) };
                match compared(op, left, right) {
                    None => calculated(op, left, right),
                    Some(holds) if returns_bool => f64::from(holds),
                    // Of a filter, the value of the series stays, on whichever side it stands.
                    Some(holds) => {
                        if holds {
                            value
                        } else {
                            GAP
                        }
                    }
                }
            });
            if !compares || returns_bool {
                self.drop_name(row);
            }
        }
        let renamed = !compares || returns_bool;
        Ok(Computed::Vector(if renamed { self.settled(rows, steps)? } else { rows }))
    }
}

/// What two numbers make. Comparisons make 0 or 1.
fn of_numbers(op: BinaryOp, left: f64, right: f64) -> f64 {
    compared(op, left, right).map_or_else(|| calculated(op, left, right), f64::from)
}

/// Whether a comparison holds, if it is one.
pub(crate) fn compared(op: BinaryOp, left: f64, right: f64) -> Option<bool> {
    Some(match op {
        BinaryOp::Equal => left == right,
        BinaryOp::NotEqual => left != right,
        BinaryOp::Less => left < right,
        BinaryOp::LessOrEqual => left <= right,
        BinaryOp::Greater => left > right,
        BinaryOp::GreaterOrEqual => left >= right,
        _ => return None,
    })
}

/// What arithmetic makes of two numbers.
pub(crate) fn calculated(op: BinaryOp, left: f64, right: f64) -> f64 {
    match op {
        BinaryOp::Add => left + right,
        BinaryOp::Sub => left - right,
        BinaryOp::Mul => left * right,
        BinaryOp::Div => left / right,
        BinaryOp::Mod => left % right,
        BinaryOp::Pow => left.powf(right),
        BinaryOp::Atan2 => left.atan2(right),
        _ => GAP,
    }
}

/// What there is to say of an operator that no two numbers have.
pub(crate) fn incompatible(op: BinaryOp) -> Option<Note> {
    let trims = matches!(op, BinaryOp::TrimLower | BinaryOp::TrimUpper);
    trims.then(|| Note::IncompatibleTypes { left: "float", operator: op.name(), right: "float" })
}
