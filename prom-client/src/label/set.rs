//! Label sets: what a look-up in a family is given.

use std::convert::Infallible;
use std::fmt;

use super::{LabelName, LabelValue, LabelVisitor, combinations};

/// A set of labels: a struct of yours, a tuple or array of values, or [`Pairs`].
///
/// Two sets are equal when all their values are equal as text. A struct names its labels itself;
/// tuples and arrays are named by the family.
///
/// With the feature `derive`, `#[derive(LabelSet)]` writes this for a struct. By hand:
///
/// # Examples
/// ```
/// use std::convert::Infallible;
/// use prom_client::{Counter, Family, LabelName, LabelSet, LabelVisitor, Registry};
///
/// struct Query<'a> { write: bool, table: &'a str }
///
/// impl LabelSet for Query<'_> {
///     type Of<'a> = Query<'a>;
///     type Error = Infallible;
///     const NAMES: &'static [&'static str] = &["write", "table"];
///
///     fn visit(&self, _: &[LabelName], visitor: &mut impl LabelVisitor) -> Result<(), Infallible> {
///         visitor.value(if self.write { "yes" } else { "no" });
///         visitor.value(self.table);
///         Ok(())
///     }
///
///     fn read<R>(_: &[LabelName], values: &[&str], f: impl FnOnce(&Query<'_>) -> R) -> Option<R> {
///         let [write, table] = values else { return None };
///         Some(f(&Query { write: *write == "yes", table }))
///     }
/// }
///
/// let registry = Registry::new();
/// let queries: Family<Query, Counter> = registry.register("queries", "Queries run.")?;
/// queries.with(&Query { write: true, table: "users" }).inc();
/// assert!(registry.to_text().contains("queries_total{write=\"yes\",table=\"users\"} 1\n"));
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no label set",
    note = "tuples and arrays of label values are, `Pairs` is, and a struct of yours is with `#[derive(LabelSet)]`"
)]
pub trait LabelSet {
    /// The same set with borrowed contents, which is what look-ups take: `Query<'a>` for `Query<'static>`.
    type Of<'a>: LabelSet<Error = Self::Error> + ?Sized;

    /// Why a set may not fit its family; [`Infallible`] wherever the type rules that out.
    type Error: std::error::Error + 'static;

    /// The label names, if the type has its own; otherwise empty, and the family names them.
    const NAMES: &'static [&'static str] = &[];

    /// How many values there are, if the type fixes that. The length of `NAMES` where that is not empty.
    const VALUES: Option<usize> =
        if Self::NAMES.is_empty() { None } else { Some(Self::NAMES.len()) };

    /// How many different sets there are, if all values are small enums; 0 otherwise. With it goes
    /// [`index`](Self::index).
    const COUNT: usize = 0;

    /// Shows the value of each name in `names`, in that order.
    ///
    /// # Errors
    /// When the set does not fit `names`.
    fn visit(
        &self,
        names: &[LabelName],
        visitor: &mut impl LabelVisitor,
    ) -> Result<(), Self::Error>;

    /// Calls `f` with the set that has these values; the inverse of [`visit`](Self::visit). `None` if there is none.
    fn read<R>(
        names: &[LabelName],
        values: &[&str],
        f: impl FnOnce(&Self::Of<'_>) -> R,
    ) -> Option<R>;

    /// A number below [`COUNT`](Self::COUNT), different for each set. Not called if `COUNT` is 0.
    fn index(&self) -> usize {
        const { assert!(Self::COUNT == 0, "a `COUNT` that is not 0 needs an `index`") };
        0
    }
}

