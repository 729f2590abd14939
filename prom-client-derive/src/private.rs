//! Paths into the library, at a place where the compiler is to show errors.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Path;

/// `krate::__private`, as if it stood at this place.
pub(crate) fn private_at(krate: &Path, span: Span) -> TokenStream {
    moved(quote!(#krate::__private), span)
}

/// The crate, as if it stood at this place.
pub(crate) fn krate_at(krate: &Path, span: Span) -> TokenStream {
    moved(krate.to_token_stream(), span)
}

fn moved(tokens: TokenStream, span: Span) -> TokenStream {
    let moved = tokens.into_iter().map(|mut tree| {
        if let TokenTree::Group(group) = &tree {
            tree = TokenTree::Group(Group::new(group.delimiter(), moved(group.stream(), span)));
        }
        // What `$crate` means is in its span.
        let is_crate = matches!(&tree, TokenTree::Ident(ident) if ident == "$crate");
        tree.set_span(if is_crate { tree.span().located_at(span) } else { span });
        tree
    });
    moved.collect()
}
