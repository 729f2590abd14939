//! What stands in for `zeroed` in loom's models, whose atomics are not zeros but entries in loom's books.

pub(crate) use std::default::Default as Zeroed;

/// A box of a value that is zero.
pub(super) fn boxed<T: Zeroed>() -> Box<T> {
    Box::default()
}

/// Zeros in the making.
#[derive(Debug)]
pub(super) struct Pending<T>(Box<[T]>);

impl<T: Zeroed> Pending<T> {
    pub(super) fn new(len: usize) -> Self {
        Self(slice(len))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn advance(&mut self, _: usize) {}

    pub(super) fn finish(self) -> Box<[T]> {
        self.0
    }
}

/// So many zeros.
pub(super) fn slice<T: Zeroed>(len: usize) -> Box<[T]> {
    (0..len).map(|_| T::default()).collect()
}
