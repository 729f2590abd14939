//! Whether an answer is the one that is expected.

use super::almost::almost_equal;
use super::command::{Annotations, Eval, Expected, Steps, Wanted, When};
use super::series::{Point, Row};
use crate::assert::Diff;
use crate::model::{Labels, Value};
use crate::promql::{MatrixSeries, QueryValue, VectorSample};

impl Eval {
    /// Says what is wrong with a value, if anything is.
    pub(super) fn judge(&self, value: &QueryValue) -> Result<(), String> {
        match (&self.result, value, &self.when) {
            (Expected::Scalar(expected), QueryValue::Scalar(found), _) => {
                if almost_equal(*expected, *found) {
                    return Ok(());
                }
                Err(differs(&text(*expected), &text(*found)))
            }
            (Expected::Text(expected), QueryValue::String(found), _) => {
                if **expected == **found {
                    return Ok(());
                }
                Err(differs(&format!("{expected:?}"), &format!("{found:?}")))
            }
            (Expected::Series(rows), QueryValue::Vector(found), _) => self.vector(rows, found),
            (Expected::Ranges(rows, steps), QueryValue::Matrix(found), _)
            | (Expected::Series(rows), QueryValue::Matrix(found), When::Range(steps)) => {
                self.matrix(rows, found, steps)
            }
            (expected, found, _) => {
                let kind = match expected {
                    Expected::Series(_) => "series",
                    Expected::Ranges(..) => "a range vector",
                    Expected::Scalar(_) => "a scalar",
                    Expected::Text(_) => "a string",
                };
                Err(format!("expected {kind}, found a {}", found.kind()))
            }
        }
    }

    fn vector(&self, rows: &[Row], found: &[VectorSample]) -> Result<(), String> {
        let expected: Vec<String> = rows.iter().map(line).collect();
        let found: Vec<String> = found
            .iter()
            .map(|sample| {
                let row = rows.iter().find(|row| row.labels == sample.labels);
                let equal = row.filter(|row| same(row.points.first(), &sample.value));
                equal.map_or_else(|| format!("{} {}", sample.labels, sample.value), line)
            })
            .collect();
        let in_order = expected == found;
        let shown = found.join("\n  ");
        let mut wrong = Vec::new();
        compare(expected, found, &mut wrong);
        if wrong.is_empty() && self.ordered && !in_order {
            wrong.push(format!("the series are in another order:\n  {shown}"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    }

    fn matrix(&self, rows: &[Row], found: &[MatrixSeries], steps: &Steps) -> Result<(), String> {
        let mut wrong = Vec::new();
        if self.ordered {
            wrong.push("only a vector has an order".to_owned());
        }
        if !found.is_sorted_by(|a, b| a.labels <= b.labels) {
            wrong.push("the series are not sorted by their labels".to_owned());
        }
        let beyond = rows
            .iter()
            .find(|row| row.points.len() > 1 && steps.at(row.points.len() - 1).is_none());
        if let Some(row) = beyond {
            let (count, labels) = (row.points.len(), &row.labels);
            wrong.push(format!(
                "{count} samples of {labels} are expected, and there are not so many steps"
            ));
        }
        let mut found_lines = Vec::new();
        for series in found {
            let row = rows.iter().find(|row| row.labels == series.labels);
            let equal = row.filter(|row| same_points(row, series, steps));
            found_lines.push(equal.map_or_else(|| series_line(series, steps), line));
        }
        compare(rows.iter().map(line).collect(), found_lines, &mut wrong);
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    }

    /// Says what is wrong with an error, or that it is none.
    pub(super) fn judge_failure(&self, message: &str) -> Result<(), String> {
        match &self.failure {
            None => Err(format!("failed: {message}")),
            Some(wanted) if wanted.is(message) => Ok(()),
            Some(wanted) => Err(format!("expected a failure, {wanted}, found: {message}")),
        }
    }
}

/// Says what is wrong with the annotations of one sort, if anything is.
pub(super) fn judge_annotations(
    sort: &str,
    expected: &Annotations,
    found: &[String],
) -> Result<(), String> {
    let listed = || if found.is_empty() { "none".to_owned() } else { found.join("\n  ") };
    match expected {
        Annotations::Any => Ok(()),
        Annotations::None if found.is_empty() => Ok(()),
        Annotations::None => Err(format!("expected no {sort}, found:\n  {}", listed())),
        Annotations::These(wanted) => {
            if let Some(missing) =
                wanted.iter().find(|wanted| !found.iter().any(|text| wanted.is(text)))
            {
                return Err(format!("expected {sort}, {missing}, found:\n  {}", listed()));
            }
            match found.iter().find(|text| !wanted.iter().any(|wanted| wanted.is(text))) {
                Some(text) => Err(format!("unexpected {sort}: {text}")),
                None => Ok(()),
            }
        }
    }
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("whatever its message"),
            Self::Message(message) => write!(f, "`{message}`"),
            Self::Pattern(pattern) => write!(f, "like `{pattern}`"),
        }
    }
}

/// Adds the differences between lines, if there are any.
fn compare(expected: Vec<String>, found: Vec<String>, wrong: &mut Vec<String>) {
    let mut diff = Diff::default();
    diff.compare(expected, found);
    if !diff.is_empty() {
        wrong.push(format!("the series are not as expected\n{diff}"));
    }
}

fn differs(expected: &str, found: &str) -> String {
    format!("the value is not as expected\n- {expected}\n+ {found}")
}

fn same(expected: Option<&Point>, found: &Value) -> bool {
    match (expected, found) {
        (Some(Point::Float(expected)), Value::Float(found)) => almost_equal(*expected, *found),
        _ => false,
    }
}

/// Whether a series has a sample at just those steps where one is expected, and the right one.
fn same_points(row: &Row, series: &MatrixSeries, steps: &Steps) -> bool {
    let expected = row.points.iter().enumerate().filter(|(_, point)| !matches!(point, Point::Gap));
    let expected: Vec<_> = expected.map(|(i, point)| (steps.at(i), point)).collect();
    expected.len() == series.points.len()
        && expected.iter().zip(&series.points).all(|((at, expected), found)| {
            *at == Some(found.at) && same(Some(expected), &found.value)
        })
}

fn line(row: &Row) -> String {
    joined(
        &row.labels,
        row.points.iter().map(|point| match point {
            Point::Gap => "_".to_owned(),
            Point::Float(value) => text(*value),
            Point::Histogram => "{{..}}".to_owned(),
        }),
    )
}

/// A series as a script would write it, and samples between the steps with their times.
fn series_line(series: &MatrixSeries, steps: &Steps) -> String {
    let mut next = 0;
    let mut items = Vec::new();
    for point in &series.points {
        match steps.index(point.at) {
            Some(step) if step >= next => {
                items.extend(std::iter::repeat_n("_".to_owned(), step - next));
                items.push(point.value.to_string());
                next = step + 1;
            }
            _ => items.push(format!("{} at {}", point.value, point.at)),
        }
    }
    joined(&series.labels, items.into_iter())
}

fn joined(labels: &Labels, items: impl Iterator<Item = String>) -> String {
    items.fold(labels.to_string(), |line, item| line + " " + &item)
}

fn text(value: f64) -> String {
    if crate::model::is_stale(value) { "stale".to_owned() } else { Value::Float(value).to_string() }
}
