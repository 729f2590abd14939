//! The one place that says where atomics, locks, and what is made once come from: here, the standard library
//! and well-kept crates. For loom's models `modelled::sync` stands in for this file.

pub(crate) use std::sync::OnceLock;
pub(crate) use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
};

pub(crate) use once_cell::race::OnceBox;
pub(crate) use parking_lot::{Mutex, MutexGuard};

/// Waits a little for another thread, the longer the more rounds went before: first spinning, then
/// giving up the CPU, then sleeping, so that an owner that was preempted gets to run.
pub(crate) fn wait(round: u32) {
    match round {
        0..200 => std::hint::spin_loop(),
        200..2_000 => std::thread::yield_now(),
        _ => std::thread::sleep(std::time::Duration::from_micros(50)),
    }
}

/// An array whose elements are all made by the same expression.
macro_rules! array {
    ($make:expr; $len:expr) => {
        [const { $make }; $len]
    };
}

/// A function that statics are made by.
macro_rules! const_fn {
    ($(#[$attribute:meta])* $visibility:vis fn $($rest:tt)*) => {
        $(#[$attribute])* $visibility const fn $($rest)*
    };
}

/// A static.
macro_rules! global {
    ($(#[$attribute:meta])* static $name:ident: $type:ty = $value:expr;) => {
        $(#[$attribute])*
        static $name: $type = $value;
    };
}

/// A thread-local that is made by a constant, so that reading it is a plain load.
macro_rules! local {
    ($(#[$attribute:meta])* static $name:ident: $type:ty = $value:expr;) => {
        thread_local! {
            $(#[$attribute])*
            static $name: $type = const { $value };
        }
    };
}

pub(crate) use {array, const_fn, global, local};
