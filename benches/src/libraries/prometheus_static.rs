//! The crate `prometheus-static-metric`: what `prometheus` offers when all label values are known
//! beforehand. A macro makes a struct with a field for each value.

use self::generated::{Method, Route, Status};
use crate::data;
use crate::data::EnumLabels;

mod generated {
    use prometheus_static_metric::make_static_metric;

    make_static_metric! {
        pub label_enum Method { get, post, put, delete, patch }
        pub label_enum Route { home, search, item, cart }
        pub label_enum Status { ok, created, no_content, moved, bad_request }
        pub struct Requests: IntCounter {
            "method" => Method,
            "route" => Route,
            "status" => Status,
        }
    }
}

/// A counter for each set of [`EnumLabels`].
pub struct Requests(generated::Requests);

impl Requests {
    /// All counters.
    #[must_use]
    pub fn new() -> Self {
        Self(generated::Requests::from(&super::prometheus::counters()))
    }

    /// Adds 1 to one of them.
    #[inline]
    pub fn inc(&self, (method, route, status): EnumLabels) {
        self.0.get(method.into()).get(route.into()).get(status.into()).inc();
    }
}

impl Default for Requests {
    fn default() -> Self {
        Self::new()
    }
}

/// The macro insists on enums of its own.
macro_rules! generated_for {
    ($name:ident: $($ours:ident $generated:ident),*) => {
        impl From<data::$name> for $name {
            #[inline]
            fn from(value: data::$name) -> Self {
                match value {
                    $(data::$name::$ours => Self::$generated),*
                }
            }
        }
    };
}
generated_for!(Method: Get get, Post post, Put put, Delete delete, Patch patch);
generated_for!(Route: Home home, Search search, Item item, Cart cart);
generated_for!(Status: Ok ok, Created created, NoContent no_content, Moved moved, BadRequest bad_request);
