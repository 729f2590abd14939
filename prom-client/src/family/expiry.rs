//! When series are removed that nobody updates any more.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use crate::clock::{Clock, Instant, nanos};
use crate::storage::map::{AT_ONCE, Looked, Round, SeriesMap};

/// Without scrapes, a round of looks is worth its cost so many times per time-to-live, and when a series is
/// due. So series go late by an eighth of their time or so.
const ROUNDS: u64 = 16;

/// How many series are looked at for each that is created: with so many, looks go round before an eighth
/// more series are there than their time allows.
const STEP: usize = 16;

/// Time-to-live of a family. Times are nanoseconds since `origin`, which is measured as a timer measures,
/// so that a change of the wall clock removes nothing.
#[derive(Debug)]
pub(super) struct Expiry {
    ttl: u64,
    origin: Instant,
    /// When the last round ended.
    last: AtomicU64,
    /// When another one is worth its cost to whoever creates a series.
    due: AtomicU64,
    /// Waited for by scrapes only.
    round: Mutex<Round>,
}

impl Expiry {
    pub(super) fn new(ttl: Duration, clock: &Clock) -> Self {
        Self {
            ttl: nanos(ttl),
            origin: clock.instant(),
            last: AtomicU64::new(0),
            due: AtomicU64::new(0),
            round: Mutex::default(),
        }
    }

    /// For a scrape: looks at all series.
    pub(super) fn sweep(&self, map: &SeriesMap) {
        let mut round = self.round.lock();
        round.restart();
        while self.look(map, &mut round, AT_ONCE).over.is_none() {}
    }

    /// For whoever creates a series: looks at a few.
    pub(super) fn step(&self, map: &SeriesMap) {
        if let Some(mut round) = self.round.try_lock() {
            if round.is_under_way() || self.is_due() {
                self.look(map, &mut round, STEP);
            }
        }
    }

    /// For whoever finds the family full: looks until a series has gone; `false` if none is due.
    #[cold]
    pub(super) fn make_room(&self, map: &SeriesMap) -> bool {
        // The rest of a round that is under way, and a whole one, since what was looked at before may be due
        // by now.
        for _ in 0..2 {
            if !self.is_due() {
                return false;
            }
            // Whoever has it makes room now, too.
            let Some(mut round) = self.round.try_lock() else { return false };
            loop {
                let looked = self.look(map, &mut round, AT_ONCE);
                if looked.removed {
                    return true;
                }
                if looked.over.is_some() {
                    break;
                }
            }
        }
        false
    }

    fn now(&self) -> u64 {
        nanos(self.origin.elapsed())
    }

    fn is_due(&self) -> bool {
        let now = self.now();
        // Ordering: Relaxed here and below - hints; what counts is under the lock.
        // Before the end of the last round it is when a manual clock went back.
        now >= self.due.load(Ordering::Relaxed) || now < self.last.load(Ordering::Relaxed)
    }

    fn look(&self, map: &SeriesMap, round: &mut Round, most: usize) -> Looked {
        let looked = map.look(round, most, self.ttl, || self.now());
        if let Some(over) = looked.over {
            let next = over.began.saturating_add((self.ttl / ROUNDS).max(1));
            let due = next.min(over.oldest.saturating_add(self.ttl));
            self.last.store(self.now(), Ordering::Relaxed);
            self.due.store(due, Ordering::Relaxed);
        }
        looked
    }
}
