//! Which route a request takes, also of one that is gone by now.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use actix_web::dev::{ResourceMap, ServiceRequest};
use prom_client::http::Current;

thread_local! {
    /// The exchange that this thread works on.
    pub(crate) static CURRENT: Current<Route> = const { Current::new() };

    /// Texts that no request needs at the moment.
    static SPARE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The pattern of a path.
#[derive(Clone, Debug)]
pub(crate) struct Route(pub(crate) String);

impl AsRef<str> for Route {
    #[inline]
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The patterns of an app, as one of its workers has them. It is known with the first request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Routes(Rc<OnceCell<ResourceMap>>);

/// The path of a request, and where to look up its pattern when the request cannot be asked any more. A request
/// cannot be kept: its router needs it for itself.
#[derive(Debug)]
pub(crate) struct Path {
    text: String,
    routes: Routes,
}

impl Path {
    /// The path of this request, in a text of another that is over: no allocation, once there were a few.
    pub(crate) fn of(request: &ServiceRequest, routes: &Routes) -> Self {
        routes.0.get_or_init(|| request.resource_map().clone());
        let spare = SPARE.try_with(|spare| spare.borrow_mut().pop()).ok().flatten();
        let mut text = spare.unwrap_or_else(|| String::with_capacity(FEW_BYTES));
        text.push_str(request.path());
        Self { text, routes: routes.clone() }
    }

    /// The pattern that fits. Guards are not asked.
    pub(crate) fn route(&self) -> Option<Route> {
        self.routes.0.get()?.match_pattern(&self.text).map(Route)
    }
}

impl Drop for Path {
    fn drop(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        if text.capacity() > MANY_BYTES {
            return;
        }
        text.clear();
        // A thread that is about to end needs none any more.
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < MANY_TEXTS {
                spare.push(text);
            }
        });
    }
}

/// Most paths are shorter.
const FEW_BYTES: usize = 128;

/// What is kept for later is at most this long, and so many: 1 MiB for each worker.
const MANY_BYTES: usize = 1024;
const MANY_TEXTS: usize = 1024;
