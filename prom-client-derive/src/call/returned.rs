//! What a function returns, as the type of a value in its body.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    AngleBracketedGenericArguments, GenericArgument, Path, PathArguments, ReturnType, Type,
    TypeParamBound,
};

/// The type that the body has: with `_` for each `impl Trait`, which nobody can name.
pub(super) fn ty(output: &ReturnType) -> TokenStream {
    match output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => {
            let ty = named(ty.as_ref().clone());
            quote!(#ty)
        }
    }
}

/// Whether the function never returns.
pub(super) fn is_never(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)))
}

fn named(mut ty: Type) -> Type {
    match &mut ty {
        Type::ImplTrait(_) => {
            return syn::parse_quote!(_);
        }
        Type::Tuple(tuple) => {
            tuple.elems.iter_mut().for_each(|element| *element = named(element.clone()));
        }
        Type::Reference(reference) => *reference.elem = named((*reference.elem).clone()),
        Type::Paren(inner) => *inner.elem = named((*inner.elem).clone()),
        Type::Group(inner) => *inner.elem = named((*inner.elem).clone()),
        Type::Array(array) => *array.elem = named((*array.elem).clone()),
        Type::Path(path) => in_path(&mut path.path),
        Type::TraitObject(object) => {
            for bound in &mut object.bounds {
                if let TypeParamBound::Trait(bound) = bound {
                    in_path(&mut bound.path);
                }
            }
        }
        _ => {}
    }
    ty
}

fn in_path(path: &mut Path) {
    for segment in &mut path.segments {
        let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else { continue };
        for argument in &mut arguments.args {
            match argument {
                GenericArgument::Type(ty) => *ty = named(ty.clone()),
                GenericArgument::AssocType(assigned) => assigned.ty = named(assigned.ty.clone()),
                _ => {}
            }
        }
    }
}

/// The `Output` of the future that the function returns, if its type says so.
pub(super) fn future_output(output: &ReturnType) -> TokenStream {
    let found = match output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => output_in(ty),
    };
    found.map_or_else(
        || quote!(_),
        |ty| {
            let ty = named(ty);
            quote!(#ty)
        },
    )
}

fn output_in(ty: &Type) -> Option<Type> {
    let in_bounds = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.iter().find_map(|segment| in_arguments(&segment.arguments))
        }
        _ => None,
    };
    match ty {
        Type::ImplTrait(ty) => ty.bounds.iter().find_map(in_bounds),
        Type::TraitObject(ty) => ty.bounds.iter().find_map(in_bounds),
        Type::Path(ty) => {
            ty.path.segments.iter().find_map(|segment| in_arguments(&segment.arguments))
        }
        _ => None,
    }
}

fn in_arguments(arguments: &PathArguments) -> Option<Type> {
    let PathArguments::AngleBracketed(AngleBracketedGenericArguments { args, .. }) = arguments
    else {
        return None;
    };
    args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(output) if output.ident == "Output" => Some(output.ty.clone()),
        GenericArgument::Type(ty) => output_in(ty),
        _ => None,
    })
}
