//! Series that rest: found by looking at all again and again, and removed.
//!
//! # Problem
//! A series that nobody updates any more is to be removed after some time. An update does not say when it
//! was, since asking for the time costs twenty times what an update costs. Nor may anybody stop to look at
//! 100,000 series, other than a scrape, which does that anyway.
//!
//! # Protocol
//! A look at a series tells whether it was updated since the look before ([`Class::look`]). One that was, or
//! that is new, is taken for updated now; one that was not, since a look that is long enough ago, is
//! removed. So none goes too early; one goes late by the time from its last update to the next look.
//!
//! Looks go round: over all records in the order of their addresses, a few per call, then from the
//! beginning. Who calls has the [`Round`], under a lock of its own, and says what time it is. The time is asked
//! before a few series are looked at, to judge them, and behind, to be remembered: a slow look makes none
//! older than it is.

use super::super::area::Handle;
use super::super::class::Class;
use super::super::number;
use super::growing::End;
use super::record::{self, Record, is_alive};
use super::series::SeriesMap;
use super::{Address, writer};

/// How many series are looked at together, so that their cache misses overlap. As many as are removed
/// under one lock.
pub(crate) const AT_ONCE: usize = writer::REMOVE_AT_ONCE;

/// What the last look at a record found.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// When a look found an update, the last time.
    since: u64,
    /// What [`Class::look`] keeps.
    word: u64,
    /// The life that this is about; 0 is none.
    generation: u32,
}

/// The looks at the series of one map, and how far they are round.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// By the number of the record. In pieces, so that a larger number of series moves nothing.
    #[allow(clippy::vec_box, reason = "what grows is moved, and pieces are large")]
    seen: Vec<Box<[Seen; AT_ONCE]>>,
    /// Where it goes on; `None` between two rounds.
    place: Option<Place>,
    doomed: Vec<(Address, Handle)>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    class: Class,
    next: End,
    /// The number of the next record.
    number: usize,
    /// Of the records that there were when the round began, and when that was.
    end: End,
    began: u64,
    /// The least `since` of what was looked at in this round and lives.
    oldest: u64,
}

/// What a few looks found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Looked {
    /// Whether something was removed.
    pub(crate) removed: bool,
    /// That the round is over.
    pub(crate) over: Option<Over>,
}

/// What a round found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Over {
    /// All updates before this were found.
    pub(crate) began: u64,
    /// When the series was found updated for the last time for which that is longest ago.
    pub(crate) oldest: u64,
}

impl Round {
    /// Whether some series were looked at and others not.
    pub(crate) fn is_under_way(&self) -> bool {
        self.place.is_some()
    }

    /// The next look is at the first series.
    pub(crate) fn restart(&mut self) {
        self.place = None;
    }
}

impl SeriesMap {
    /// Looks at the next few series, `most` or [`AT_ONCE`], and removes those that a look found without an
    /// update `rest` ago or earlier.
    pub(crate) fn look(
        &self,
        round: &mut Round,
        most: usize,
        rest: u64,
        now: impl Fn() -> u64,
    ) -> Looked {
        let mut place = round.place.take().unwrap_or_else(|| self.first_place(now()));
        let stride = record::words(self.labels);
        // Not beyond a piece of what was seen.
        let most = most.clamp(1, AT_ONCE - place.number % AT_ONCE);
        let (mut ats, mut lives, mut count) = ([0; AT_ONCE], [Handle::DEAD; AT_ONCE], 0);
        while let Some(at) = (count < most).then(|| place.next.take(place.end, stride)).flatten() {
            (ats[count], lives[count]) = (at, self.record(at).map_or(Handle::DEAD, Record::life));
            count += 1;
        }
        let before = now();
        number::prefetch(&lives[..count]);
        let piece = place.number / AT_ONCE;
        if piece == round.seen.len() {
            round.seen.push(Box::new([Seen::default(); AT_ONCE]));
        }
        let seen = &mut round.seen[piece][place.number % AT_ONCE..];
        // A bit for each that was updated.
        let mut updated = 0_u64;
        for (i, (life, seen)) in lives[..count].iter().zip(seen.iter_mut()).enumerate() {
            if !is_alive(life.generation) {
                continue;
            }
            let Some(by_update) = place.class.look(*life, &mut seen.word) else { continue };
            let is_new = seen.generation != life.generation;
            seen.generation = life.generation;
            // A time to come is one from before the clock went back.
            if by_update || is_new || seen.since > before {
                updated |= 1 << i;
            } else if before - seen.since >= rest {
                round.doomed.push((ats[i], *life));
            } else {
                place.oldest = place.oldest.min(seen.since);
            }
        }
        if updated != 0 {
            let after = now();
            place.oldest = place.oldest.min(after);
            let seen = seen.iter_mut().enumerate().filter(|(i, _)| updated >> i & 1 == 1);
            seen.for_each(|(_, seen)| seen.since = after);
        }
        let removed = !round.doomed.is_empty();
        if removed {
            self.remove_all(&mut round.doomed);
        }
        place.number += count;
        let over = (count < most || !place.has_more(stride))
            .then_some(Over { began: place.began, oldest: place.oldest });
        round.place = over.is_none().then_some(place);
        Looked { removed, over }
    }

