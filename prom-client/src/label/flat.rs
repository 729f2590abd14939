//! Label sets within label sets, for `#[derive(LabelSet)]`.

use std::convert::Infallible;

use super::LabelSet;

/// A label set that can be flattened into another: one that is made from its values alone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be flattened",
    note = "a struct with `#[derive(LabelSet)]` can"
)]
pub trait FlatLabels: LabelSet<Error = Infallible> {
    /// The set that has these values.
    fn take<'a>(values: &[&'a str]) -> Option<Self::Of<'a>>
    where
        Self::Of<'a>: Sized;
}

/// How many sets there are of values of which there are as many as this; 0 as elsewhere for those that are not
/// to be numbered, also if no number is large enough.
#[must_use]
pub const fn combinations(counts: &[usize]) -> usize {
    let (mut all, mut i) = (1_usize, 0);
    while i < counts.len() {
        all = match all.checked_mul(counts[i]) {
            Some(all) => all,
            None => return 0,
        };
        i += 1;
    }
    all
}

/// More labels than any family should have.
const MOST: usize = 64;

/// The label names of a set and of those that are flattened into it, put together by the compiler.
#[derive(Debug)]
pub struct Joined {
    names: [&'static str; MOST],
    len: usize,
}

impl Joined {
    /// All these names, in order.
    ///
    /// # Panics
    /// When a name stands twice: in a constant, so that it does not compile.
    #[must_use]
    #[track_caller]
    pub const fn new(parts: &[&[&'static str]]) -> Self {
        let mut joined = Self { names: [""; MOST], len: 0 };
        let mut part = 0;
        while part < parts.len() {
            let mut i = 0;
            while i < parts[part].len() {
                joined.push(parts[part][i]);
                i += 1;
            }
            part += 1;
        }
        joined
    }

    #[track_caller]
    const fn push(&mut self, name: &'static str) {
        assert!(self.len < MOST, "a label set has at most 64 labels");
        let mut i = 0;
        while i < self.len {
            assert!(
                !is_same(self.names[i], name),
                "two labels of this set have the same name, one of them flattened"
            );
            i += 1;
        }
        self.names[self.len] = name;
        self.len += 1;
    }

    /// The names.
    #[must_use]
    pub const fn names(&'static self) -> &'static [&'static str] {
        self.names.split_at(self.len).0
    }
}

/// Whether two strings are equal, for the compiler.
pub(crate) const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_joined_in_order() {
        static JOINED: Joined = Joined::new(&[&["a", "ab"], &[], &["b"]]);
        assert_eq!(JOINED.names(), ["a", "ab", "b"]);
        let twice = std::panic::catch_unwind(|| Joined::new(&[&["a"], &["b", "a"]]));
        assert!(twice.is_err());
    }
}
