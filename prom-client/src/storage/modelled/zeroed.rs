//! What stands in for `zeroed` in loom's models, whose atomics are not zeros but entries in loom's books.

pub(crate) use std::default::Default as Zeroed;

/// A box of a value that is zero.
pub(super) fn boxed<T: Zeroed>() -> Box<T> {
    Box::default()
}

/// So many zeros.
pub(super) fn slice<T: Zeroed>(len: usize) -> Box<[T]> {
    (0..len).map(|_| T::default()).collect()
}
