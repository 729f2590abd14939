//! The exchange that this thread works on at the moment, so that services inside know of it.
//!
//! A framework calls its services within one another on one thread, so what is inside can leave word for what is
//! outside in a place of the thread: no extension of the request, and so no allocation. What a service
//! gives to a task of its own is out of sight.

use std::cell::RefCell;
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
pub struct Current<R>(RefCell<Option<Slot<R>>>);

/// What services inside an exchange leave for it.
#[derive(Debug)]
pub(super) struct Slot<R> {
    /// Which metrics the exchange is counted by.
    pub(super) owner: usize,
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
        Self(RefCell::new(None))
    }

    /// Says which route was found. The last one to say so wins: the innermost router.
    pub fn set_route(&self, route: R) {
        if let Some(slot) = &mut *self.0.borrow_mut() {
            slot.route = Some(route);
        }
    }

    /// Where to count the bytes of the request's body, if there is an exchange that wants to know them.
    #[must_use]
    pub fn count_request_bytes(&self) -> Option<Arc<RequestBytes>> {
        let mut slot = self.0.borrow_mut();
        Some(Arc::clone(slot.as_mut()?.request_bytes.get_or_insert_default()))
    }

    pub(super) fn is_within(&self, owner: usize) -> bool {
        self.0.borrow().as_ref().is_some_and(|slot| slot.owner == owner)
    }

    pub(super) fn replace(&self, slot: Option<Slot<R>>) -> Option<Slot<R>> {
        self.0.replace(slot)
    }
}

impl<R> Default for Current<R> {
    fn default() -> Self {
        Self::new()
    }
}

/// While this lives, `slot` is where services leave word. Restores what was before when it is dropped, also
/// when a panic drops it.
pub(super) struct Entered<'a, R: Clone + 'static> {
    current: &'static LocalKey<Current<R>>,
    before: Option<Slot<R>>,
    slot: &'a mut Slot<R>,
}

impl<'a, R: Clone + 'static> Entered<'a, R> {
    #[inline]
    pub(super) fn new(current: &'static LocalKey<Current<R>>, slot: &'a mut Slot<R>) -> Self {
        let fresh = Slot {
            owner: slot.owner,
            route: slot.route.take(),
            request_bytes: slot.request_bytes.take(),
        };
        // A thread that is about to end has no place any more, and nobody would look there.
        let before = current.try_with(|current| current.replace(Some(fresh))).ok().flatten();
        Self { current, before, slot }
    }
}

impl<R: Clone + 'static> Drop for Entered<'_, R> {
    #[inline]
    fn drop(&mut self) {
        let mut before = self.before.take();
        if let Some(outer) = &mut before {
            // The route of what is inside is the route of what is outside, if that learns of no other.
            let found = self.current.try_with(|current| {
                current.0.borrow().as_ref().and_then(|slot| slot.route.clone())
            });
            if let (None, Ok(route)) = (&outer.route, found) {
                outer.route = route;
            }
        }
        if let Ok(Some(left)) = self.current.try_with(|current| current.replace(before)) {
            *self.slot = left;
        }
    }
}
