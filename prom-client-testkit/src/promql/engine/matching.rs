//! Operators between two vectors, whose series have to find each other.
//!
//! Which series have the same key is found once. One pair of series is then the work of one run through their
//! columns; of most keys, there is one pair.

use std::collections::HashMap;

use super::binary::{calculated, compared, incompatible};
use super::error::{EvalError, Kind};
use super::evaluation::Evaluation;
use super::names::{Key, LabelSet, retain, value_of};
use super::row::{GAP, Row, is_gap};
use super::steps::Steps;
use crate::promql::text::quote;
use crate::promql::{Binary, Cardinality, Matching, Place};
use crate::store::Symbol;

/// Series of the side that may have one of each key at a step, by it. Keys are in the order in which they appear.
#[derive(Default)]
struct ByKey<'s> {
    places: HashMap<LabelSet<'s>, usize>,
    groups: Vec<(LabelSet<'s>, Vec<Row<'s>>)>,
}

impl<'s> ByKey<'s> {
    fn of(rows: Vec<Row<'s>>, key: &Key) -> Self {
        let mut by_key = Self::default();
        for row in rows {
            let group = key.of(&row.labels);
            let place = *by_key.places.entry(group).or_insert_with_key(|group| {
                by_key.groups.push((group.clone(), Vec::new()));
                by_key.groups.len() - 1
            });
            by_key.groups[place].1.push(row);
        }
        by_key
    }

    fn rows(&self, group: &LabelSet<'s>) -> &[Row<'s>] {
        self.places.get(group).map_or(&[], |place| &self.groups[*place].1)
    }
}

impl<'s> Evaluation<'s> {
    pub(crate) fn matched(
        &mut self,
        binary: &Binary,
        matching: &Matching,
        place: Place,
        [left, right]: [Vec<Row<'s>>; 2],
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        if matching.fill_left.is_some() || matching.fill_right.is_some() {
            return Err(Kind::Unsupported("`fill`").into());
        }
        let key = self.key(matching);
        let swapped = matching.cardinality == Cardinality::OneToMany;
        let (many, one) = if swapped { (right, left) } else { (left, right) };
        let by_key = ByKey::of(one, &key);
        let empty = empty_steps(&many, steps);
        // The reference goes step by step: of all that is wrong, it says what is so at the first one.
        let mut wrong: Option<(usize, EvalError)> = None;
        for (group, rows) in &by_key.groups {
            let before = wrong.as_ref().map_or(steps.count, |(step, _)| *step);
            wrong = self.more_than_one(group, rows, &empty[..before], swapped).or(wrong);
        }

        let include: Vec<Symbol> =
            matching.include.iter().map(|name| self.names.symbol(name)).collect();
        let mut taken: HashMap<(LabelSet<'s>, Option<LabelSet<'s>>), Vec<bool>> = HashMap::new();
        let mut results = Vec::new();
        for many in &many {
            let group = key.of(&many.labels);
            for one in by_key.rows(&group) {
                let together = |(many, one): (&f64, &f64)| !is_gap(*many) && !is_gap(*one);
                if !many.cells.iter().zip(&one.cells).any(together) {
                    continue;
                }
                if wrong.is_none() {
                    self.room(results.len() + 1, steps)?;
                }
                let before = wrong.as_ref().map_or(steps.count, |(step, _)| *step);
                let labels = self.result_labels(binary, matching, &key, many, one, &include);
                let one_to_one = matching.cardinality == Cardinality::OneToOne;
                let unique = (group.clone(), (!one_to_one).then(|| labels.clone()));
                let taken = taken.entry(unique).or_insert_with(|| vec![false; steps.count]);
                let mut cells = vec![GAP; steps.count];
                let columns = many.cells.iter().zip(&one.cells).take(before);
                for (step, (((many, one), cell), taken)) in
                    columns.zip(&mut cells).zip(taken).enumerate()
                {
                    if is_gap(*many) || is_gap(*one) {
                        continue;
                    }
                    if let Some(note) = incompatible(binary.op) {
                        self.annotations.add(note, place);
                        continue;
                    }
                    if std::mem::replace(taken, true) {
                        let kind = match one_to_one {
                            true => Kind::ManyToOneImplicit,
                            false => Kind::ManyToOneAmbiguous,
                        };
                        wrong = Some((step, kind.into()));
                        break;
                    }
                    let (left, right) = if swapped { (*one, *many) } else { (*many, *one) };
                    *cell = match compared(binary.op, left, right) {
                        None => calculated(binary.op, left, right),
                        Some(holds) if binary.returns_bool => f64::from(holds),
                        Some(true) => left,
                        Some(false) => GAP,
                    };
                }
                if wrong.is_some() {
                    continue;
                }
                let mut row = Row::new(labels, cells);
                row.drop_name = binary.returns_bool;
                results.push(row);
            }
        }
        match wrong {
            Some((_, error)) => Err(error),
            None => self.settled(results, steps),
        }
    }

    /// The labels of what a pair of series makes.
    fn result_labels(
        &self,
        binary: &Binary,
        matching: &Matching,
        key: &Key,
        many: &Row<'s>,
        one: &Row<'s>,
        include: &[Symbol],
    ) -> LabelSet<'s> {
        let drops_bool = binary.returns_bool && !self.engine.delayed_name_removal;
        let mut labels = if drops_bool || !binary.op.is_comparison() {
            self.without_name(&many.labels)
        } else {
            many.labels.clone()
        };
        if matching.cardinality == Cardinality::OneToOne {
            labels = match key {
                Key::Only(_) => key.of(&labels),
                // The name is not compared, but it is not left out for that.
                Key::AllBut(names) => {
                    let ignored = names.len() - 1;
                    retain(&labels, |name| !names[..ignored].contains(&name))
                }
            };
        }
        for name in include {
            match value_of(&one.labels, *name) {
                Some(value) => self.names.set(&mut labels, *name, value),
                None => labels = retain(&labels, |known| known != *name),
            }
        }
        labels
    }

