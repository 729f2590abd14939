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
    within: Cell<Within>,
    /// What that is within, the outermost first. Nearly always empty: it takes two layers.
    outside: RefCell<Vec<Within>>,
    /// Whether there is anything in `left`, which seldom is, so that most of the time nobody looks.
    is_left: Cell<bool>,
    left: RefCell<Left<R>>,
}

/// Whose exchange it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Within {
    /// Which metrics count it; 0 if there is none.
    pub(super) owner: usize,
    /// What is inside of a client's exchange is another request, to whoever is asked.
    pub(super) is_client: bool,
    /// Whether anybody wants to know how much of the request's body is read.
    pub(super) wants_bytes: bool,
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
        Self {
            within: Cell::new(Within::NOTHING),
            outside: RefCell::new(Vec::new()),
            is_left: Cell::new(false),
            left: RefCell::new(Left::nothing()),
        }
    }

    /// Says which route was found. The last one to say so wins: the innermost router. The exchange of a client has
    /// only the route that [`Exchange::set_route`](super::Exchange::set_route) says.
    pub fn set_route(&self, route: R) {
        if self.within.get().is_server() {
            self.is_left.set(true);
            self.left.borrow_mut().route = Some(route);
        }
    }

    /// Where to count the bytes of the request's body, if there is an exchange that wants to know them, and nobody
    /// counts them yet.
    #[must_use]
    pub fn count_request_bytes(&self) -> Option<Arc<RequestBytes>> {
        let mut left = self.left.borrow_mut();
        if !self.within.get().wants_bytes || left.request_bytes.is_some() {
            return None;
        }
        self.is_left.set(true);
        Some(Arc::clone(left.request_bytes.get_or_insert_default()))
    }

    /// Whether this request is counted by these metrics already, or excluded by them, further outside.
    #[inline]
    pub(super) fn is_within(&self, this: Within) -> bool {
        let innermost = self.within.get();
        innermost.owner != 0 && (innermost.is(this) || self.is_outside(innermost, this))
    }

    #[cold]
    fn is_outside(&self, innermost: Within, this: Within) -> bool {
        let outside = self.outside.borrow();
        let same_request = |other: &&Within| other.is_client == this.is_client;
        innermost.is_client == this.is_client
            && outside.iter().rev().take_while(same_request).any(|other| other.is(this))
    }

    /// What was before.
    #[inline]
    fn enter(&self, this: Within) -> (Within, Option<Left<R>>) {
        let before = self.within.replace(this);
        if before.owner != 0 {
            self.outside.borrow_mut().push(before);
        }
        (before, self.take())
    }

    #[inline]
    fn leave(&self, before: Within) {
        self.within.set(before);
        if before.owner != 0 {
            self.outside.borrow_mut().pop();
        }
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

impl Within {
    const NOTHING: Self = Self { owner: 0, is_client: false, wants_bytes: false };

    fn is_server(self) -> bool {
        self.owner != 0 && !self.is_client
    }

    fn is(self, other: Self) -> bool {
        (self.owner, self.is_client) == (other.owner, other.is_client)
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
    before: (Within, Option<Left<R>>),
    this: Within,
    to: &'a mut Left<R>,
}

impl<'a, R: Clone + 'static> Entered<'a, R> {
    #[inline]
    pub(super) fn new(
        current: &'static LocalKey<Current<R>>,
        this: Within,
        to: &'a mut Left<R>,
    ) -> Self {
        // A thread that is about to end has no place any more, and nobody would look there.
        let before = current.try_with(|current| current.enter(this));
        let before = before.unwrap_or((Within::NOTHING, None));
        Self { current, before, this, to }
    }
}

impl<R: Clone + 'static> Drop for Entered<'_, R> {
    #[inline]
    fn drop(&mut self) {
        let restore = |current: &Current<R>| {
            current.leave(self.before.0);
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
        let (outer, mut before) = (self.before.0, self.before.1.take());
        let is_shared = outer.is_server() && self.this.is_server();
        let to = &mut *self.to;
        let leave = |current: &Current<R>| {
            if let Some(left) = current.take() {
                if let (Some(route), true) = (&left.route, is_shared) {
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