    fn first_place(&self, began: u64) -> Place {
        let (end, class) = self.extent();
        Place { class, next: End::default(), number: 0, end, began, oldest: u64::MAX }
    }
}

impl Place {
    fn has_more(mut self, stride: usize) -> bool {
        self.next.take(self.end, stride).is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::super::profile::Profile;
    use super::super::series::{Entry, Key};
    use super::*;
    use crate::clock::Clock;
    use crate::label::LabelVisitor;

    #[derive(Clone, Copy)]
    struct Number(usize);

    impl Key for Number {
        fn visit(&self, visitor: &mut impl LabelVisitor) {
            visitor.value(&self.0.to_string());
        }
    }

    fn map_of(series: usize) -> (SeriesMap, Vec<Handle>) {
        let class = Class::new(Profile::plain(Clock::system())).unwrap();
        let map = SeriesMap::new(1, class, Clock::system());
        let insert = |i| match map.find_or_insert(Number(i), |_| false, || false, || ()) {
            Entry::Series(handle) => handle,
            Entry::Refused => panic!("there is room"),
        };
        let handles = (0..series).map(insert).collect();
        (map, handles)
    }

    /// A whole round; how many calls it took, and the time that it ends with.
    fn round(map: &SeriesMap, round: &mut Round, most: usize, now: u64) -> (usize, u64) {
        for calls in 1.. {
            if let Some(over) = map.look(round, most, 10, || now).over {
                assert_eq!(over.began, now);
                return (calls, over.oldest);
            }
            assert!(round.is_under_way());
        }
        unreachable!("a round ends")
    }

    #[test]
    fn a_round_looks_at_each_series_once_in_steps_of_any_size() {
        for series in [0, 1, 63, 64, 65, 200, 1_000] {
            for most in [1, 7, 16, AT_ONCE, 1_000] {
                let (map, handles) = map_of(series);
                let mut looks = Round::default();
                let (calls, oldest) = round(&map, &mut looks, most, 5);
                assert!(calls <= series.div_ceil(most.min(AT_ONCE)) + series / AT_ONCE + 1);
                assert_eq!(oldest, if series == 0 { u64::MAX } else { 5 });
                assert_eq!(round(&map, &mut looks, most, 14).1, oldest, "nothing was updated");
                handles.iter().step_by(3).for_each(|handle| number::add(*handle, 0));
                round(&map, &mut looks, most, 15);
                let live = |(i, handle): (usize, &Handle)| handle.is_live() == (i % 3 == 0);
                assert!(handles.iter().enumerate().all(live), "{series} in steps of {most}");
                assert_eq!(map.len(), series.div_ceil(3));
            }
        }
    }

    #[test]
    fn what_is_judged_is_the_time_before_a_look_and_what_is_remembered_that_behind_it() {
        let (map, handles) = map_of(1);
        let (mut looks, time) = (Round::default(), Cell::new(0));
        // Each question takes a while.
        let now = || time.replace(time.get() + 6);
        map.look(&mut looks, 1, 13, now);
        assert_eq!(time.get(), 18, "began at 0, judged at 6, updated at 12 at the latest");
        map.look(&mut looks, 1, 13, now);
        assert!(handles[0].is_live(), "at 24 it has rested for 12, or for less");
        map.look(&mut looks, 1, 13, now);
        assert!(!handles[0].is_live());
    }
}
