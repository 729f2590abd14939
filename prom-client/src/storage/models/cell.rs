//! One number: adds, removal, reuse.

use std::sync::Arc;

use loom::sync::atomic::{AtomicU64, Ordering, fence};
use loom::thread;

use super::{Words, check};
use crate::storage::cell::{self, Cold};

/// A cell, a writer's own part of it, and the writer's hazard word.
#[derive(Clone)]
pub(super) struct Cell {
    pub(super) shared: Words,
    pub(super) own: Words,
    hazard: Arc<AtomicU64>,
    /// The writer has words for it in any case, so that its lives are private from the beginning.
    warm: bool,
}

const SLOT: u32 = 0;

impl Cell {
    /// A cell in its first life.
    pub(super) fn new() -> (Self, u32) {
        Self::first(false)
    }

    /// The same, private from the beginning if the writer is `warm`.
    pub(super) fn first(warm: bool) -> (Self, u32) {
        let (shared, own) = (Words::new(), Words::new());
        let cell = Self { shared, own, hazard: Arc::new(AtomicU64::new(0)), warm };
        let generation = cell.start();
        (cell, generation)
    }

    /// As `number::add`.
    pub(super) fn add(&self, generation: u32, n: u64) {
        let (shared, own) = (self.shared.area(), self.own.area());
        let value = if own.word(cell::TAG).load(Ordering::Relaxed) == u64::from(generation) {
            own.word(cell::VALUE)
        } else {
            if !self.warm && !cell::is_hot(shared) {
                assert_ne!(cell::add_small(shared, generation, n as i64), Cold::Large);
                return;
            }
            match cell::begin(shared, own, generation) {
                Some(value) => value,
                None => return,
            }
        };
        value.store(value.load(Ordering::Relaxed) + n, Ordering::Relaxed);
    }

    /// As `number::total`.
    pub(super) fn total(&self, generation: u32) -> Option<u64> {
        let part = cell::read(self.shared.area(), generation)?;
        let mut total = part.large + part.small as u64;
        if part.private {
            total += cell::read_own(self.own.area(), generation).unwrap_or(0);
        }
        cell::is_still(self.shared.area(), generation).then_some(total)
    }

    pub(super) fn add_large(&self, generation: u32, n: u64) {
        cell::with_large(&self.hazard, SLOT, self.shared.area(), generation, |large| {
            large.fetch_add(n, Ordering::Relaxed);
        });
    }

    pub(super) fn set(&self, generation: u32, n: u64) {
        let write = |large: &AtomicU64, _| large.store(n, Ordering::Relaxed);
        cell::set_large(&self.hazard, SLOT, self.shared.area(), generation, || 0, write);
    }

    /// Ends this life; whether the area may be used again, by the recycler's scan.
    fn end(&self, generation: u32) -> bool {
        cell::end(self.shared.area(), generation);
        fence(Ordering::SeqCst);
        self.hazard.load(Ordering::Acquire) != cell::announcement(SLOT)
    }

    /// Begins the next.
    fn start(&self) -> u32 {
        let start = if self.warm { cell::start_private } else { cell::start };
        start(self.shared.area(), false).expect("not worn out")
    }

    /// Ends this life and begins the next, unless a hazard forbids it.
    pub(super) fn reuse(&self, generation: u32) -> Option<u32> {
        self.end(generation).then(|| self.start())
    }
}

/// One thread adds 100 to the first life (once shared, unless it is warm, then in its own cell), then 1 to the second, if
/// it has begun, then 100 to the first again; one ends the first and begins the second; one reads. Nobody ever sees an
/// amount of the other life, nor one that was never there.
#[test]
fn models_adds_of_an_ended_life_never_show_in_the_next() {
    [false, true].into_iter().for_each(adds_of_an_ended_life);
}

fn adds_of_an_ended_life(warm: bool) {
    check(Some(2), move || {
        let (cell, first) = Cell::first(warm);
        let second = first + 2;
        let writer = {
            let cell = cell.clone();
            thread::spawn(move || {
                for _ in 0..2 {
                    cell.add(first, 100);
                }
                cell.add(second, 1);
                cell.add(first, 100);
            })
        };
        let remover = {
            let cell = cell.clone();
            thread::spawn(move || assert_eq!(cell.reuse(first), Some(second)))
        };
        let reader = {
            let cell = cell.clone();
            thread::spawn(move || {
                if let Some(total) = cell.total(second) {
                    assert!(total <= 1, "the second life shows {total}");
                }
                if let Some(total) = cell.total(first) {
                    assert!(total % 100 == 0 && total <= 300, "the first life shows {total}");
                }
            })
        };
        for actor in [writer, remover, reader] {
            actor.join().unwrap();
        }
        assert!(cell.total(second).is_some_and(|total| total <= 1));
    });
}

/// A reader that comes after the writers sees all they added, shared and private.
#[test]
fn models_nothing_is_lost_on_the_way_to_private_cells() {
    [false, true].into_iter().for_each(nothing_is_lost_on_the_way);
}

fn nothing_is_lost_on_the_way(warm: bool) {
    check(None, move || {
        let (cell, life) = Cell::first(warm);
        let other = Cell { own: Words::new(), ..cell.clone() };
        let writers = [cell.clone(), other.clone()].map(|cell| {
            thread::spawn(move || {
                cell.add(life, 1);
                cell.add(life, 1);
            })
        });
        for writer in writers {
            writer.join().unwrap();
        }
        let own = cell::read_own(other.own.area(), life).unwrap_or(0);
        assert_eq!(cell.total(life).unwrap() + own, 4);
    });
}

/// A large add that was stopped anywhere cannot land in the next life.
#[test]
fn models_a_large_add_never_lands_in_the_next_life() {
    check(None, || {
        let (cell, first) = Cell::new();
        let writer = {
            let cell = cell.clone();
            thread::spawn(move || cell.add_large(first, 1 << 30))
        };
        let remover = {
            let cell = cell.clone();
            thread::spawn(move || cell.reuse(first))
        };
        writer.join().unwrap();
        if let Some(second) = remover.join().unwrap() {
            assert_eq!(cell.total(second), Some(0));
        }
    });
}

/// Nor can a `set`, the first of a thread nor the next, which needs no new announcement.
#[test]
fn models_a_set_never_lands_in_the_next_life() {
    check(None, || {
        let (cell, first) = Cell::new();
        let writer = {
            let cell = cell.clone();
            thread::spawn(move || {
                cell.set(first, 1 << 30);
                cell.set(first, 1 << 31);
            })
        };
        let remover = {
            let cell = cell.clone();
            thread::spawn(move || cell.reuse(first))
        };
        writer.join().unwrap();
        if let Some(second) = remover.join().unwrap() {
            assert_eq!(cell.total(second), Some(0));
        }
    });
}

/// A reader of the first life that reads while it is reused gets nothing rather than a mixture.
#[test]
fn models_a_reading_is_of_one_life() {
    check(None, || {
        let (cell, first) = Cell::new();
        cell.add_large(first, 1 << 30);
        let remover = {
            let cell = cell.clone();
            // Whoever begins the next life need not be who looked at the hazards.
            thread::spawn(move || {
                assert!(cell.end(first), "nobody writes");
                thread::spawn(move || cell.start()).join().unwrap()
            })
        };
        let reader = {
            let cell = cell.clone();
            thread::spawn(move || cell.total(first))
        };
        let total = reader.join().unwrap();
        assert!(total.is_none_or(|total| total == 1 << 30), "{total:?}");
        remover.join().unwrap();
    });
}
