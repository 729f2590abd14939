//! The one place that says where atomics come from: the standard library, or loom's models.

#[cfg(not(loom))]
pub(crate) use std::sync::atomic::{AtomicU64, Ordering, fence};

#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicU64, Ordering, fence};

/// Waits a little for another thread, the longer the more rounds went before: first spinning, then
/// giving up the CPU, then sleeping, so that an owner that was preempted gets to run.
#[cfg(not(loom))]
pub(crate) fn wait(round: u32) {
    match round {
        0..200 => std::hint::spin_loop(),
        200..2_000 => std::thread::yield_now(),
        _ => std::thread::sleep(std::time::Duration::from_micros(50)),
    }
}

#[cfg(loom)]
pub(crate) fn wait(_: u32) {
    loom::thread::yield_now();
}