    /// The first step at which two series of a key are there, among the steps where the other side has any.
    fn more_than_one(
        &self,
        group: &LabelSet<'s>,
        rows: &[Row<'s>],
        empty: &[bool],
        swapped: bool,
    ) -> Option<(usize, EvalError)> {
        if rows.len() < 2 {
            return None;
        }
        for (step, _) in empty.iter().enumerate().filter(|(_, empty)| !**empty) {
            let mut there = rows.iter().filter(|row| !is_gap(row.cells[step]));
            if let (Some(first), Some(second)) = (there.next(), there.next()) {
                let mut series = [self.shown(&first.labels), self.shown(&second.labels)];
                series.sort();
                let side = if swapped { "left" } else { "right" };
                let group = self.shown(group);
                return Some((step, Kind::DuplicateMatch { group, side, series }.into()));
            }
        }
        None
    }

    /// Labels as the reference shows them in errors.
    fn shown(&self, labels: &LabelSet<'s>) -> Box<str> {
        let mut out = String::from("{");
        for (i, (name, value)) in labels.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            let name = self.names.text(*name);
            if is_plain(name) {
                out.push_str(name);
            } else {
                let _ = quote(name.as_bytes(), &mut out);
            }
            out.push('=');
            let _ = quote(self.names.text(*value).as_bytes(), &mut out);
        }
        out.push('}');
        out.into()
    }
}

/// At which steps no series is there.
fn empty_steps(rows: &[Row<'_>], steps: Steps) -> Vec<bool> {
    let mut empty = vec![true; steps.count];
    for row in rows {
        for (empty, cell) in empty.iter_mut().zip(&row.cells) {
            *empty &= is_gap(*cell);
        }
    }
    empty
}

/// Whether the name of a label needs no quotes.
fn is_plain(name: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphabetic() || b == b'_';
    name.bytes().next().is_some_and(letter) && name.bytes().all(|b| letter(b) || b.is_ascii_digit())
}
