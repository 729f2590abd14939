//! State sets: which of several states something is in.

use std::fmt;
use std::marker::PhantomData;

use super::refused::refuse;
use super::{Metric, sealed};
use crate::clock::Clock;
use crate::desc::Kind;
use crate::snapshot::{Point, StateSetPoint};
use crate::storage::{Class, Handle, Profile, number};

/// A type with a few states that are all known: an enum of yours.
///
/// # Examples
/// ```
/// use prom_client::State;
///
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// enum Circuit { Closed, Open, HalfOpen }
///
/// impl State for Circuit {
///     const ALL: &'static [Self] = &[Self::Closed, Self::Open, Self::HalfOpen];
///     const NAMES: &'static [&'static str] = &["closed", "open", "half_open"];
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no states",
    note = "an enum of yours can implement `State`"
)]
pub trait State: Copy + PartialEq + 'static {
    /// Every state, each once. A state set begins in the first.
    const ALL: &'static [Self];

    /// The name of each state, in the same order: not empty, and all different.
    ///
    /// Names that do not fit do not build:
    /// ```compile_fail
    /// # use prom_client::{Registry, State, StateSet};
    /// #[derive(Clone, Copy, PartialEq)]
    /// enum Door { Open, Shut }
    ///
    /// impl State for Door {
    ///     const ALL: &'static [Self] = &[Self::Open, Self::Shut];
    ///     const NAMES: &'static [&'static str] = &["open"];
    /// }
    /// let door: StateSet<Door> = Registry::new().register("door", "The door.").unwrap();
    /// ```
    const NAMES: &'static [&'static str];
}

/// One of several states: a series for each, with the value 1 for the one that is and 0 for the others.
///
/// The states are told apart by a label that is named like the metric. All series of one state set come
/// from one reading, so that exactly one of them is 1 in every scrape, also while the state changes.
///
/// # Examples
/// ```
/// use prom_client::{Family, Registry, State, StateSet};
///
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// enum Door { Shut, Open }
///
/// impl State for Door {
///     const ALL: &'static [Self] = &[Self::Shut, Self::Open];
///     const NAMES: &'static [&'static str] = &["shut", "open"];
/// }
///
/// let registry = Registry::new();
/// let doors: Family<(&str,), StateSet<Door>> =
///     registry.metric("door", "State of the doors.").labels(["room"]).register()?;
/// doors.with(&("attic",)).set(Door::Open);
/// assert_eq!(doors.with(&("attic",)).state(), Door::Open);
///
/// let text = registry.to_openmetrics();
/// assert!(text.contains("# TYPE door stateset\n"));
/// assert!(text.contains("door{room=\"attic\",door=\"shut\"} 0\n"));
/// assert!(text.contains("door{room=\"attic\",door=\"open\"} 1\n"));
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
///
/// # Cost
/// `set` costs what it costs on a [`Gauge`](crate::Gauge), and a search through the states: some 2 ns more
/// for three. A series takes the memory of a gauge, however many states there are, and 11 ns of a scrape for
/// each line.
pub struct StateSet<E: State> {
    handle: Handle,
    states: PhantomData<fn() -> E>,
}

impl<E: State> StateSet<E> {
    const STATES_FIT: () = check(E::NAMES, E::ALL.len());

    /// Makes `state` the one that is. A state that is none of [`State::ALL`] is refused: the set stays as
    /// it is, and `prom_client_refused_updates_total` in every registry counts it.
    #[inline]
    pub fn set(self, state: E) {
        match E::ALL.iter().position(|other| *other == state) {
            Some(index) => number::set(self.handle, index as u64),
            None => refuse(),
        }
    }

    /// The state; the first one when the series was removed.
    #[must_use]
    pub fn state(self) -> E {
        E::ALL[Self::index(self.handle).unwrap_or(0)]
    }

    /// The place of the state, `None` when the series was removed.
    fn index(handle: Handle) -> Option<usize> {
        // Only ever set, to an index, so that all of it is in one word.
        number::total(handle).map(|index| index as usize)
    }
}

/// Whether so many states can have these names.
const fn check(names: &[&str], states: usize) {
    assert!(states > 0, "a state set needs states");
    assert!(names.len() == states, "each state needs one name");
    let mut i = 0;
    while i < names.len() {
        assert!(!names[i].is_empty(), "an empty name would be no label");
        let mut other = 0;
        while other < i {
            assert!(
                !is_same(names[i].as_bytes(), names[other].as_bytes()),
                "two states of one name"
            );
            other += 1;
        }
        i += 1;
    }
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

impl<E: State> Metric for StateSet<E> {
    const KIND: Kind = Kind::StateSet;

    fn is_live(self) -> bool {
        self.handle.is_live()
    }
}

impl<E: State> sealed::Sealed for StateSet<E> {
    type Options = ();

    fn class((): &(), clock: &Clock) -> Option<Class> {
        const { Self::STATES_FIT };
        Class::new(Profile::plain(clock.clone()))
    }

    #[inline(always)]
    fn from_handle(handle: Handle) -> Self {
        Self { handle, states: PhantomData }
    }

    fn read(handles: &[Handle], _: &mut Vec<u64>, mut each: impl FnMut(usize, &Point<'_>)) {
        number::prefetch(handles);
        for (i, handle) in handles.iter().enumerate() {
            if let Some(index) = Self::index(*handle) {
                each(i, &Point::StateSet(StateSetPoint::new(E::NAMES, index)));
            }
        }
    }
}

impl<E: State> Clone for StateSet<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: State> Copy for StateSet<E> {}

impl<E: State> fmt::Debug for StateSet<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::index(self.handle).map(|index| E::NAMES[index]);
        f.debug_tuple("StateSet").field(&name).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;
    use crate::metric::Owned;

    #[test]
    fn names_that_do_not_fit_the_states_are_refused() {
        for (names, states, message) in [
            (&[][..], 0, "a state set needs states"),
            (&["a"], 2, "each state needs one name"),
            (&["a", "b"], 1, "each state needs one name"),
            (&["a", ""], 2, "an empty name would be no label"),
            (&["ab", "a", "ab"], 3, "two states of one name"),
        ] {
            let refused = catch_unwind(|| check(names, states)).unwrap_err();
            assert_eq!(refused.downcast_ref::<&str>(), Some(&message), "{names:?}");
        }
        check(&["a", "b", "ab"], 3);
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Color {
        Red,
        Green,
        Infrared,
    }

    impl State for Color {
        const ALL: &'static [Self] = &[Self::Red, Self::Green];
        const NAMES: &'static [&'static str] = &["red", "green"];
    }

    #[test]
    fn a_state_that_is_none_of_all_is_refused() {
        let color = Owned::<StateSet<Color>>::new();
        assert_eq!(color.state(), Color::Red);
        color.set(Color::Green);
        let refused = crate::metric::refused_updates();
        color.set(Color::Infrared);
        assert_eq!(color.state(), Color::Green);
        assert!(crate::metric::refused_updates() > refused);
        let handle = *color;
        drop(color);
        handle.set(Color::Green);
        assert_eq!(handle.state(), Color::Red, "it is over");
    }
}
