//! Which series have a label of a value.

use std::collections::HashMap;

use super::SeriesId;
use super::symbols::Pair;

/// For each pair of a name and a value the series that have it, in ascending order.
#[derive(Debug, Default)]
pub(super) struct Postings(HashMap<Pair, List>);

/// Most values of some labels belong to one series, which then needs no list.
#[derive(Debug)]
enum List {
    One([SeriesId; 1]),
    Many(Vec<SeriesId>),
}

impl Postings {
    pub(super) fn of(&self, pair: Pair) -> &[SeriesId] {
        match self.0.get(&pair) {
            Some(List::One(list)) => list,
            Some(List::Many(list)) => list,
            None => &[],
        }
    }

    /// Adds a series, newer than all others.
    pub(super) fn add(&mut self, id: SeriesId, pairs: &[Pair]) {
        for pair in pairs {
            match self.0.get_mut(pair) {
                None => {
                    self.0.insert(*pair, List::One([id]));
                }
                Some(List::Many(list)) => list.push(id),
                Some(list @ List::One(_)) => {
                    let List::One([first]) = *list else { continue };
                    *list = List::Many(vec![first, id]);
                }
            }
        }
    }

    /// Removes the newest series of all.
    pub(super) fn remove_last(&mut self, pairs: &[Pair]) {
        for pair in pairs {
            if let Some(List::Many(list)) = self.0.get_mut(pair) {
                list.pop();
                if !list.is_empty() {
                    continue;
                }
            }
            self.0.remove(pair);
        }
    }
}
