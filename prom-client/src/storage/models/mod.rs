//! loom models of the protocols, on the code that runs.
//!
//! All actors are spawned threads, since loom does not try all schedules of the main one. Sizes are
//! cut down by `cfg!(loom)`: chunks of eight words, cells that are hot after one update.

mod block;
mod cell;
mod dense;
mod exemplar;
mod record;

use std::sync::Arc;

use super::area::{Area, Chunk};

/// Runs a model with at most so many forced switches between threads (`None`: no bound).
fn check(preemptions: Option<usize>, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemptions;
    builder.check(model);
}

/// The words of one metric in one slab.
#[derive(Clone)]
struct Words(Arc<Chunk>);

impl Words {
    fn new() -> Self {
        Self(Arc::new(Chunk::new()))
    }

    fn area(&self) -> Area<'_> {
        Area::new(&self.0, 0)
    }
}
