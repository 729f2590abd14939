//! Handles by a small number, beside removal.

use std::sync::Arc;

use loom::thread;

use super::{Words, check};
use crate::storage::area::Handle;
use crate::storage::cell;
use crate::storage::dense::Dense;

/// A thread looks a series up and keeps its handle while another removes the series and sweeps: after
/// both, the array has no handle of what is gone.
#[test]
fn models_a_removed_series_does_not_stay_in_the_array() {
    check(None, || {
        let (dense, shared) = (Arc::new(Dense::new(1)), Words::new());
        let generation = cell::start(shared.area(), false).expect("a new area");
        let handle = Handle { slot: 0, generation };
        let keeper = {
            let (dense, shared) = (Arc::clone(&dense), shared.clone());
            thread::spawn(move || {
                dense.keep(0, handle, |handle| cell::is_live(shared.area(), handle.generation));
            })
        };
        let remover = {
            let (dense, shared) = (Arc::clone(&dense), shared.clone());
            thread::spawn(move || {
                cell::end(shared.area(), handle.generation);
                dense.sweep(|handle| cell::is_live(shared.area(), handle.generation));
            })
        };
        keeper.join().unwrap();
        remover.join().unwrap();
        assert_eq!(dense.find(0), None);
    });
}
