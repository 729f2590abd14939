//! All mistakes of one item, so that the compiler shows them at once.

use proc_macro2::Span;
use quote::ToTokens;

/// The mistakes that were found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Notes a mistake in these tokens.
    pub(crate) fn at(&mut self, tokens: &impl ToTokens, message: impl Into<String>) {
        self.push(syn::Error::new_spanned(tokens, message.into()));
    }

    /// Notes a mistake at this place.
    pub(crate) fn at_span(&mut self, span: Span, message: impl Into<String>) {
        self.push(syn::Error::new(span, message.into()));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The value of what succeeded; otherwise notes why it did not.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// What was found, if nothing is wrong.
    pub(crate) fn finish<T>(self, model: T) -> syn::Result<T> {
        match self.0 {
            Some(error) => Err(error),
            None => Ok(model),
        }
    }
}
