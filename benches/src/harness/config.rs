//! Settings of all programs.

use std::time::Duration;

use criterion::Criterion;

/// Short runs: there are more than a hundred columns, and all of them together should take a coffee.
#[must_use]
pub fn config() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20)
        .nresamples(2_000)
        .without_plots()
}

/// Keeps the calling thread on one processor; `place` 0 is the last one.
///
/// Counted from the end, because interrupts prefer the first. Where processors cannot be chosen, nothing happens.
pub fn pin(place: usize) {
    if let Some(core) =
        core_affinity::get_core_ids().and_then(|ids| ids.into_iter().rev().nth(place))
    {
        core_affinity::set_for_current(core);
    }
}
