//! The exchange that this thread works on at the moment, so that services inside know of it.
//!
//! A framework calls its services within one another on one thread, so what is inside can leave word for what is
//! outside in a place of the thread: no extension of the request, and so no allocation. What a service
//! gives to a task of its own is out of sight.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::LocalKey;

/// Where a framework's thread has its exchange, with routes of type `R`.
///
/// ```
/// use prom_client::http::Current;
///
/// thread_local! {
///     static CURRENT: Current<&'static str> = const { Current::new() };
/// }
/// CURRENT.with(|current| current.set_route("/users/{id}")); // nobody asks
/// ```
#[derive(Debug)]
pub struct Current<R> {
    /// Which metrics count the exchange; 0 if there is none.
    owner: Cell<usize>,
    /// Whether there is anything in `left`, which seldom is, so that most of the time nobody looks.
    is_left: Cell<bool>,
    left: RefCell<Left<R>>,
}

/// What services inside an exchange leave for it.
#[derive(Debug)]
pub(super) struct Left<R> {
    pub(super) route: Option<R>,
    pub(super) request_bytes: Option<Arc<RequestBytes>>,
}

/// How much of a request's body was read; from [`Current::count_request_bytes`].
#[derive(Debug, Default)]
pub struct RequestBytes(AtomicU64);

impl RequestBytes {
    /// So many more.
    pub fn add(&self, bytes: usize) {
        // Ordering: Relaxed - a number that publishes nothing else. The exchange and the body of its request
        // are dropped by one task, or by tasks that handed one of them over.
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> u64 {
        // Ordering: Relaxed - see `add`.
        self.0.load(Ordering::Relaxed)
    }
}

impl<R> Current<R> {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        let left = RefCell::new(Left::nothing());
        Self { owner: Cell::new(0), is_left: Cell::new(false), left }
    }

    /// Says which route was found. The last one to say so wins: the innermost router.
    pub fn set_route(&self, route: R) {
        if self.owner.get() != 0 {
            self.is_left.set(true);
            self.left.borrow_mut().route = Some(route);
        }
    }

    /// Where to count the bytes of the request's body, if there is an exchange, and nobody counts them yet.
    #[must_use]
    pub fn count_request_bytes(&self) -> Option<Arc<RequestBytes>> {
        let mut left = self.left.borrow_mut();
        if self.owner.get() == 0 || left.request_bytes.is_some() {
            return None;
        }
        self.is_left.set(true);
        Some(Arc::clone(left.request_bytes.get_or_insert_default()))
    }

    pub(super) fn is_within(&self, owner: usize) -> bool {
        self.owner.get() == owner
    }

    #[inline]
    fn take(&self) -> Option<Left<R>> {
        self.is_left.replace(false).then(|| self.left.replace(Left::nothing()))
    }

    fn put(&self, left: Left<R>) {
        self.is_left.set(true);
        self.left.replace(left);
    }
}

impl<R> Default for Current<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> Left<R> {
    pub(super) const fn nothing() -> Self {
        Self { route: None, request_bytes: None }
    }
}

/// While this lives, what services leave is for `to`. Restores what was before when it is dropped, also when a
/// panic drops it.
pub(super) struct Entered<'a, R: Clone + 'static> {
    current: &'static LocalKey<Current<R>>,
    before: (usize, Option<Left<R>>),
    to: &'a mut Left<R>,
}

impl<'a, R: Clone + 'static> Entered<'a, R> {
    #[inline]
    pub(super) fn new(
        current: &'static LocalKey<Current<R>>,
        owner: usize,
        to: &'a mut Left<R>,
    ) -> Self {
        let enter = |current: &Current<R>| (current.owner.replace(owner), current.take());
        // A thread that is about to end has no place any more, and nobody would look there.
        let before = current.try_with(enter).unwrap_or((0, None));
        Self { current, before, to }
    }
}

impl<R: Clone + 'static> Drop for Entered<'_, R> {
    #[inline]
    fn drop(&mut self) {
        let restore = |current: &Current<R>| {
            current.owner.set(self.before.0);
            current.is_left.get()
        };
        let is_left = self.current.try_with(restore).unwrap_or(false);
        if is_left || self.before.1.is_some() {
            self.take_what_is_left();
        }
    }
}

impl<R: Clone + 'static> Entered<'_, R> {
    #[cold]
    fn take_what_is_left(&mut self) {
        let (owner, mut before) = (self.before.0, self.before.1.take());
        let to = &mut *self.to;
        let leave = |current: &Current<R>| {
            if let Some(left) = current.take() {
                if let (Some(route), true) = (&left.route, owner != 0) {
                    // What is inside is inside of what is outside, too.
                    before.get_or_insert(Left::nothing()).route = Some(route.clone());
                }
                to.route = left.route.or(to.route.take());
                to.request_bytes = left.request_bytes.or(to.request_bytes.take());
            }
            if let Some(before) = before {
                current.put(before);
            }
        };
        let _ = self.current.try_with(leave);
    }
}
