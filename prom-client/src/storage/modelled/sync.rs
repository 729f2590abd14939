//! What stands in for `sync` in loom's models: the same names, each operation a place where loom switches
//! between threads.
//!
//! loom has no types for what is made once. Theirs are a flag that loom models, with the orderings that the
//! real ones promise, and a value behind it.

use std::fmt;
use std::ops::{Deref, DerefMut};

pub(crate) use loom::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
};

/// Lets another thread run, without which the caller cannot go on.
pub(crate) fn wait(_: u32) {
    loom::thread::yield_now();
}

/// As `std::sync::OnceLock`.
pub(crate) struct OnceLock<T> {
    /// Whether there is a value: 1. Between the change of this and `set` of the value loom does not switch.
    is_set: AtomicU32,
    value: std::sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    pub(crate) fn new() -> Self {
        Self { is_set: AtomicU32::new(0), value: std::sync::OnceLock::new() }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        // Ordering: Acquire - as promised by the real one.
        if self.is_set.load(Ordering::Acquire) == 1 { self.value.get() } else { None }
    }

    pub(crate) fn set(&self, value: T) -> Result<(), T> {
        // Ordering: AcqRel - as promised by the real one: who fails sees the value that was there.
        match self.is_set.compare_exchange(0, 1, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => self.value.set(value),
            Err(_) => Err(value),
        }
    }

    /// Unlike the real one, makes a value in vain where another thread sets one meanwhile.
    pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        if self.get().is_none() {
            let _ = self.set(make());
        }
        self.get().expect("it is set")
    }
}

impl<T> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceLock").finish_non_exhaustive()
    }
}

/// As `once_cell::race::OnceBox`.
#[derive(Debug)]
pub(crate) struct OnceBox<T>(OnceLock<Box<T>>);

impl<T> OnceBox<T> {
    pub(crate) fn new() -> Self {
        Self(OnceLock::new())
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.0.get().map(|value| &**value)
    }

    pub(crate) fn set(&self, value: Box<T>) -> Result<(), Box<T>> {
        self.0.set(value)
    }

    pub(crate) fn get_or_init(&self, make: impl FnOnce() -> Box<T>) -> &T {
        self.0.get_or_init(make)
    }
}

/// As `parking_lot::Mutex`, which cannot be poisoned.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

#[derive(Debug)]
pub(crate) struct MutexGuard<'a, T>(loom::sync::MutexGuard<'a, T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(loom::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard(self.0.lock().expect("loom ends with the first panic"))
    }

    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_lock().ok().map(MutexGuard)
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().expect("loom ends with the first panic")
    }
}

impl<T> MutexGuard<'_, T> {
    pub(crate) fn unlock_fair(guard: Self) {
        drop(guard);
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

/// loom's atomics are made anew for each schedule, never by constants.
macro_rules! array {
    ($make:expr; $len:expr) => {
        std::array::from_fn::<_, { $len }, _>(|_| $make)
    };
}

macro_rules! const_fn {
    ($($function:tt)*) => {
        $($function)*
    };
}

/// Made when it is first looked at, which a model does before it begins threads: see `models::check`.
macro_rules! global {
    ($(#[$attribute:meta])* static $name:ident: $type:ty = $value:expr;) => {
        loom::lazy_static! {
            $(#[$attribute])*
            static ref $name: $type = $value;
        }
    };
}

macro_rules! local {
    ($(#[$attribute:meta])* static $name:ident: $type:ty = $value:expr;) => {
        loom::thread_local! {
            $(#[$attribute])*
            static $name: $type = $value;
        }
    };
}

pub(crate) use {array, const_fn, global, local};
