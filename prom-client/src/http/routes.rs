//! How many different values a label may have: routes of a server, hosts of a client.

use crate::family::Family;
use crate::metric::Counter;
use crate::registry::{RegisterError, Registry};

/// Values that came so far, up to so many.
#[derive(Debug)]
pub(super) struct Admitted {
    /// Not exposed: a family already is a bounded set that is read without a lock.
    seen: Family<(&'static str,), Counter>,
    overflow: Counter,
}

impl Admitted {
    /// At most `most`; what is too many adds to `overflow`.
    pub(super) fn new(most: usize, overflow: Counter) -> Result<Self, RegisterError> {
        let hidden = Registry::new();
        let seen = hidden.metric("values", "Values.").labels(["value"]).max_series(most);
        Ok(Self { seen: seen.register()?, overflow })
    }

    /// Whether it is one of those.
    pub(super) fn knows(&self, value: &str) -> bool {
        self.seen.find(&(value,)).is_some()
    }

    /// The value if it is one of those, and `_OTHER` if it is too many.
    pub(super) fn admit<'a>(&self, value: &'a str) -> &'a str {
        if value.is_empty() || value == super::method::OTHER || self.knows(value) {
            return value;
        }
        let _series = self.seen.with(&(value,));
        if self.knows(value) {
            return value;
        }
        self.overflow.inc();
        super::method::OTHER
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Owned;

    #[test]
    fn values_beyond_the_limit_are_other_and_counted() {
        let overflow: Owned<Counter> = Owned::new();
        let routes = Admitted::new(2, *overflow).unwrap();
        for (route, expected) in [
            ("/a", "/a"),
            ("/b", "/b"),
            ("/c", "_OTHER"),
            ("/a", "/a"),
            ("", ""),
            ("/d", "_OTHER"),
            ("/b", "/b"),
        ] {
            assert_eq!(routes.admit(route), expected, "{route}");
        }
        assert_eq!(overflow.value(), 2);
    }
}
