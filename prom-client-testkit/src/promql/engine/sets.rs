//! `and`, `or` and `unless`: which series of two vectors stay.

use std::collections::HashMap;

use super::error::EvalError;
use super::evaluation::Evaluation;
use super::names::{Key, LabelSet};
use super::row::{GAP, Row, is_gap};
use super::steps::Steps;
use crate::promql::{BinaryOp, Matching};

impl<'s> Evaluation<'s> {
    /// The labels in which series have to agree.
    pub(crate) fn key(&mut self, matching: &Matching) -> Key {
        let names = self.names.sorted(&matching.labels);
        if matching.on {
            Key::Only(names)
        } else {
            Key::AllBut(names.into_iter().chain([self.known.name]).collect())
        }
    }

    pub(crate) fn set(
        &mut self,
        op: BinaryOp,
        matching: &Matching,
        mut left: Vec<Row<'s>>,
        mut right: Vec<Row<'s>>,
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        let key = self.key(matching);
        if op == BinaryOp::Or {
            let there = Presence::of(&left, &key, steps);
            for row in &mut right {
                there.keep(row, &key, false);
            }
            left.append(&mut right);
            return self.settled(left, steps);
        }
        let there = Presence::of(&right, &key, steps);
        for row in &mut left {
            there.keep(row, &key, op == BinaryOp::And);
        }
        Ok(left)
    }
}

/// At which steps a vector has a series of which key.
struct Presence<'s>(HashMap<LabelSet<'s>, Vec<bool>>);

impl<'s> Presence<'s> {
    fn of(rows: &[Row<'s>], key: &Key, steps: Steps) -> Self {
        let mut presence: HashMap<LabelSet<'s>, Vec<bool>> = HashMap::new();
        for row in rows {
            let there =
                presence.entry(key.of(&row.labels)).or_insert_with(|| vec![false; steps.count]);
            for (there, cell) in there.iter_mut().zip(&row.cells) {
                *there |= !is_gap(*cell);
            }
        }
        Self(presence)
    }

    /// Keeps the samples of the steps where there is one of this key; or where there is none.
    fn keep(&self, row: &mut Row<'s>, key: &Key, wanted: bool) {
        match self.0.get(&key.of(&row.labels)) {
            None if wanted => row.cells.fill(GAP),
            None => {}
            Some(there) => {
                let cells = row.cells.iter_mut().zip(there);
                cells.filter(|(_, there)| **there != wanted).for_each(|(cell, _)| *cell = GAP);
            }
        }
    }
}
