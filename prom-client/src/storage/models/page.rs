//! Pages of a series that ends while another thread adds one.

use std::sync::Arc;

use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;

use super::{Words, check};
use crate::storage::area::Handle;
use crate::storage::cell::{self, Cold};
use crate::storage::page::{self, CELLS, Entry, Found, Inserted};

const ROOT: u32 = 0;
const PAGE: u32 = 8;
const NUMBER: u32 = 5;

/// A root and one page, whose life has begun, and the hazard word of the thread that adds it.
#[derive(Clone)]
struct Series {
    root: Words,
    page: Words,
    hazard: Arc<AtomicU64>,
}

impl Series {
    /// And the handles of both.
    fn new() -> (Self, Handle, Handle) {
        let hazard = Arc::new(AtomicU64::new(0));
        let series = Self { root: Words::new(), page: Words::new(), hazard };
        let root = page::start(series.root.area()).expect("a new area");
        let page = page::start(series.page.area()).expect("a new area");
        let handle = |slot, generation| Handle { slot, generation };
        (series, handle(ROOT, root), handle(PAGE, page))
    }

    /// As `summary::find_page`.
    fn find(&self, root: Handle) -> Option<Handle> {
        let found = page::find(self.root.area(), NUMBER);
        match found {
            Found::Page(page) if cell::is_still(self.root.area(), root.generation) => Some(page),
            _ => None,
        }
    }
}

/// A page that is added while the series ends is ended by exactly one of the two.
#[test]
fn models_a_page_is_ended_once_however_its_series_ends() {
    check(None, || {
        let (series, root, page) = Series::new();
        let adder = {
            let series = series.clone();
            thread::spawn(move || {
                let entry = Entry::new(NUMBER, page);
                let inserted = page::insert(&series.hazard, series.root.area(), root, entry);
                assert!(matches!(inserted, Inserted::Done | Inserted::Gone));
                inserted == Inserted::Gone
            })
        };
        let ender = {
            let series = series.clone();
            thread::spawn(move || {
                let taken = page::end_root(series.root.area(), root.generation);
                taken.iter().filter(|(is_root, area)| !is_root && *area == page).count()
            })
        };
        let ended = usize::from(adder.join().unwrap()) + ender.join().unwrap();
        assert_eq!(ended, 1);
    });
}

/// A page that is found has begun: who finds it counts in it.
#[test]
fn models_a_page_that_is_found_has_begun() {
    check(None, || {
        let series = Series { root: Words::new(), page: Words::new(), hazard: Arc::default() };
        let generation = page::start(series.root.area()).expect("a new area");
        let root = Handle { slot: ROOT, generation };
        let owner = {
            let series = series.clone();
            thread::spawn(move || {
                let generation = page::start(series.page.area()).expect("a new area");
                let entry = Entry::new(NUMBER, Handle { slot: PAGE, generation });
                page::insert(&series.hazard, series.root.area(), root, entry);
            })
        };
        let finder = {
            let series = series.clone();
            thread::spawn(move || {
                if let Some(found) = series.find(root) {
                    let hazard = AtomicU64::new(0);
                    let counted = page::count_shared(&hazard, series.page.area(), found, 0);
                    assert_eq!(counted, Cold::Done);
                }
            })
        };
        owner.join().unwrap();
        finder.join().unwrap();
    });
}

