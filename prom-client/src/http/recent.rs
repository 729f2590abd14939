//! The metrics that this thread used last, so that most requests look nothing up in a family.
//!
//! A family finds a series by hashing and comparing all values of its labels; here the parts of a request that
//! decide on them are compared as they are. An entry that does not fit is overwritten, so it is bounded, and its
//! text is used again, so that it allocates only until it is warm.

use std::cell::RefCell;

use crate::metric::{Counter, Histogram, Metric};

/// What decides on the labels of a request, unless a program has labels of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'a> {
    /// Of the handle, since others may make other labels of the same.
    pub(super) id: u64,
    pub(super) method: u8,
    pub(super) status: u16,
    pub(super) version: u8,
    pub(super) route: &'a str,
}

/// The metrics that each request of a key adds to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handles {
    pub(super) duration: Histogram,
    pub(super) requests: Option<Counter>,
}

#[derive(Debug)]
struct Entry {
    id: u64,
    method: u8,
    status: u16,
    version: u8,
    route: String,
    handles: Handles,
}

thread_local! {
    static RECENT: RefCell<Vec<Option<Entry>>> = const { RefCell::new(Vec::new()) };
}

/// The metrics of this key, if this thread used them lately and they are still there.
#[inline]
pub(super) fn find(key: &Key<'_>) -> Option<Handles> {
    let find = |recent: &RefCell<Vec<Option<Entry>>>| {
        let recent = recent.borrow();
        let entry = recent.get(key.place())?.as_ref()?;
        (key.is_of(entry) && entry.handles.duration.is_live()).then_some(entry.handles)
    };
    RECENT.try_with(find).ok().flatten()
}

/// Keeps them for the next request of this thread.
#[cold]
pub(super) fn keep(key: &Key<'_>, handles: Handles) {
    // A thread that is about to end keeps nothing.
    let _ = RECENT.try_with(|recent| {
        let mut recent = recent.borrow_mut();
        if recent.is_empty() {
            recent.resize_with(PLACES, || None);
        }
        let place = &mut recent[key.place()];
        let mut route = place.take().map_or_else(String::new, |old| old.route);
        route.clear();
        route.push_str(key.route);
        let Key { id, method, status, version, .. } = *key;
        *place = Some(Entry { id, method, status, version, route, handles });
    });
}

impl Key<'_> {
    /// From both ends of the route, which tell most routes apart, and the rest.
    #[inline]
    fn place(&self) -> usize {
        let bytes = self.route.as_bytes();
        let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let ends = word(bytes.first_chunk()) ^ word(bytes.last_chunk()).rotate_left(29);
        let rest = u64::from(self.status) << 8 | u64::from(self.method) | self.id << 24;
        let mixed = (ends ^ rest ^ (bytes.len() as u64) << 56).wrapping_mul(ODD);
        (mixed >> 56) as usize
    }

    #[inline]
    fn is_of(&self, entry: &Entry) -> bool {
        self.id == entry.id
            && self.method == entry.method
            && self.status == entry.status
            && self.version == entry.version
            && self.route == entry.route
    }
}

/// As many as the highest byte of a product can tell apart: 24 KiB for each thread that answers requests.
const PLACES: usize = 256;

/// The golden ratio, as multiplicative hashing takes it.
const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Owned;

    #[test]
    fn only_the_same_key_finds_what_was_kept_as_long_as_it_is_there() {
        let (duration, requests) = (Owned::<Histogram>::new(), Owned::<Counter>::new());
        let handles = Handles { duration: *duration, requests: Some(*requests) };
        let key = Key { id: 1, method: 2, status: 200, version: 0, route: "/users/{id}" };
        assert!(find(&key).is_none());
        keep(&key, handles);
        assert!(find(&key).is_some());
        for other in [
            Key { id: 2, ..key },
            Key { method: 3, ..key },
            Key { status: 404, ..key },
            Key { version: 1, ..key },
            Key { route: "/users/{no}", ..key },
            Key { route: "", ..key },
        ] {
            assert!(find(&other).is_none(), "{other:?}");
        }
        drop(duration);
        assert!(find(&key).is_none());
    }

    #[test]
    fn what_has_the_same_place_is_overwritten() {
        let (duration, requests) = (Owned::<Histogram>::new(), Owned::<Counter>::new());
        let handles = Handles { duration: *duration, requests: Some(*requests) };
        let routes: Vec<String> = (0..2_000).map(|i| format!("/{i}/{{id}}")).collect();
        let key = |route| Key { id: 1, method: 0, status: 200, version: 1, route };
        routes.iter().for_each(|route| keep(&key(route), handles));
        let found = routes.iter().filter(|route| find(&key(route)).is_some()).count();
        assert!((100..=PLACES).contains(&found), "{found}");
    }
}