macro_rules! tuple {
    ($n:literal: $($type:ident $var:ident),*) => {
        impl<$($type: LabelValue),*> LabelSet for ($($type,)*) {
            type Of<'a> = ($($type::Of<'a>,)*);
            type Error = Infallible;
            const VALUES: Option<usize> = Some($n);
            const COUNT: usize = if $n == 0 { 0 } else { combinations(&[$($type::COUNT),*]) };

            #[inline(always)]
            fn visit(&self, _: &[LabelName], visitor: &mut impl LabelVisitor) -> Result<(), Infallible> {
                let ($($var,)*) = self;
                $($var.visit(visitor);)*
                let _ = visitor;
                Ok(())
            }

            fn read<R>(_: &[LabelName], values: &[&str], f: impl FnOnce(&Self::Of<'_>) -> R) -> Option<R> {
                let [$($var),*] = values else { return None };
                Some(f(&($($type::parse($var)?,)*)))
            }

            #[inline(always)]
            fn index(&self) -> usize {
                let ($($var,)*) = self;
                let index = 0;
                $(let index = index * $type::COUNT + $var.index();)*
                index
            }
        }
    };
}
tuple!(0:);
tuple!(1: A a);
tuple!(2: A a, B b);
tuple!(3: A a, B b, C c);
tuple!(4: A a, B b, C c, D d);
tuple!(5: A a, B b, C c, D d, E e);
tuple!(6: A a, B b, C c, D d, E e, F f_);
tuple!(7: A a, B b, C c, D d, E e, F f_, G g);
tuple!(8: A a, B b, C c, D d, E e, F f_, G g, H h);

impl<V: LabelValue, const N: usize> LabelSet for [V; N] {
    type Of<'a> = [V::Of<'a>; N];
    type Error = Infallible;
    const VALUES: Option<usize> = Some(N);

    #[inline(always)]
    fn visit(&self, _: &[LabelName], visitor: &mut impl LabelVisitor) -> Result<(), Infallible> {
        self.iter().for_each(|value| value.visit(visitor));
        Ok(())
    }

    fn read<R>(_: &[LabelName], values: &[&str], f: impl FnOnce(&Self::Of<'_>) -> R) -> Option<R> {
        let parsed: Vec<V::Of<'_>> =
            values.iter().map(|value| V::parse(value)).collect::<Option<_>>()?;
        let Ok(set) = parsed.try_into() else { return None };
        Some(f(&set))
    }
}

/// Labels as pairs of name and value that are known only at run time, in any order.
///
/// The family states which names there are; one that is left out has the empty value. Because a slice
/// can hold anything, look-ups are fallible: [`Family::try_with`](crate::Family::try_with).
///
/// # Examples
/// ```
/// use prom_client::{Counter, Family, Pairs, Registry};
///
/// let registry = Registry::new();
/// let calls: Family<Pairs, Counter> =
///     registry.metric("calls", "Calls of plugins.").labels(["plugin", "hook"]).register()?;
/// calls.try_with(&[("hook", "start"), ("plugin", "lint")])?.inc();
///
/// let error = calls.try_with(&[("plugin", "lint"), ("hock", "start")]).unwrap_err();
/// assert_eq!(error.to_string(), "unknown label `hock`; the labels are `plugin`, `hook`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Pairs(Infallible);

impl LabelSet for Pairs {
    type Of<'a> = [(&'a str, &'a str)];
    type Error = PairsError;

    fn visit(&self, _: &[LabelName], _: &mut impl LabelVisitor) -> Result<(), PairsError> {
        match self.0 {}
    }

    fn read<R>(
        names: &[LabelName],
        values: &[&str],
        f: impl FnOnce(&Self::Of<'_>) -> R,
    ) -> Option<R> {
        let pairs: Vec<_> =
            names.iter().map(LabelName::as_str).zip(values.iter().copied()).collect();
        Some(f(&pairs))
    }
}

impl LabelSet for [(&str, &str)] {
    type Of<'a> = [(&'a str, &'a str)];
    type Error = PairsError;

