//! One number, asked whether it is updated.

use loom::thread;

use super::cell::Cell;
use super::check;
use crate::storage::cell;

impl Cell {
    /// As `number::ask`.
    fn ask(&self, generation: u32) -> Option<bool> {
        let answer = cell::ask(self.shared.area(), generation)?;
        let own = answer.private && cell::ask_own(self.own.area(), generation);
        Some(own | answer.updated)
    }
}

/// One thread adds to a cell that was used before, at first shared, then in its own cell; one asks again
/// and again; one reads. Nothing is lost, and no reading shows what was never there.
#[test]
fn models_questions_cost_no_add_and_spoil_no_reading() {
    [false, true].into_iter().for_each(questions_cost_no_add);
}

fn questions_cost_no_add(warm: bool) {
    check(Some(3), move || {
        let (cell, first) = Cell::first(warm);
        cell.add(first, 100);
        cell.add(first, 100);
        let life = cell.reuse(first).expect("nobody writes");
        cell.add(life, 1);
        let writer = {
            let cell = cell.clone();
            thread::spawn(move || {
                for _ in 0..3 {
                    cell.add(life, 1);
                }
            })
        };
        let asker = {
            let cell = cell.clone();
            thread::spawn(move || {
                for _ in 0..2 {
                    assert!(cell.ask(life).is_some());
                }
                assert_eq!(cell.ask(first), None);
            })
        };
        let reader = {
            let cell = cell.clone();
            thread::spawn(move || {
                let total = cell.total(life).expect("it lives");
                assert!((1..=4).contains(&total), "{total}");
            })
        };
        for actor in [writer, asker, reader] {
            actor.join().unwrap();
        }
        assert_eq!(cell.total(life), Some(4));
    });
}

/// An update that begins behind a question answers it, of whatever kind, in whatever stage, also while
/// another thread asks the same question.
#[test]
fn models_no_update_behind_a_question_goes_unnoticed() {
    type Update = fn(&Cell, u32);
    let updates: [Update; 3] = [
        |cell, life| cell.add(life, 0),
        |cell, life| cell.set(life, 1),
        |cell, life| cell.add_large(life, 0),
    ];
    // Cold; hot; in cells of their own; in such from the beginning, and before that.
    for (before, warm) in [(0, false), (1, false), (2, false), (1, true), (0, true)] {
        for update in updates {
            check(None, move || {
                let (cell, life) = Cell::first(warm);
                (0..before).for_each(|_| cell.add(life, 1));
                assert_eq!(cell.ask(life), Some(true), "the first question");
                assert_eq!(cell.ask(life), Some(false), "nothing came since");
                let writer = {
                    let cell = cell.clone();
                    thread::spawn(move || update(&cell, life))
                };
                let asker = {
                    let cell = cell.clone();
                    thread::spawn(move || cell.ask(life).expect("it lives"))
                };
                writer.join().unwrap();
                let noticed = asker.join().unwrap();
                assert!(noticed | cell.ask(life).expect("it lives"));
            });
        }
    }
}
