//! What a query answers: a number, a text, a vector or a matrix.

use std::fmt;

use crate::model::{Labels, Timestamp, Value};

/// The value of an expression, at one moment or at each step of a range.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "PromQL has four types")]
pub enum QueryValue {
    /// One number, that of the moment that was asked for.
    Scalar(f64),
    /// A text, which no step changes.
    String(Box<str>),
    /// One sample of each series, all of them of the moment that was asked for. `sort` and `topk` give them an
    /// order; all else leaves them in that of the store.
    Vector(Vec<VectorSample>),
    /// Series with a sample for each step where they have one, or as they are stored; in the order of their
    /// labels.
    Matrix(Vec<MatrixSeries>),
}

/// What a series is at one moment.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a series and its value")]
pub struct VectorSample {
    /// The series.
    pub labels: Labels,
    /// Its value.
    pub value: Value,
}

/// A series with its samples, in the order of time.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a series and its samples")]
pub struct MatrixSeries {
    /// The series.
    pub labels: Labels,
    /// Its samples; at least one.
    pub points: Vec<Point>,
}

/// A value at a moment.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a moment and a value")]
pub struct Point {
    /// When.
    pub at: Timestamp,
    /// What.
    pub value: Value,
}

impl Point {
    pub(crate) fn new(millis: i64, number: f64) -> Self {
        Self { at: Timestamp::from_millis(millis), value: Value::Float(number) }
    }
}

impl QueryValue {
    /// What Prometheus calls its type: `scalar`, `string`, `vector` or `matrix`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Scalar(_) => "scalar",
            Self::String(_) => "string",
            Self::Vector(_) => "vector",
            Self::Matrix(_) => "matrix",
        }
    }
}

impl fmt::Display for QueryValue {
    /// A line for each series; samples of a matrix have their times behind them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut end = "";
        match self {
            Self::Scalar(number) => Value::Float(*number).fmt(f)?,
            Self::String(text) => f.write_str(text)?,
            Self::Vector(samples) => {
                for VectorSample { labels, value } in samples {
                    write!(f, "{end}{labels} {value}")?;
                    end = "\n";
                }
            }
            Self::Matrix(series) => {
                for MatrixSeries { labels, points } in series {
                    write!(f, "{end}{labels}")?;
                    points
                        .iter()
                        .try_for_each(|Point { at, value }| write!(f, " {value} @{at}"))?;
                    end = "\n";
                }
            }
        }
        Ok(())
    }
}
