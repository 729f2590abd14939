//! One of several states, as it is read: exactly one is, because there is one place that says which.

use std::fmt;

/// The states of a state set at one moment.
#[derive(Clone, Copy)]
pub struct StateSetPoint<'a> {
    names: Names<'a>,
    current: usize,
}

/// The names of states, of a type or of a snapshot.
#[derive(Clone, Copy)]
enum Names<'a> {
    Borrowed(&'a [&'a str]),
    Owned(&'a [String]),
}

impl<'a> StateSetPoint<'a> {
    /// States by name, of which `current` is. The names are not empty and all different.
    pub(crate) fn new(names: &'a [&'a str], current: usize) -> Self {
        debug_assert!(current < names.len());
        Self { names: Names::Borrowed(names), current }
    }

    /// How many states there are: one or more.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a state set always has states")]
    pub fn len(&self) -> usize {
        match self.names {
            Names::Borrowed(names) => names.len(),
            Names::Owned(names) => names.len(),
        }
    }

    /// The names of the states, in the order of the exposition.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let names = self.names;
        (0..self.len()).map(move |i| match names {
            Names::Borrowed(names) => names[i],
            Names::Owned(names) => names[i].as_str(),
        })
    }

    /// Which of the [`names`](Self::names) is the state.
    #[must_use]
    pub fn index(&self) -> usize {
        self.current
    }
}

impl PartialEq for StateSetPoint<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.current == other.current && self.names().eq(other.names())
    }
}

impl fmt::Debug for StateSetPoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let states = self.names().enumerate().map(|(i, name)| (name, i == self.current));
        f.debug_map().entries(states).finish()
    }
}

/// The states of a state set at one moment, owned.
#[derive(Clone, Debug, PartialEq)]
pub struct StateSetSnapshot {
    names: Vec<String>,
    current: usize,
}

impl StateSetSnapshot {
    /// The name of the state.
    #[must_use]
    pub fn current(&self) -> &str {
        &self.names[self.current]
    }

    /// The names of all states, in the order of the exposition.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    pub(super) fn as_point(&self) -> StateSetPoint<'_> {
        StateSetPoint { names: Names::Owned(&self.names), current: self.current }
    }
}

impl From<&StateSetPoint<'_>> for StateSetSnapshot {
    fn from(point: &StateSetPoint<'_>) -> Self {
        Self { names: point.names().map(str::to_owned).collect(), current: point.current }
    }
}
