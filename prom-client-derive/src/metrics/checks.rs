//! What only the compiler can check: it knows the kinds of metrics, and what other structs register.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned;

use super::field::{Field, Kind};
use super::model::Struct;
use crate::private::{krate_at, private_at};

/// What the struct registers, for the structs that it is in.
pub(super) fn plan(model: &Struct) -> TokenStream {
    let krate = &model.krate;
    let private = quote!(#krate::__private);
    let fields = model.fields.iter().map(|Field { ty, kind, .. }| match kind {
        Kind::Metric(metric) => {
            let private = private_at(krate, ty.span());
            let name = model.full(&metric.name.text);
            let unit = metric.unit.as_ref().map_or("", |unit| &unit.name);
            let labels = metric.labels.iter().flat_map(|(_, names)| names);
            let labels = quote!(&[#(#labels),*]);
            quote_spanned! {ty.span()=>
                #private::Plan::metric::<#ty>(#name, #unit, #labels)
            }
        }
        Kind::Nested { prefix, labels } if labels.is_empty() => {
            let prefix = model.full(prefix.as_ref().map_or("", |prefix| &prefix.text));
            let (krate, private) = (krate_at(krate, ty.span()), private_at(krate, ty.span()));
            quote_spanned! {ty.span()=>
                #private::Plan::Group { prefix: #prefix, plan: <#ty as #krate::Metrics>::PLAN }
            }
        }
        Kind::Nested { .. } | Kind::Init(_) | Kind::Skipped => quote!(#private::Plan::Unknown),
    });
    let constant = model.labels.iter().map(|label| &label.name);
    // The last, so that each field is in its place.
    quote!(&[#(#fields,)* #private::Plan::Constant(&[#(#constant),*])])
}

/// The checks, as items or, where a type has parameters, as statements.
pub(super) fn checks(input: &DeriveInput, model: &Struct) -> TokenStream {
    let krate = &model.krate;
    let generic = !input.generics.params.is_empty();
    let this = &input.ident;
    let this = if generic { quote!(Self) } else { quote!(#this) };
    let constant: Vec<&String> = model.labels.iter().map(|label| &label.name).collect();
    let mut checks = Vec::new();
    let mut check = |span: Span, check: TokenStream| {
        checks.push(if generic {
            quote_spanned!(span=> const { #check })
        } else {
            quote_spanned! {span=>
                #[allow(long_running_const_eval)]
                const _: () = #check;
            }
        });
    };
    for (at, field) in model.fields.iter().enumerate() {
        let ty = &field.ty;
        // A call with what the struct registers and the place of the field in it.
        let mut checked = |span: Span, name: &str, more: &TokenStream| {
            let (krate, private) = (krate_at(krate, span), private_at(krate, span));
            let name = Ident::new(name, span);
            let plan = quote_spanned!(span=> <#this as #krate::Metrics>::PLAN);
            check(span, quote_spanned!(span=> #private::#name(#plan, #at #more)));
        };
        let mut span = field.member.span();
        if let Kind::Metric(metric) = &field.kind {
            span = metric.name.span;
            checked(span, "check_name", &TokenStream::new());
            if let Some(unit) = &metric.unit {
                checked(unit.span, "check_unit", &TokenStream::new());
            }
            let (span, given) = match &metric.labels {
                Some((span, names)) => {
                    (*span, quote!(::core::option::Option::Some(&[#(#names),*])))
                }
                None => (ty.span(), quote!(::core::option::Option::None)),
            };
            checked(span, "check_labels", &quote!(, #given, &[#(#constant),*]));
        }
        if at > 0 {
            checked(span, "check_distinct", &TokenStream::new());
        }
        if let Kind::Nested { labels, .. } = &field.kind {
            let own = labels.iter().map(|label| &label.name);
            let constant: Vec<_> = constant.iter().copied().chain(own).collect();
            let span = ty.span();
            let (krate, private) = (krate_at(krate, span), private_at(krate, span));
            let plan = quote_spanned!(span=> <#ty as #krate::Metrics>::PLAN);
            let labels = quote!(&[#(#constant),*]);
            check(span, quote_spanned!(span=> #private::check_constant(#plan, #labels)));
        }
    }
    quote!(#(#checks)*)
}
