//! One query on its way: what all parts of it share, and which part is evaluated how.

use super::error::{EvalError, Kind};
use super::invariant::is_invariant;
use super::names::{Known, LabelSet, Names, retain};
use super::row::{Row, is_gap, merged};
use super::steps::Steps;
use super::{Answer, Engine};
use crate::model::Value;
use crate::promql::{
    Annotations, Expr, ExprKind, MatrixSeries, Point, QueryValue, ValueType, VectorSample,
};
use crate::store::Store;

/// So many cells may be held at a time, empty ones among them: half a gigabyte.
const MOST_CELLS: usize = 1 << 26;

/// An expression may be nested so deeply.
const MOST_DEPTH: usize = 250;

/// What a query's parts share.
#[derive(Debug)]
pub(crate) struct Evaluation<'s> {
    pub(crate) engine: &'s Engine,
    pub(crate) store: &'s Store,
    pub(crate) names: Names<'s>,
    pub(crate) known: Known,
    pub(crate) annotations: Annotations,
    pub(crate) query: Query,
    held: Held,
    depth: usize,
}

/// The time that a query asks for, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query {
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// 0 if it asks for one moment.
    pub(crate) step: i64,
}

/// What is in memory.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    samples: usize,
    cells: usize,
}

/// What a part is evaluated to, over all steps.
#[derive(Debug)]
pub(crate) enum Computed<'s> {
    /// A number for each step.
    Scalar(Vec<f64>),
    String(Box<str>),
    /// Rows of different labels; some may be empty.
    Vector(Vec<Row<'s>>),
}

impl<'s> Evaluation<'s> {
    pub(crate) fn new(engine: &'s Engine, store: &'s Store, query: Query) -> Self {
        let mut names = Names::new(store.symbols());
        Self {
            engine,
            store,
            known: names.known(),
            names,
            annotations: Annotations::default(),
            query,
            held: Held::default(),
            depth: 0,
        }
    }

    /// The value at the only moment of the query.
    pub(crate) fn instant(mut self, expr: &Expr) -> Result<Answer, EvalError> {
        let steps = Steps::once(self.query.start);
        let value = if expr.value_type() == ValueType::RangeVector {
            self.samples(expr, steps)?
        } else {
            match self.eval(expr, steps)? {
                Computed::String(text) => QueryValue::String(text),
                Computed::Scalar(cells) => QueryValue::Scalar(cells[0]),
                Computed::Vector(rows) => {
                    let rows = self.named(rows)?;
                    self.vector(&rows)
                }
            }
        };
        Ok(Answer { value, annotations: self.annotations })
    }

    /// The values at all steps of the query.
    pub(crate) fn range(mut self, expr: &Expr, steps: Steps) -> Result<Answer, EvalError> {
        let kind = expr.value_type();
        let rows = match self.eval(expr, steps)? {
            Computed::Scalar(cells) => vec![Row::new(LabelSet::default(), cells)],
            Computed::Vector(rows) => self.named(rows)?,
            Computed::String(_) => return Err(Kind::RangeOfRanges(kind).into()),
        };
        let value = self.matrix(&rows, steps);
        Ok(Answer { value, annotations: self.annotations })
    }

