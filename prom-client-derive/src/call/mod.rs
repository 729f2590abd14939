//! `#[timed]`, `#[counted]` and `#[in_flight]`.
//!
//! An attribute on a function adds a statement to its body, or, where a closure wants to know how the call
//! ended, puts the body into one. The signature stays as it is.

mod argument;
mod expand;
mod function;
mod returned;

use proc_macro2::TokenStream;
use quote::quote;

use argument::Argument;
use function::Function;

/// Which attribute.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Attribute {
    Timed,
    Counted,
    InFlight,
}

impl Attribute {
    const fn name(self) -> &'static str {
        match self {
            Self::Timed => "timed",
            Self::Counted => "counted",
            Self::InFlight => "in_flight",
        }
    }
}

pub(crate) fn expand(
    attribute: Attribute,
    arguments: TokenStream,
    item: &TokenStream,
) -> TokenStream {
    let argument = Argument::parse(attribute, arguments);
    let function = match Function::parse(attribute, item.clone()) {
        Ok(function) => function,
        Err(mut error) => {
            if let Err(other) = argument {
                error.combine(other);
            }
            let error = error.into_compile_error();
            // The item is there, so that whatever uses it makes no errors of its own.
            return quote!(#error #item);
        }
    };
    match argument {
        Ok(argument) => expand::expand(attribute, &argument, function),
        Err(error) => {
            let error = error.into_compile_error();
            quote!(#error #item)
        }
    }
}
