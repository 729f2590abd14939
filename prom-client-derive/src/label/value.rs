//! `#[derive(LabelValue)]`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::DeriveInput;

use super::enums::{Allows, Enum};
use crate::options::crate_path;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let allows = Allows { derive: "LabelValue", numeric: true, other: true };
    match Enum::parse(input, allows) {
        Ok(model) => expand(input, &model),
        Err(error) => {
            // So that whatever uses the type makes no errors of its own.
            let krate = crate_path(input, "label");
            let model = Enum { krate, variants: Vec::new(), other: None };
            let (error, stub) = (error.into_compile_error(), expand(input, &model));
            quote!(#error #stub)
        }
    }
}

fn expand(input: &DeriveInput, Enum { krate, variants, other }: &Enum) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let count = variants.len();
    let names: Vec<_> = variants.iter().map(|(variant, _)| variant).collect();
    let texts: Vec<_> = variants.iter().map(|(_, text)| text).collect();
    let indexes = 0..count;
    let unknown = match other {
        Some(other) => quote!(::core::option::Option::Some(Self::#other)),
        None => quote!(::core::option::Option::None),
    };
    // A local variable is nobody else's.
    let own = Span::mixed_site();
    // One that is known reads back as itself also where it is renamed to what `other` would be.
    let (text, index) = if count == 0 {
        (quote!(""), quote!(0))
    } else {
        (
            quote_spanned!(own=> match self { #(Self::#names => #texts,)* }),
            quote_spanned!(own=> match self { #(Self::#names => #indexes,)* }),
        )
    };
    quote_spanned! {own=>
        #[automatically_derived]
        #[allow(deprecated)]
        impl #generics #krate::LabelValue for #ident #arguments #bounds {
            type Of<'__of> = Self;
            const COUNT: ::core::primitive::usize = #count;

            #[inline(always)]
            fn visit(&self, __visitor: &mut impl #krate::LabelVisitor) {
                #krate::LabelVisitor::value(__visitor, #text);
            }

            fn parse(__text: &::core::primitive::str) -> ::core::option::Option<Self> {
                match __text {
                    #(#texts => ::core::option::Option::Some(Self::#names),)*
                    _ => #unknown,
                }
            }

            #[inline(always)]
            fn index(&self) -> ::core::primitive::usize {
                #index
            }
        }
    }
}
