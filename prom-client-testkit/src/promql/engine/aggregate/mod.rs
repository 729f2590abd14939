//! Aggregations: one series of each group, or some of them.

mod count_values;
mod fold;
mod rank;

use std::collections::HashMap;

use super::error::{EvalError, Kind};
use super::evaluation::{Computed, Evaluation};
use super::names::{Key, LabelSet};
use super::quantile::quantile;
use super::row::{GAP, Row, is_gap};
use super::steps::Steps;
use crate::promql::annotations::Note;
use crate::promql::{Aggregate, AggregateOp, Grouping, Place};

/// Which group each row is of, in the order in which groups appear.
#[derive(Debug)]
struct Groups<'s> {
    keys: Vec<LabelSet<'s>>,
    of_row: Vec<usize>,
}

impl<'s> Evaluation<'s> {
    pub(crate) fn aggregate(
        &mut self,
        aggregate: &Aggregate,
        place: Place,
        steps: Steps,
    ) -> Result<Computed<'s>, EvalError> {
        use fold::{Average, Count, Deviation, Greatest, Least, One, Sum, Variance};

        let key = self.grouping(&aggregate.grouping);
        let op = aggregate.op;
        if op == AggregateOp::CountValues {
            return self.count_values(aggregate, steps).map(Computed::Vector);
        }
        let parameter = match &aggregate.parameter {
            Some(parameter) => self.numbers(parameter, steps)?,
            None => Vec::new(),
        };
        let mut rows = self.rows(&aggregate.expr, steps)?;
        rows.retain(|row| !row.is_empty());
        let groups = Groups::of(&rows, &key);
        let columns = match op {
            AggregateOp::Sum => fold::columns::<Sum>(&rows, &groups, steps),
            AggregateOp::Avg => fold::columns::<Average>(&rows, &groups, steps),
            AggregateOp::Count => fold::columns::<Count>(&rows, &groups, steps),
            AggregateOp::Min => fold::columns::<Least>(&rows, &groups, steps),
            AggregateOp::Max => fold::columns::<Greatest>(&rows, &groups, steps),
            AggregateOp::Group => fold::columns::<One>(&rows, &groups, steps),
            AggregateOp::Stddev => fold::columns::<Deviation>(&rows, &groups, steps),
            AggregateOp::Stdvar => fold::columns::<Variance>(&rows, &groups, steps),
            AggregateOp::Quantile => {
                self.expect_quantiles(&parameter, aggregate, place);
                quantiles(&parameter, &rows, &groups, steps)
            }
            AggregateOp::Topk | AggregateOp::Bottomk => {
                let top = op == AggregateOp::Topk;
                return rank::ranked(top, &parameter, rows, &groups, steps).map(Computed::Vector);
            }
            _ => return Err(Kind::Unsupported("`limitk` and `limit_ratio`").into()),
        };
        let mut drop_name = vec![false; groups.keys.len()];
        for (row, group) in rows.iter().zip(&groups.of_row) {
            drop_name[*group] |= row.drop_name;
        }
        let rows = groups.keys.into_iter().zip(columns).zip(drop_name);
        let row = |((labels, cells), drop_name)| Row { labels, drop_name, cells };
        Ok(Computed::Vector(rows.map(row).collect()))
    }

    /// The labels of the result.
    fn grouping(&mut self, grouping: &Grouping) -> Key {
        let names = self.names.sorted(&grouping.labels);
        if grouping.without {
            Key::AllBut(names.into_iter().chain([self.known.name]).collect())
        } else {
            Key::Only(names)
        }
    }

    fn expect_quantiles(&mut self, parameter: &[f64], aggregate: &Aggregate, place: Place) {
        let place = aggregate.parameter.as_ref().map_or(place, |expr| expr.without_parens().place);
        let lowest = parameter.iter().copied().fold(f64::MAX, f64::min);
        let highest = parameter.iter().copied().fold(f64::MIN, f64::max);
        if parameter.iter().any(|q| q.is_nan()) {
            self.annotations.add(Note::InvalidQuantile(f64::NAN), place);
        } else {
            let wrong = [highest].into_iter().filter(|q| *q > 1.0);
            for q in wrong.chain([lowest].into_iter().filter(|q| *q < 0.0)) {
                self.annotations.add(Note::InvalidQuantile(q), place);
            }
        }
    }
}

impl<'s> Groups<'s> {
    fn of(rows: &[Row<'s>], key: &Key) -> Self {
        let mut keys = Vec::new();
        let mut places = HashMap::new();
        let group = |row: &Row<'s>| {
            let key = key.of(&row.labels);
            *places.entry(key).or_insert_with_key(|key| {
                keys.push(key.clone());
                keys.len() - 1
            })
        };
        let of_row = rows.iter().map(group).collect();
        Self { keys, of_row }
    }

    /// The rows of each group.
    fn members<'r>(&self, rows: &'r [Row<'s>]) -> Vec<Vec<(usize, &'r Row<'s>)>> {
        let mut members = vec![Vec::new(); self.keys.len()];
        for (i, (row, group)) in rows.iter().zip(&self.of_row).enumerate() {
            members[*group].push((i, row));
        }
        members
    }
}

fn quantiles(
    parameter: &[f64],
    rows: &[Row<'_>],
    groups: &Groups<'_>,
    steps: Steps,
) -> Vec<Vec<f64>> {
    let mut values = Vec::new();
    let mut column = |members: Vec<(usize, &Row<'_>)>| {
        let cell = |(step, q): (usize, &f64)| {
            values.clear();
            values.extend(members.iter().map(|(_, row)| row.cells[step]).filter(|v| !is_gap(*v)));
            if values.is_empty() { GAP } else { quantile(*q, &mut values) }
        };
        parameter[..steps.count].iter().enumerate().map(cell).collect()
    };
    groups.members(rows).into_iter().map(&mut column).collect()
}