    /// Evaluates a part that is not a range of samples.
    pub(crate) fn eval(&mut self, expr: &Expr, steps: Steps) -> Result<Computed<'s>, EvalError> {
        if self.depth == MOST_DEPTH {
            return Err(EvalError::new(Kind::TooDeep).at(expr.place));
        }
        self.room(1, steps).map_err(|error| error.at(expr.place))?;
        let before = self.held;
        self.depth += 1;
        let computed = if steps.is_range() && is_invariant(expr) {
            self.once(expr, steps)
        } else {
            self.part(expr, steps)
        };
        self.depth -= 1;
        let computed = computed.map_err(|error| error.at(expr.place))?;
        let more = computed.held();
        if matches!(expr.kind, ExprKind::Binary(_) | ExprKind::Call(_)) {
            // What it was computed from is still there.
            self.hold(more, expr)?;
        }
        self.held = before;
        self.hold(more, expr)?;
        Ok(computed)
    }

    /// The same of a part that is a vector.
    pub(crate) fn rows(&mut self, expr: &Expr, steps: Steps) -> Result<Vec<Row<'s>>, EvalError> {
        match self.eval(expr, steps)? {
            Computed::Vector(rows) => Ok(rows),
            Computed::Scalar(_) | Computed::String(_) => {
                Err(EvalError::new(Kind::Mistyped(ValueType::InstantVector)).at(expr.place))
            }
        }
    }

    /// The same of a part that is a number.
    pub(crate) fn numbers(&mut self, expr: &Expr, steps: Steps) -> Result<Vec<f64>, EvalError> {
        match self.eval(expr, steps)? {
            Computed::Scalar(numbers) => Ok(numbers),
            Computed::Vector(_) | Computed::String(_) => {
                Err(EvalError::new(Kind::Mistyped(ValueType::Scalar)).at(expr.place))
            }
        }
    }

    fn part(&mut self, expr: &Expr, steps: Steps) -> Result<Computed<'s>, EvalError> {
        match &expr.kind {
            ExprKind::Number(number) => Ok(Computed::Scalar(vec![number.value; steps.count])),
            ExprKind::String(text) => {
                let text = text.as_str().ok_or(Kind::Unsupported("a text that is no UTF-8"))?;
                Ok(Computed::String(text.into()))
            }
            ExprKind::Paren(inner) => self.eval(inner, steps),
            ExprKind::Unary(unary) => self.unary(unary, steps),
            ExprKind::Binary(binary) => self.binary(binary, expr.place, steps),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, expr.place, steps),
            ExprKind::Call(call) => self.call(call, expr.place, steps),
            ExprKind::Vector(selector) => self.select(selector, steps).map(Computed::Vector),
            ExprKind::Matrix(_) | ExprKind::Subquery(_) => {
                Err(Kind::Mistyped(ValueType::InstantVector).into())
            }
        }
    }

    /// A part that is the same at every step.
    fn once(&mut self, expr: &Expr, steps: Steps) -> Result<Computed<'s>, EvalError> {
        let computed = self.eval(expr, steps.first())?;
        Ok(match computed {
            Computed::String(text) => Computed::String(text),
            Computed::Scalar(cells) => Computed::Scalar(vec![cells[0]; steps.count]),
            Computed::Vector(mut rows) => {
                self.room(rows.len(), steps)?;
                for row in &mut rows {
                    row.cells = vec![row.cells[0]; steps.count];
                }
                Computed::Vector(rows)
            }
        })
    }

    /// Whether there is room for so many further rows.
    pub(crate) fn room(&self, rows: usize, steps: Steps) -> Result<(), EvalError> {
        let cells = rows.saturating_mul(steps.count).saturating_add(self.held.cells);
        if cells > MOST_CELLS { Err(Kind::TooManySamples.into()) } else { Ok(()) }
    }

    /// Whether there is room for so many further samples.
    pub(crate) fn room_for_samples(&self, samples: usize) -> Result<(), EvalError> {
        let held = self.held.samples.saturating_add(samples);
        if held > self.engine.most_samples { Err(Kind::TooManySamples.into()) } else { Ok(()) }
    }

    fn hold(&mut self, more: Held, expr: &Expr) -> Result<(), EvalError> {
        self.room_for_samples(more.samples).map_err(|error| error.at(expr.place))?;
        self.held.samples += more.samples;
        self.held.cells += more.cells;
        if self.held.cells > MOST_CELLS {
            return Err(EvalError::new(Kind::TooManySamples).at(expr.place));
        }
        Ok(())
    }

    /// Removes what says which metric a series is of: now, or at the end if the engine does so.
    pub(crate) fn drop_name(&self, row: &mut Row<'s>) {
        row.drop_name = true;
        if !self.engine.delayed_name_removal {
            row.labels = self.without_name(&row.labels);
        }
    }

    pub(crate) fn without_name(&self, labels: &LabelSet<'s>) -> LabelSet<'s> {
        retain(labels, |name| !self.known.is_metadata(name))
    }

    /// Rows that may have the same labels by now. They are one series if they have no step in common.
    pub(crate) fn settled(
        &self,
        rows: Vec<Row<'s>>,
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        if self.engine.delayed_name_removal && !steps.is_range() { Ok(rows) } else { merged(rows) }
    }

    /// Rows as they are answered.
    fn named(&self, mut rows: Vec<Row<'s>>) -> Result<Vec<Row<'s>>, EvalError> {
        if !self.engine.delayed_name_removal {
            return Ok(rows);
        }
        for row in rows.iter_mut().filter(|row| row.drop_name) {
            row.labels = self.without_name(&row.labels);
        }
        merged(rows)
    }

    fn vector(&self, rows: &[Row<'s>]) -> QueryValue {
        let there = rows.iter().filter(|row| !row.is_empty());
        let sample = |row: &Row<'s>| VectorSample {
            labels: self.names.labels(&row.labels),
            value: Value::Float(row.cells[0]),
        };
        QueryValue::Vector(there.map(sample).collect())
    }

    fn matrix(&self, rows: &[Row<'s>], steps: Steps) -> QueryValue {
        let mut there: Vec<_> = rows.iter().filter(|row| !row.is_empty()).collect();
        there.sort_by(|a, b| self.names.compare(&a.labels, &b.labels));
        let series = |row: &Row<'s>| {
            let mut points = Vec::with_capacity(row.samples());
            for (at, cell) in steps.iter().zip(&row.cells) {
                if !is_gap(*cell) {
                    points.push(Point::new(at, *cell));
                }
            }
            MatrixSeries { labels: self.names.labels(&row.labels), points }
        };
        QueryValue::Matrix(there.into_iter().map(series).collect())
    }

    /// The samples of a range, at their own times.
    fn samples(&mut self, expr: &Expr, steps: Steps) -> Result<QueryValue, EvalError> {
        let ranges = self.ranges(expr, steps)?;
        let mut series = Vec::new();
        for range in &ranges.series {
            let labels = if range.drop_name {
                self.without_name(&range.labels)
            } else {
                range.labels.clone()
            };
            let mut points = Vec::new();
            ranges.windows.slide(range, |window| {
                let samples = window.times.iter().zip(window.values);
                points.extend(samples.map(|(at, value)| Point::new(at.as_millis(), *value)));
                0.0
            });
            if !points.is_empty() {
                series.push(MatrixSeries { labels: self.names.labels(&labels), points });
            }
        }
        series.sort_by(|a, b| a.labels.cmp(&b.labels));
        if series.windows(2).any(|two| two[0].labels == two[1].labels) {
            return Err(EvalError::new(Kind::SameLabels).at(expr.place));
        }
        Ok(QueryValue::Matrix(series))
    }
}

impl Query {
    #[expect(clippy::cast_precision_loss, reason = "as the reference does")]
    pub(crate) fn step_seconds(self) -> f64 {
        self.step as f64 / 1000.0
    }

    #[expect(clippy::cast_precision_loss, reason = "as the reference does")]
    pub(crate) fn range_seconds(self) -> f64 {
        self.end.abs_diff(self.start) as f64 / 1000.0
    }
}

impl Computed<'_> {
    fn held(&self) -> Held {
        match self {
            Self::Scalar(cells) => Held { samples: cells.len(), cells: cells.len() },
            Self::String(_) => Held::default(),
            Self::Vector(rows) => Held {
                samples: rows.iter().map(Row::samples).sum(),
                cells: rows.iter().map(|row| row.cells.len()).sum(),
            },
        }
    }
}
