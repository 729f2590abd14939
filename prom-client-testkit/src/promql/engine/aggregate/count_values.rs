//! `count_values`: how many series have which value.

use std::collections::HashMap;

use crate::promql::engine::error::{EvalError, Kind};
use crate::promql::engine::evaluation::Evaluation;
use crate::promql::engine::names::{Key, LabelSet};
use crate::promql::engine::row::{GAP, Row, is_gap};
use crate::promql::engine::steps::Steps;
use crate::promql::number::plain;
use crate::promql::{Aggregate, ExprKind, ValueType};
use crate::store::Symbol;

impl<'s> Evaluation<'s> {
    pub(super) fn count_values(
        &mut self,
        aggregate: &Aggregate,
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        let parameter = aggregate.parameter.as_ref().ok_or(Kind::Mistyped(ValueType::String))?;
        let ExprKind::String(text) = &parameter.without_parens().kind else {
            return Err(Kind::Mistyped(ValueType::String).into());
        };
        let label = text.as_str().filter(|text| !text.is_empty());
        let label = label.ok_or_else(|| Kind::LabelName(text.to_string().into()))?;
        let label = self.names.symbol(label);
        let mut key = self.grouping(&aggregate.grouping);
        if let Key::Only(names) = &mut key {
            names.push(label);
        }

        let rows = self.rows(&aggregate.expr, steps)?;
        let mut texts: HashMap<u64, Symbol> = HashMap::new();
        let mut counted: Vec<Row<'s>> = Vec::new();
        let mut places: HashMap<LabelSet<'s>, usize> = HashMap::new();
        for row in &rows {
            for (step, cell) in row.cells.iter().enumerate() {
                if is_gap(*cell) {
                    continue;
                }
                let names = &mut self.names;
                let text =
                    texts.entry(cell.to_bits()).or_insert_with(|| names.symbol(&plain(*cell)));
                let mut labels = row.labels.clone();
                self.names.set(&mut labels, label, *text);
                let group = key.of(&labels);
                let place = match places.get(&group) {
                    Some(place) => *place,
                    None => {
                        self.room(counted.len() + 1, steps)?;
                        places.insert(group.clone(), counted.len());
                        counted.push(Row::new(group, vec![GAP; steps.count]));
                        counted.len() - 1
                    }
                };
                let count = &mut counted[place].cells[step];
                *count = if is_gap(*count) { 1.0 } else { *count + 1.0 };
            }
        }
        self.settled(counted, steps)
    }
}
