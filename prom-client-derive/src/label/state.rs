//! `#[derive(State)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::enums::{Allows, Enum};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let allows = Allows { derive: "State", numeric: false, other: false };
    match Enum::parse(input, allows) {
        Ok(model) => expand(input, &model),
        Err(error) => error.into_compile_error(),
    }
}

fn expand(input: &DeriveInput, Enum { krate, variants, .. }: &Enum) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let names = variants.iter().map(|(variant, _)| variant);
    let texts = variants.iter().map(|(_, text)| text);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #generics #krate::State for #ident #arguments #bounds {
            const ALL: &'static [Self] = &[#(Self::#names),*];
            const NAMES: &'static [&'static ::core::primitive::str] = &[#(#texts),*];
        }
    }
}
