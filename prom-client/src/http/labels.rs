//! The labels of HTTP metrics, whose names and number depend on the options.

use std::convert::Infallible;

use crate::label::{LabelName, LabelSet, LabelVisitor};

/// Values in the order of a family's names.
#[derive(Debug)]
pub(super) struct Values<'a>(pub(super) &'a [&'a str]);

impl LabelSet for Values<'_> {
    type Of<'a> = Values<'a>;
    type Error = Infallible;

    #[inline(always)]
    fn visit(&self, _: &[LabelName], visitor: &mut impl LabelVisitor) -> Result<(), Infallible> {
        self.0.iter().for_each(|value| visitor.value(value));
        Ok(())
    }

    fn read<R>(_: &[LabelName], values: &[&str], f: impl FnOnce(&Values<'_>) -> R) -> Option<R> {
        Some(f(&Values(values)))
    }
}
