//! The parameters and lifetimes of a struct of labels.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::{
    DeriveInput, GenericParam, Ident, Path, Type, TypeParamBound, WherePredicate, parse_quote,
};

use crate::errors::Errors;

/// Notes bounds of parameters. Look-ups take what a parameter borrows, of which nothing else is known.
pub(super) fn check_bounds(input: &DeriveInput, errors: &mut Errors) {
    let parameters = input.generics.type_params().flat_map(|parameter| &parameter.bounds);
    let predicates = input.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let is_parameter = |ty: &Type| {
        let mut parameters = input.generics.type_params();
        matches!(ty, Type::Path(path) if parameters.any(|p| path.path.is_ident(&p.ident)))
    };
    let predicates = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(bounded) if is_parameter(&bounded.bounded_ty) => Some(&bounded.bounds),
        _ => None,
    });
    for bound in parameters.chain(predicates.flatten()) {
        let is_value = |bound: &TypeParamBound| match bound {
            TypeParamBound::Trait(bound) => {
                bound.path.segments.last().is_some_and(|last| last.ident == "LabelValue")
            }
            _ => false,
        };
        if !is_value(bound) {
            errors.at(
                bound,
                "a parameter of a label set has no bound but `LabelValue`: look-ups take what it \
                 borrows, of which no more is known",
            );
        }
    }
}

/// The generics, with all parameters bound to be label values.
pub(super) fn bounded(input: &DeriveInput, krate: &Path) -> syn::Generics {
    let mut generics = input.generics.clone();
    let parameters: Vec<Ident> = input.generics.type_params().map(|p| p.ident.clone()).collect();
    if !parameters.is_empty() {
        let bounds = generics.make_where_clause();
        bounds.predicates.extend(parameters.iter().map(|parameter| -> syn::WherePredicate {
            parse_quote!(#parameter: #krate::LabelValue)
        }));
    }
    generics
}

/// The same set with contents that are borrowed for `'__of`.
pub(super) fn of(input: &DeriveInput, krate: &Path) -> TokenStream {
    let ident = &input.ident;
    let arguments = input.generics.params.iter().map(|parameter| match parameter {
        GenericParam::Lifetime(_) => quote!('__of),
        GenericParam::Type(parameter) => {
            let parameter = &parameter.ident;
            quote!(<#parameter as #krate::LabelValue>::Of<'__of>)
        }
        GenericParam::Const(parameter) => {
            let parameter = &parameter.ident;
            quote!(#parameter)
        }
    });
    quote!(#ident<#(#arguments),*>)
}

/// Whether a type has a parameter of the struct in it.
pub(super) fn mentions_parameter(ty: &Type, input: &DeriveInput) -> bool {
    let parameters: Vec<String> =
        input.generics.type_params().map(|parameter| parameter.ident.to_string()).collect();
    let tokens = quote!(#ty).to_string();
    tokens
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| parameters.iter().any(|parameter| parameter == word))
}

/// The place of `'static` in a type.
pub(super) fn static_in(tokens: TokenStream) -> Option<Span> {
    let mut after_quote = false;
    tokens.into_iter().find_map(|tree| match tree {
        TokenTree::Group(group) => static_in(group.stream()),
        TokenTree::Ident(ident) if after_quote && ident == "static" => Some(ident.span()),
        tree => {
            after_quote = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '\'');
            None
        }
    })
}
