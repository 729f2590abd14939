//! What a target said last: which text names which series, and which series would be missed.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use crate::model::Series;
use crate::store::SeriesId;

/// The texts of a target, each with its series.
///
/// The text alone is the key, as in Prometheus: where a body has it under two types, which would spell its bound
/// in two ways, it is the series that it was first.
#[derive(Debug, Default)]
pub(super) struct Cache {
    known: Vec<Known>,
    /// Where in `known` a text is.
    by_text: HashTable<u32>,
    hasher: RandomState,
    tally: Tally,
    /// How many there were at the end of the latest complete scrape, before some were forgotten.
    complete: usize,
}

/// Failed scrapes may bring twice as many texts as the latest complete one, and so many more, as in Prometheus.
const MOST_EXTRA: usize = 1_000;

/// A text that was seen.
#[derive(Debug)]
struct Known {
    text: Box<str>,
    /// Nothing, if relabelling drops it.
    series: Option<SeriesId>,
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
    /// How many were seen in it.
    seen: usize,
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
        Self { turn: 1, before: 0, again: 0, now: 0, seen: 0 }
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
        let Self { known, by_text, hasher, tally, .. } = self;
        let same = |at: &u32| *known[*at as usize].text == *text.text();
        let Some(at) = by_text.find(hasher.hash_one(text.text()), same) else {
            return Found::New;
        };
        let known = &mut known[*at as usize];
        let again = known.seen == tally.turn;
        known.seen = tally.turn;
        tally.seen += usize::from(!again);
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
        self.tally.seen += 1;
        let at = u32::try_from(self.known.len()).expect("as many texts do not fit into memory");
        let text = text.text().into();
        if self.known.len() == self.known.capacity() {
            // Doubling would leave half of the memory empty.
            self.known.reserve_exact((self.known.len() / 8).max(16));
        }
        self.known.push(Known { text, series, seen: turn, tracked });
        let Self { known, by_text, hasher, .. } = self;
        let hash = |at: &u32| hasher.hash_one(&*known[*at as usize].text);
        by_text.insert_unique(hash(&at), at, hash);
    }

    /// Keeps some, and the order of none.
    fn retain(&mut self, keep: impl Fn(&Known) -> bool) {
        let mut at = self.known.len();
        while let Some(before) = at.checked_sub(1) {
            at = before;
            if !keep(&self.known[at]) {
                self.renumber(at, None);
                // The last one takes its place.
                let last = self.known.len() - 1;
                if last != at {
                    self.renumber(last, Some(at));
                }
                self.known.swap_remove(at);
            }
        }
    }

    /// Says where a text will be, if anywhere.
    fn renumber(&mut self, from: usize, to: Option<usize>) {
        let hash = self.hasher.hash_one(&*self.known[from].text);
        let same = |at: &u32| *at as usize == from;
        let Ok(mut entry) = self.by_text.find_entry(hash, same) else { return };
        match to.and_then(|to| u32::try_from(to).ok()) {
            Some(to) => *entry.get_mut() = to,
            None => {
                entry.remove();
            }
        }
    }

    /// Ends this scrape: hands over the series that vanished, and forgets texts that were not seen, if the scrape
    /// says what there is, or else if it would be too many of them.
    pub(super) fn next(&mut self, complete: bool, mut vanished: impl FnMut(SeriesId)) {
        let Tally { turn, before, again, now, seen } = self.tally;
        if again < before {
            // Another text may have named the same series.
            let here: HashSet<_> = self.tracked_in(turn).collect();
            let mut gone: Vec<_> = self.tracked_in(turn - 1).collect();
            gone.retain(|series| !here.contains(series));
            gone.sort_unstable();
            gone.dedup();
            gone.into_iter().for_each(&mut vanished);
        }
        let crowded = self.known.len() > self.complete.saturating_mul(2).saturating_add(MOST_EXTRA);
        if complete {
            self.complete = self.known.len();
        }
        if (complete || crowded) && seen < self.known.len() {
            self.retain(|known| known.seen == turn);
        }
        self.tally = Tally { turn: turn + 1, before: now, again: 0, now: 0, seen: 0 };
    }

    fn tracked_in(&self, turn: u32) -> impl Iterator<Item = SeriesId> {
        let all = self.known.iter();
        all.filter(move |known| known.tracked == turn && turn > 0).filter_map(|known| known.series)
    }
}
