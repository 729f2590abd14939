//! Local variables of expansions.
//!
//! Two things keep them apart from what is the user's. Their span is that of the macro, so that no expression
//! of the user's sees them. And they are called what nobody calls a constant: one that is in scope under the name of a
//! variable would be what the variable is compared with, wherever its span is.

use proc_macro2::{Ident, Span};

/// A local variable.
pub(crate) fn local(name: &str) -> Ident {
    local_at(name, Span::call_site())
}

/// A local variable, for errors about it at this place.
pub(crate) fn local_at(name: &str, at: Span) -> Ident {
    Ident::new(&format!("__{name}"), Span::mixed_site().located_at(at))
}

/// The `self` of a method that the macro writes.
pub(crate) fn this() -> Ident {
    Ident::new("self", Span::mixed_site())
}
