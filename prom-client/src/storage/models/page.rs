//! Pages of a series that ends while another thread adds one.

use std::sync::Arc;

use loom::sync::atomic::AtomicU64;
use loom::thread;

use super::{Words, check};
use crate::storage::area::Handle;
use crate::storage::cell;
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

/// Whoever finds a page with a root of one life never finds one of the next, and the page that it finds has
/// begun.
#[test]
fn models_a_page_that_is_found_is_of_the_same_life() {
    check(Some(3), || {
        let (series, root, page) = Series::new();
        let finder = {
            let series = series.clone();
            thread::spawn(move || {
                if let Some(found) = series.find(root) {
                    assert_eq!(found, page);
                    let hazard = AtomicU64::new(0);
                    page::count_shared(&hazard, series.page.area(), found, 0);
                }
            })
        };
        let owner = {
            let series = series.clone();
            thread::spawn(move || {
                let entry = Entry::new(NUMBER, page);
                page::insert(&series.hazard, series.root.area(), root, entry);
                for (_, area) in page::end_root(series.root.area(), root.generation) {
                    page::end(series.page.area(), area.generation);
                }
                // Its next life, with a page of its own under the same number.
                let generation = page::start(series.root.area()).expect("not worn out");
                let next = Handle { slot: PAGE, generation: page.generation + 2 };
                let entry = Entry::new(NUMBER, next);
                let root = Handle { slot: ROOT, generation };
                page::insert(&series.hazard, series.root.area(), root, entry);
            })
        };
        finder.join().unwrap();
        owner.join().unwrap();
    });
}

/// Two threads count in one page, one in its own and one in the shared one, and the series ends: readings are
/// of its life and lose nothing.
#[test]
fn models_counts_of_a_page_are_of_one_life() {
    check(Some(3), || {
        let (series, _, page) = Series::new();
        let own = Words::new();
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
                let Some(private) = page::read_shared(area, page.generation, &mut counts) else {
                    return;
                };
                if private {
                    page::read_own(own.area(), page.generation, &mut counts);
                }
                if cell::is_still(area, page.generation) {
                    assert!(counts[2] <= 3, "{counts:?}");
                    assert_eq!(counts.iter().sum::<u64>(), counts[2]);
                }
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
