//! Handles by a small number.

use std::sync::Arc;

use loom::thread;

use super::{Words, check};
use crate::storage::area::Handle;
use crate::storage::cell::{self, Cold};
use crate::storage::dense::Dense;

/// A thread that has a handle from the array alone counts with it: the life has begun for it too.
#[test]
fn models_a_handle_from_the_array_counts() {
    check(None, || {
        let (dense, shared) = (Arc::new(Dense::new(1)), Words::new());
        let creator = {
            let (dense, shared) = (Arc::clone(&dense), shared.clone());
            thread::spawn(move || {
                let generation = cell::start(shared.area(), false).expect("a new area");
                dense.keep(0, Handle { slot: 0, generation });
            })
        };
        let user = {
            let (dense, shared) = (Arc::clone(&dense), shared.clone());
            thread::spawn(move || {
                if let Some(handle) = dense.find(0) {
                    assert!(cell::is_live(shared.area(), handle.generation));
                    let outcome = cell::add_small(shared.area(), handle.generation, 1);
                    assert_eq!(outcome, Cold::Done);
                }
            })
        };
        creator.join().unwrap();
        user.join().unwrap();
    });
}
