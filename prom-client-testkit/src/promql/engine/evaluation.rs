//! One query on its way: what all parts of it share, and which part is evaluated how.

use super::error::{EvalError, Kind};
use super::names::Names;
use super::row::{Row, is_gap};
use super::steps::Steps;
use super::{Answer, Engine};
use crate::model::Value;
use crate::promql::{
    Annotations, Expr, ExprKind, MatrixSeries, Point, QueryValue, ValueType, VectorSample,
};
use crate::store::Store;

/// What a query's parts share.
#[derive(Debug)]
pub(crate) struct Evaluation<'s> {
    pub(crate) engine: &'s Engine,
    pub(crate) store: &'s Store,
    pub(crate) names: Names<'s>,
    pub(crate) annotations: Annotations,
    pub(crate) steps: Steps,
}

/// What a part is evaluated to, over all steps.
#[derive(Debug)]
pub(crate) enum Computed<'s> {
    /// A number for each step.
    Scalar(Vec<f64>),
    String(Box<str>),
    Vector(Vec<Row<'s>>),
}

impl<'s> Evaluation<'s> {
    pub(crate) fn new(engine: &'s Engine, store: &'s Store, steps: Steps) -> Self {
        Self {
            engine,
            store,
            names: Names::new(store.symbols()),
            annotations: Annotations::default(),
            steps,
        }
    }

    /// The value of all of the query, at its only step or at each.
    pub(crate) fn answer(mut self, expr: &Expr, instant: bool) -> Result<Answer, EvalError> {
        if !instant && !matches!(expr.value_type(), ValueType::Scalar | ValueType::InstantVector) {
            return Err(Kind::RangeOfRanges(expr.value_type()).into());
        }
        let computed = self.eval(expr, self.steps)?;
        let value = match computed {
            Computed::String(text) => QueryValue::String(text),
            Computed::Scalar(cells) if instant => QueryValue::Scalar(cells[0]),
            Computed::Scalar(cells) => self.matrix(&[Row::new([].as_slice().into(), cells)]),
            Computed::Vector(rows) if instant => self.vector(&rows),
            Computed::Vector(rows) => self.matrix(&rows),
        };
        Ok(Answer { value, annotations: self.annotations })
    }

    pub(crate) fn eval(&mut self, expr: &Expr, steps: Steps) -> Result<Computed<'s>, EvalError> {
        match &expr.kind {
            ExprKind::Number(number) => Ok(Computed::Scalar(vec![number.value; steps.count])),
            ExprKind::String(text) => {
                let text = text.as_str().ok_or(Kind::Unsupported("a text that is no UTF-8"))?;
                Ok(Computed::String(text.into()))
            }
            ExprKind::Paren(inner) => self.eval(inner, steps),
            _ => Err(EvalError::new(Kind::Unsupported("this expression")).at(expr.place)),
        }
    }

    fn vector(&self, rows: &[Row<'s>]) -> QueryValue {
        let there = rows.iter().filter(|row| !row.is_empty());
        let sample = |row: &Row<'s>| VectorSample {
            labels: self.names.labels(&row.labels),
            value: Value::Float(row.cells[0]),
        };
        QueryValue::Vector(there.map(sample).collect())
    }

    fn matrix(&self, rows: &[Row<'s>]) -> QueryValue {
        let mut there: Vec<_> = rows.iter().filter(|row| !row.is_empty()).collect();
        there.sort_by(|a, b| self.names.compare(&a.labels, &b.labels));
        let series = |row: &Row<'s>| {
            let cells = row.cells.iter().enumerate().filter(|(_, cell)| !is_gap(**cell));
            let point = |(i, cell): (usize, &f64)| Point {
                at: self.steps.timestamp(i),
                value: Value::Float(*cell),
            };
            MatrixSeries {
                labels: self.names.labels(&row.labels),
                points: cells.map(point).collect(),
            }
        };
        QueryValue::Matrix(there.into_iter().map(series).collect())
    }
}
