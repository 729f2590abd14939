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
    /// Whether there is anything in `left`, which seldom is, so that most of the time nobody looks.
    is_left: Cell<bool>,
    left: RefCell<Left<R>>,
    /// What that is within, the outermost first, and what was left for it. Nearly always empty: it takes two layers.
    outside: RefCell<Vec<(Within, Option<Left<R>>)>>,
}

/// Whose exchange it is, in one word, since each request compares and restores it several times: which metrics count
/// it, by their [identity](super::instruments::Instruments::identity), whose lowest bits are free; 0 if there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Within(usize);

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
            is_left: Cell::new(false),
            left: RefCell::new(Left::nothing()),
            outside: RefCell::new(Vec::new()),
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
        if !self.within.get().wants_bytes() || left.request_bytes.is_some() {
            return None;
        }
        self.is_left.set(true);
        Some(Arc::clone(left.request_bytes.get_or_insert_default()))
    }

    /// Whether this request is counted by these metrics already, or excluded by them, further outside.
    #[inline]
    pub(super) fn is_within(&self, this: Within) -> bool {
        let innermost = self.within.get();
        innermost != Within::NOTHING && (innermost.is(this) || self.is_outside(innermost, this))
    }

    #[cold]
    fn is_outside(&self, innermost: Within, this: Within) -> bool {
        let outside = self.outside.borrow();
        let others = outside.iter().rev().map(|(other, _)| *other);
        let mut same_request = others.take_while(|other| other.is_client() == this.is_client());
        innermost.is_client() == this.is_client() && same_request.any(|other| other.is(this))
    }

    /// What was before. If that is nothing, nothing was left either.
    #[inline]
    fn enter(&self, this: Within) -> Within {
        let before = self.within.replace(this);
        if before != Within::NOTHING {
            self.set_aside(before);
        }
        before
    }

    #[cold]
    fn set_aside(&self, before: Within) {
        let left = self.take();
        self.outside.borrow_mut().push((before, left));
    }

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
    const NOTHING: Self = Self(0);

    /// What is inside of a client's exchange is another request, to whoever is asked.
    const CLIENT: usize = 1;

    /// Somebody wants to know how much of the request's body is read.
    const WANTS_BYTES: usize = 2;

    pub(super) fn new(owner: usize, is_client: bool, wants_bytes: bool) -> Self {
        debug_assert_eq!(owner & (Self::CLIENT | Self::WANTS_BYTES), 0, "addresses are aligned");
        let client = if is_client { Self::CLIENT } else { 0 };
        Self(owner | client | if wants_bytes { Self::WANTS_BYTES } else { 0 })
    }

    fn is_client(self) -> bool {
        self.0 & Self::CLIENT != 0
    }

    fn is_server(self) -> bool {
        self != Self::NOTHING && !self.is_client()
    }

    fn wants_bytes(self) -> bool {
        self.0 & Self::WANTS_BYTES != 0
    }

    #[inline]
    fn is(self, other: Self) -> bool {
        (self.0 ^ other.0) & !Self::WANTS_BYTES == 0
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
    before: Within,
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
        let before = current.try_with(|current| current.enter(this)).unwrap_or(Within::NOTHING);
        Self { current, before, this, to }
    }
}

impl<R: Clone + 'static> Drop for Entered<'_, R> {
    #[inline]
    fn drop(&mut self) {
        let place = self.current;
        let _ = place.try_with(|current| {
            current.within.set(self.before);
            if current.is_left.get() || self.before != Within::NOTHING {
                self.take_what_is_left(current);
            }
        });
    }
}

impl<R: Clone + 'static> Entered<'_, R> {
    #[cold]
    fn take_what_is_left(&mut self, current: &Current<R>) {
        let left = current.take();
        let is_nested = self.before != Within::NOTHING;
        let set_aside = if is_nested { current.outside.borrow_mut().pop() } else { None };
        let mut before = set_aside.and_then(|(_, left)| left);
        if let Some(left) = left {
            let is_shared = self.before.is_server() && self.this.is_server();
            if let (Some(route), true) = (&left.route, is_shared) {
                // What is inside is inside of what is outside, too.
                before.get_or_insert(Left::nothing()).route = Some(route.clone());
            }
            self.to.route = left.route.or(self.to.route.take());
            self.to.request_bytes = left.request_bytes.or(self.to.request_bytes.take());
        }
        if let Some(before) = before {
            current.put(before);
        }
    }
}
