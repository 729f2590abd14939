//! `#[derive(Metrics)]`.
//!
//! `model.rs` is the struct, `field.rs` one field of it, `buckets.rs`, `native.rs`, `quantiles.rs` and `time.rs` are
//! values that are checked here. `expand.rs` writes the registration, `checks.rs` what the compiler checks.

mod buckets;
mod checks;
mod expand;
mod field;
mod model;
mod native;
mod number;
mod quantiles;
mod time;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use model::Struct;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    match Struct::parse(input) {
        Ok(model) => expand::expand(input, &model),
        Err(error) => {
            // So that whatever uses the type makes no errors of its own.
            let (error, stub) = (error.into_compile_error(), expand::stub(input));
            quote!(#error #stub)
        }
    }
}
