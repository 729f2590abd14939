//! What a target said last: which text names which series, and which series would be missed.

use std::collections::{HashMap, HashSet};

use crate::model::Series;
use crate::store::SeriesId;

/// The texts of a target, each with its series.
#[derive(Debug, Default)]
pub(super) struct Cache {
    /// By the label whose value is spelled anew: the same text is another series with another one.
    known: [HashMap<Box<str>, Known>; 3],
    tally: Tally,
}

/// A text that was seen.
#[derive(Debug)]
struct Known {
    /// Nothing, if relabelling drops it.
    series: Option<SeriesId>,
    born: u32,
    seen: u32,
    /// The last scrape after which the series would be missed.
    tracked: u32,
}

/// Texts counted, to know without looking at them whether one is missing.
#[derive(Debug)]
struct Tally {
    /// The number of this scrape. A text that was never tracked has 0, which is none.
    turn: u32,
    /// How many were tracked in the scrape before, and how many of them in this one again.
    before: usize,
    again: usize,
    /// How many are tracked in this scrape.
    now: usize,
}

/// What there is to know of a text.
pub(super) enum Found<'a> {
    New,
    Dropped,
    Series(Entry<'a>),
}

/// A text that names a series.
pub(super) struct Entry<'a> {
    pub(super) series: SeriesId,
    /// Whether it was seen in this scrape already.
    pub(super) again: bool,
    known: &'a mut Known,
    tally: &'a mut Tally,
}

impl Default for Tally {
    fn default() -> Self {
        Self { turn: 1, before: 0, again: 0, now: 0 }
    }
}

impl Entry<'_> {
    /// Notes that the series would be missed.
    pub(super) fn track(&mut self) {
        let Tally { turn, again, now, .. } = self.tally;
        let tracked = std::mem::replace(&mut self.known.tracked, *turn);
        *now += usize::from(tracked != *turn);
        *again += usize::from(tracked + 1 == *turn && tracked > 0);
    }
}

impl Cache {
    /// Looks a text up, and notes that it was seen.
    pub(super) fn look_up(&mut self, text: &Series<'_>) -> Found<'_> {
        let tally = &mut self.tally;
        let Some(known) = self.known[spelled(text)].get_mut(text.text()) else {
            return Found::New;
        };
        let again = known.seen == tally.turn;
        known.seen = tally.turn;
        match known.series {
            None => Found::Dropped,
            Some(series) => Found::Series(Entry { series, again, known, tally }),
        }
    }

    /// Notes what a text names, and whether that would be missed.
    pub(super) fn insert(&mut self, text: &Series<'_>, series: Option<SeriesId>, track: bool) {
        let turn = self.tally.turn;
        let tracked = if track { turn } else { 0 };
        self.tally.now += usize::from(track);
        let known = Known { series, born: turn, seen: turn, tracked };
        self.known[spelled(text)].insert(text.text().into(), known);
    }

    /// Forgets what began in this scrape, since the scrape has failed.
    pub(super) fn forget_new(&mut self) {
        let turn = self.tally.turn;
        for known in &mut self.known {
            known.retain(|_, known| known.born != turn);
        }
        self.tally.now = self.tracked_in(turn).count();
    }

    /// Ends this scrape: hands over the series that vanished, and forgets texts that were not seen, if that
    /// is wanted.
    pub(super) fn next(&mut self, flush: bool, mut vanished: impl FnMut(SeriesId)) {
        let Tally { turn, before, again, now } = self.tally;
        if again < before {
            // Another text may have named the same series.
            let here: HashSet<_> = self.tracked_in(turn).collect();
            let mut gone: Vec<_> = self.tracked_in(turn - 1).collect();
            gone.retain(|series| !here.contains(series));
            gone.sort_unstable();
            gone.dedup();
            gone.into_iter().for_each(&mut vanished);
        }
        if flush {
            for known in &mut self.known {
                known.retain(|_, known| known.seen == turn);
            }
        }
        self.tally = Tally { turn: turn + 1, before: now, again: 0, now: 0 };
    }

    fn tracked_in(&self, turn: u32) -> impl Iterator<Item = SeriesId> {
        let all = self.known.iter().flat_map(HashMap::values);
        all.filter(move |known| known.tracked == turn && turn > 0).filter_map(|known| known.series)
    }
}

/// Which of the maps knows a text.
fn spelled(text: &Series<'_>) -> usize {
    match text.bound() {
        None => 0,
        Some("le") => 1,
        Some(_) => 2,
    }
}