    #[inline(always)]
    fn visit(
        &self,
        names: &[LabelName],
        visitor: &mut impl LabelVisitor,
    ) -> Result<(), PairsError> {
        let mut used = 0;
        for name in names {
            let mut of_name = self.iter().filter(|(given, _)| *given == name.as_str());
            let value = of_name.next().map(|(_, value)| *value);
            if of_name.next().is_some() {
                return Err(PairsError::Repeated(name.as_str().into()));
            }
            used += usize::from(value.is_some());
            visitor.value(value.unwrap_or_default());
        }
        if used == self.len() { Ok(()) } else { Err(PairsError::unknown(self, names)) }
    }

    fn read<R>(
        names: &[LabelName],
        values: &[&str],
        f: impl FnOnce(&Self::Of<'_>) -> R,
    ) -> Option<R> {
        Pairs::read(names, values, f)
    }
}

/// Why [`Pairs`] do not fit a family.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PairsError {
    /// A name that the family does not have.
    Unknown {
        /// The name that was given.
        given: String,
        /// The names of the family.
        labels: Vec<String>,
    },
    /// A name that was given twice.
    Repeated(String),
}

impl PairsError {
    #[cold]
    fn unknown(pairs: &[(&str, &str)], names: &[LabelName]) -> Self {
        let known = |given: &str| names.iter().any(|name| name.as_str() == given);
        Self::Unknown {
            given: pairs
                .iter()
                .find(|(given, _)| !known(given))
                .map_or("", |(given, _)| given)
                .into(),
            labels: names.iter().map(|name| name.as_str().to_owned()).collect(),
        }
    }
}

impl fmt::Display for PairsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { given, labels } => {
                write!(f, "unknown label `{given}`; the labels are `{}`", labels.join("`, `"))
            }
            Self::Repeated(name) => write!(f, "the label `{name}` was given twice"),
        }
    }
}

impl std::error::Error for PairsError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&'static str]) -> Vec<LabelName> {
        names.iter().map(|name| LabelName::parse(*name).unwrap()).collect()
    }

    fn visited<L: LabelSet + ?Sized>(
        set: &L,
        names: &[LabelName],
    ) -> Result<Vec<String>, L::Error> {
        let mut values = Vec::new();
        set.visit(names, &mut |value: &str| values.push(value.to_owned()))?;
        Ok(values)
    }

    #[test]
    fn tuples_are_read_back_as_they_were_visited() {
        let names = names(&["a", "b", "c"]);
        let values = visited(&("x", 7_u16, true), &names).unwrap();
        assert_eq!(values, ["x", "7", "true"]);
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let same = <(String, u16, bool)>::read(&names, &values, |set| *set == ("x", 7, true));
        assert_eq!(same, Some(true));
        assert_eq!(<(u8, u8, u8)>::read(&names, &values, |_| ()), None);
    }

    #[test]
    fn indexes_of_small_sets_are_all_different() {
        let mut seen = [false; <(bool, bool, bool)>::COUNT];
        for a in [false, true] {
            for b in [false, true] {
                for c in [false, true] {
                    assert!(!std::mem::replace(&mut seen[(a, b, c).index()], true));
                }
            }
        }
        assert_eq!(seen, [true; 8]);
        assert_eq!(<(bool, &str)>::COUNT, 0);
    }

    #[test]
    fn pairs_come_in_any_order_and_faults_are_named() {
        let names = names(&["a", "b"]);
        let check = |pairs: &[(&str, &str)]| visited(pairs, &names);
        assert_eq!(check(&[("b", "2"), ("a", "1")]).unwrap(), ["1", "2"]);
        assert_eq!(check(&[("b", "2")]).unwrap(), ["", "2"]);
        assert_eq!(check(&[("a", "1"), ("a", "1")]), Err(PairsError::Repeated("a".into())));
        let unknown = check(&[("a", "1"), ("c", "3")]).unwrap_err();
        assert_eq!(unknown.to_string(), "unknown label `c`; the labels are `a`, `b`");
    }
}
