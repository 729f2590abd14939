//! What registers a struct of metrics.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Path, Type};

use super::checks;
use super::field::{ConstLabel, Field, Kind, Metric, Unit};
use super::model::Struct;
use crate::local::{local, local_at};
use crate::names::UNITS;
use crate::options::crate_path;
use crate::private::{krate_at, private_at};

/// The variables that all of the expansion knows.
pub(super) struct Locals {
    pub(super) registry: Ident,
    pub(super) enrolment: Ident,
}

impl Locals {
    fn new() -> Self {
        Self { registry: local("registry"), enrolment: local("enrolment") }
    }
}

pub(super) fn expand(input: &DeriveInput, model: &Struct) -> TokenStream {
    let krate = &model.krate;
    let ident = &input.ident;
    let (parameters, arguments, bounds) = input.generics.split_for_impl();
    let plan = checks::plan(model);
    let checks = checks::checks(input, model);
    let (inside, outside) =
        if input.generics.params.is_empty() { (None, Some(checks)) } else { (Some(checks), None) };

    // Numbered, so that no field can be called like something else in the function.
    let values: Vec<Ident> =
        (0..model.fields.len()).map(|at| local(&format!("field_{at}"))).collect();
    let members = model.fields.iter().map(|field| &field.member);
    let locals = Locals::new();
    let labels = labelled(&model.labels, krate, &locals);
    let Locals { registry, enrolment } = &locals;
    let statement = |(value, field): (&Ident, &Field)| {
        let made = made(field, model, &locals);
        quote!(let #value = #made;)
    };
    // What functions of `init` did cannot be undone, so they come last.
    let is_init = |(_, field): &(&Ident, &Field)| matches!(field.kind, Kind::Init(_));
    let all = || values.iter().zip(&model.fields);
    let first: Vec<_> = all().filter(|field| !is_init(field)).map(statement).collect();
    let last: Vec<_> = all().filter(is_init).map(statement).collect();
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #parameters #krate::Metrics for #ident #arguments #bounds {
            const PLAN: &'static [#krate::__private::Plan] = #plan;

            fn enrol(
                #registry: &#krate::Registry,
                #enrolment: &mut #krate::__private::Enrolment,
            ) -> ::core::result::Result<Self, #krate::RegisterError> {
                #inside
                let _ = (&#registry, &#enrolment);
                #labels
                #(#first)*
                #(#last)*
                ::core::result::Result::Ok(Self { #(#members: #values),* })
            }
        }
        #outside
    }
}

/// The registry with these labels.
fn labelled(
    labels: &[ConstLabel],
    krate: &Path,
    Locals { registry, enrolment }: &Locals,
) -> TokenStream {
    let labels = labels.iter().map(|ConstLabel { name, value }| {
        quote_spanned! {value.span()=>
            let #registry =
                &#enrolment.or_undo(#krate::Registry::with_label(#registry, #name, #value))?;
        }
    });
    quote!(#(#labels)*)
}

/// An expression that gives the field.
fn made(Field { ty, kind, .. }: &Field, model: &Struct, locals: &Locals) -> TokenStream {
    let Locals { registry, enrolment } = locals;
    let krate = &model.krate;
    let private = quote!(#krate::__private);
    let prefix = &model.prefix;
    match kind {
        Kind::Metric(metric) => of_metric(metric, ty, model, locals),
        Kind::Nested { prefix, labels } => {
            let prefix = model.full(prefix.as_ref().map_or("", |prefix| &prefix.text));
            let labels = labelled(labels, krate, locals);
            quote_spanned! {ty.span()=> {
                let #registry =
                    &#enrolment.or_undo(#krate::Registry::with_prefix(#registry, #prefix))?;
                #labels
                <#ty as #krate::Metrics>::enrol(#registry, #enrolment)?
            }}
        }
        Kind::Init(init) => quote_spanned! {init.span()=> {
            let #registry =
                &#enrolment.or_undo(#krate::Registry::with_prefix(#registry, #prefix))?;
            #enrolment.or_undo(#private::init::<#ty>(#registry, #init))?
        }},
        Kind::Skipped => quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default()),
    }
}

fn of_metric(metric: &Metric, ty: &Type, model: &Struct, locals: &Locals) -> TokenStream {
    let krate = &model.krate;
    let Locals { registry, enrolment } = locals;
    let (name, help) = (model.full(&metric.name.text), &metric.help);
    let mut more = Vec::new();
    if let Some(Unit { name, .. }) = &metric.unit {
        let known = UNITS.iter().find(|(known, _)| known == name);
        let unit = match known {
            Some((_, constant)) => {
                let constant = Ident::new(constant, Span::call_site());
                quote!(#krate::Unit::#constant)
            }
            None => quote!(#enrolment.or_undo(#krate::Unit::new(#name))?),
        };
        let builder = local("metric");
        more.push(quote!(let #builder = #builder.unit(#unit);));
    }
    let mut say = |span: Span, what: &str, value: Option<TokenStream>| {
        // The variable and the call are of one context, or the compiler would show the whole macro.
        let span = Span::mixed_site().located_at(span);
        let private = private_at(krate, span);
        let what = Ident::new(what, span);
        let (builder, value) = (local_at("metric", span), value.into_iter());
        more.push(quote_spanned!(span=> let #builder = #private::#what(#builder #(, #value)*);));
    };
    if let Some(buckets) = &metric.buckets {
        say(buckets.key, "buckets", Some(buckets.expand(krate, enrolment)));
    }
    if let Some(quantiles) = &metric.quantiles {
        say(quantiles.key, "quantiles", Some(quantiles.expand(krate, enrolment)));
    }
    if let Some((span, names)) = &metric.labels {
        say(*span, "labels", Some(quote!(&[#(#names),*])));
    }
    if let Some((span, most)) = &metric.max_series {
        say(*span, "max_series", Some(quote!(#most)));
    }
    if let Some((span, ttl)) = &metric.ttl {
        say(*span, "ttl", Some(ttl.expand()));
    }
    if let Some(span) = metric.exemplars {
        say(span, "exemplars", None);
    }
    let builder = local_at("metric", ty.span());
    // All at the type, so that one which is no metric is one error here.
    let krate = krate_at(krate, ty.span());
    quote_spanned! {ty.span()=> {
        let #builder = #krate::Registry::metric::<#ty>(#registry, #name, #help);
        #(#more)*
        #enrolment.add(#builder)?
    }}
}

/// A struct of metrics that is wrong, and says no more about it.
pub(super) fn stub(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let krate = crate_path(input, "metrics");
    let (parameters, arguments, bounds) = input.generics.split_for_impl();
    quote! {
        impl #parameters #krate::Metrics for #ident #arguments #bounds {
            const PLAN: &'static [#krate::__private::Plan] = &[];

            fn enrol(
                _: &#krate::Registry,
                _: &mut #krate::__private::Enrolment,
            ) -> ::core::result::Result<Self, #krate::RegisterError> {
                ::core::unreachable!()
            }
        }
    }
}
