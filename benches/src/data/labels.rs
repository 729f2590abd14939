//! Label sets of strings.

use super::SEED;

/// The label names of all families.
pub const LABEL_NAMES: [&str; 3] = ["method", "route", "status"];

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "PATCH"];
const STATUSES: [&str; 10] = ["200", "201", "204", "301", "400", "401", "403", "404", "500", "503"];

/// The values of [`LABEL_NAMES`], borrowed as from a request.
///
/// No library may rely on them living for ever: they are passed on with a shorter lifetime.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    /// `GET`, and so on.
    pub method: &'a str,
    /// A template such as `/api/v1/resource_0042/items`.
    pub route: &'a str,
    /// `200`, and so on.
    pub status: &'a str,
}

/// This many different label sets, in random order.
///
/// There are five methods, five statuses (ten from 1,000 sets on), and as many routes as that takes.
/// The routes are leaked: whoever asks keeps them until the program ends anyway.
#[must_use]
pub fn label_sets(count: usize) -> Vec<Labels<'static>> {
    let statuses = if count < 1_000 { &STATUSES[..5] } else { &STATUSES };
    let routes = count.div_ceil(METHODS.len() * statuses.len());
    let mut sets = Vec::with_capacity(count);
    for number in 0..routes {
        let route: &str = format!("/api/v1/resource_{number:04}/items").leak();
        for method in METHODS {
            sets.extend(statuses.iter().map(|status| Labels { method, route, status }));
        }
    }
    sets.truncate(count);
    fastrand::Rng::with_seed(SEED).shuffle(&mut sets);
    sets
}

/// This many label sets, each with a route that no other has, as an identifier in a label makes them.
#[must_use]
pub fn label_sets_of_their_own(count: usize) -> Vec<Labels<'static>> {
    let set = |number: usize| Labels {
        method: METHODS[number % METHODS.len()],
        route: format!("/api/v1/resource/{number:06}").leak(),
        status: STATUSES[number / METHODS.len() % STATUSES.len()],
    };
    (0..count).map(set).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn label_sets_are_all_different() {
        for count in [100, 1_000, 10_000] {
            for sets in [label_sets(count), label_sets_of_their_own(count)] {
                let distinct: HashSet<_> =
                    sets.iter().map(|set| (set.method, set.route, set.status)).collect();
                assert_eq!(distinct.len(), count);
            }
        }
    }
}
