//! How a call ended.

use crate::label::{LabelValue, LabelVisitor};

/// How a call ended. A label value: `ok`, `error`, `panic` or `cancelled`.
///
/// # Examples
/// ```
/// use prom_client::{LabelValue, Outcome};
///
/// assert_eq!(Outcome::parse("cancelled"), Some(Outcome::Cancelled));
/// assert_eq!(Outcome::of(&"x".parse::<u8>()), Outcome::Error);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a call ends in no other way")]
pub enum Outcome {
    /// It returned a value that is no `Err`.
    Ok,
    /// It returned `Err`.
    Error,
    /// It panicked.
    Panic,
    /// It is a future that was dropped before it was ready.
    Cancelled,
}

impl Outcome {
    const ALL: [(&str, Self); 4] = [
        ("ok", Self::Ok),
        ("error", Self::Error),
        ("panic", Self::Panic),
        ("cancelled", Self::Cancelled),
    ];

    /// That of a call which returned this.
    pub const fn of<T, E>(result: &Result<T, E>) -> Self {
        match result {
            Ok(_) => Self::Ok,
            Err(_) => Self::Error,
        }
    }

    /// As the value of a label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

impl LabelValue for Outcome {
    type Of<'a> = Self;
    const COUNT: usize = Self::ALL.len();

    #[inline(always)]
    fn visit(&self, visitor: &mut impl LabelVisitor) {
        visitor.value(self.as_str());
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, outcome)| *outcome)
    }

    #[inline(always)]
    fn index(&self) -> usize {
        *self as usize
    }
}

/// What a function returned. Method look-up finds [`ResultOutcome`] first and [`AnyOutcome`] for all that
/// is no `Result`, so that the type decides and not how it is spelt. The method has a name that no trait of the
/// user's has, which might be found as well.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "macros make it")]
pub struct Returned<'a, T>(pub &'a T);

/// The outcome of a `Result`.
pub trait ResultOutcome {
    /// Whether it is an error.
    fn __prom_client_outcome(&self) -> Outcome;
}

impl<T, E> ResultOutcome for Returned<'_, Result<T, E>> {
    #[inline(always)]
    fn __prom_client_outcome(&self) -> Outcome {
        Outcome::of(self.0)
    }
}

/// The outcome of anything else.
pub trait AnyOutcome {
    /// It is no error.
    fn __prom_client_outcome(&self) -> Outcome;
}

impl<T> AnyOutcome for &Returned<'_, T> {
    #[inline(always)]
    fn __prom_client_outcome(&self) -> Outcome {
        Outcome::Ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_the_text_they_parse_from() {
        for (i, (text, outcome)) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!((outcome.as_str(), outcome.index()), (text, i));
            assert_eq!(Outcome::parse(text), Some(outcome));
        }
        assert_eq!(Outcome::parse("OK"), None);
    }

    #[test]
    fn the_type_decides_what_is_an_error() {
        type Mine<T> = Result<T, String>;
        let failed: Mine<u8> = Err(String::new());
        assert_eq!(Returned(&failed).__prom_client_outcome(), Outcome::Error);
        assert_eq!(Returned(&Mine::Ok(1)).__prom_client_outcome(), Outcome::Ok);
        assert_eq!((&Returned(&Some(failed))).__prom_client_outcome(), Outcome::Ok);
    }
}