/// Whoever finds a page with a root of one life never finds one of the next.
#[test]
fn models_a_page_that_is_found_is_of_the_same_life() {
    check(None, || {
        let (series, root, page) = Series::new();
        let entry = Entry::new(NUMBER, page);
        page::insert(&series.hazard, series.root.area(), root, entry);
        let owner = {
            let series = series.clone();
            thread::spawn(move || {
                for (_, area) in page::end_root(series.root.area(), root.generation) {
                    page::end(series.page.area(), area.generation);
                }
                // Its next life, with another page under the same number.
                let generation = page::start(series.root.area()).expect("not worn out");
                let next = Handle { slot: 2 * PAGE, generation: page.generation };
                let root = Handle { slot: ROOT, generation };
                let entry = Entry::new(NUMBER, next);
                page::insert(&series.hazard, series.root.area(), root, entry);
            })
        };
        let finder = {
            let series = series.clone();
            thread::spawn(move || {
                if let Some(found) = series.find(root) {
                    assert_eq!(found, page);
                }
            })
        };
        owner.join().unwrap();
        finder.join().unwrap();
    });
}

/// Two threads count in one page that was used before, one in its own and one in the shared one: readings are
/// of its life and lose nothing.
#[test]
fn models_counts_of_a_page_are_of_one_life() {
    check(Some(3), || {
        let (series, _, first) = Series::new();
        let own = Words::new();
        let area = series.page.area();
        assert!(page::begin(area, own.area(), first.generation));
        (0..100).for_each(|_| page::count_own(own.area(), 2));
        page::count_shared(&series.hazard, area, first, 2);
        page::end(area, first.generation);
        let page = Handle { slot: PAGE, generation: page::start(area).expect("not worn out") };
        let hot = {
            let (series, own) = (series.clone(), own.clone());
            thread::spawn(move || {
                if page::begin(series.page.area(), own.area(), page.generation) {
                    page::count_own(own.area(), 2);
                    page::count_own(own.area(), 2);
                }
            })
        };
        let cold = {
            let series = series.clone();
            thread::spawn(move || {
                page::count_shared(&series.hazard, series.page.area(), page, 2);
            })
        };
        let reader = {
            let (series, own) = (series.clone(), own.clone());
            thread::spawn(move || {
                let mut counts = [0; CELLS];
                let area = series.page.area();
                let private = page::read_shared(area, page.generation, &mut counts);
                if private.expect("it lives") {
                    page::read_own(own.area(), page.generation, &mut counts);
                }
                assert!(counts[2] <= 3, "{counts:?}");
                assert_eq!(counts.iter().sum::<u64>(), counts[2]);
            })
        };
        for actor in [hot, cold, reader] {
            actor.join().unwrap();
        }
        let mut counts = [0; CELLS];
        assert_eq!(page::read_shared(series.page.area(), page.generation, &mut counts), Some(true));
        assert!(page::read_own(own.area(), page.generation, &mut counts));
        assert_eq!(counts[2], 3);
    });
}

/// A note is taken once at most, and never in the next life of the root, also while it is used again.
#[test]
fn models_a_note_is_of_its_life() {
    check(Some(3), || {
        let (series, root, _) = Series::new();
        let taken = |root: Handle, hazard: &AtomicU64, area: &Words| {
            let mut notes = 0;
            page::take_notes(hazard, area.area(), root, |note| {
                assert_eq!(note, 7);
                notes += 1;
            });
            notes
        };
        let leaver = {
            let series = series.clone();
            thread::spawn(move || {
                page::leave_note(&series.hazard, series.root.area(), root, 7);
            })
        };
        let taker = {
            let series = series.clone();
            thread::spawn(move || taken(root, &AtomicU64::new(0), &series.root))
        };
        let owner = {
            let series = series.clone();
            thread::spawn(move || {
                page::end_root(series.root.area(), root.generation);
                // As the recycler: not while the leaver announces the root.
                loom::sync::atomic::fence(Ordering::SeqCst);
                if series.hazard.load(Ordering::Acquire) == cell::announcement(ROOT) {
                    return;
                }
                let generation = page::start(series.root.area()).expect("not worn out");
                let next = Handle { slot: ROOT, generation };
                assert_eq!(taken(next, &AtomicU64::new(0), &series.root), 0);
            })
        };
        assert!(taker.join().unwrap() <= 1);
        leaver.join().unwrap();
        owner.join().unwrap();
    });
}
