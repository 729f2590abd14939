//! loom models of the protocols, on the code that runs.
//!
//! All actors are spawned threads, since loom does not try all schedules of the main one. Whoever writes is
//! spawned first: loom begins with the schedule in which that runs through, and derives the others from what
//! is read after it. The other way round a thread that loads a word before it stores to it hides its stores
//! from earlier readers, and most schedules are never tried: `ci/weakenings.sh` tells.
//!
//! Sizes are cut down by `cfg!(loom)`: chunks of eight words, tables of two entries, cells that are hot after
//! one update.

mod ask;
mod block;
mod cell;
mod dense;
mod exemplar;
mod index;
mod map;
mod native;
mod order;
mod page;
mod record;
mod slab;
mod space;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Class;
use super::area::{Area, Chunk};
use super::profile::Profile;
use crate::clock::Clock;

/// Runs a model with at most so many forced switches between threads (`None`: no bound), and prints how many
/// schedules there were.
fn check(preemptions: Option<usize>, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemptions;
    // Some models have long ways to where it gets interesting.
    builder.max_branches = 10_000;
    let schedules = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&schedules);
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        super::slab::prepare();
        super::space::prepare();
        model();
        super::slab::leave();
        super::single::forget();
        super::summary::forget();
        super::native::stages::forget();
    });
    println!("{} schedules", schedules.load(Ordering::Relaxed));
}

/// A thread that gives its slab back when it ends. loom lets a thread be joined before the destructors of its
/// thread-locals run, so this does what the destructor would.
fn spawn<T: 'static>(act: impl FnOnce() -> T + 'static) -> loom::thread::JoinHandle<T> {
    loom::thread::spawn(move || {
        let result = act();
        super::slab::leave();
        result
    })
}

/// The class of counters and gauges.
fn numbers() -> Class {
    Class::new(Profile::plain(Clock::system())).expect("there is room")
}

/// The words of one metric in one slab.
#[derive(Clone)]
struct Words(Arc<Chunk>);

impl Words {
    fn new() -> Self {
        Self(Arc::default())
    }

    fn area(&self) -> Area<'_> {
        Area::new(&self.0, 0)
    }
}
