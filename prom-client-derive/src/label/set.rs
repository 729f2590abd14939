//! `#[derive(LabelSet)]`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Ident, Path, Type};

use super::parameters::{bounded, check_bounds, mentions_parameter, of, static_in};
use crate::errors::Errors;
use crate::local::{local, this};
use crate::names;
use crate::options::{Options, crate_path};
use crate::private::private_at;

/// A struct of labels.
struct Set {
    krate: Path,
    labels: Vec<Label>,
}

/// A field of it.
struct Label {
    member: Ident,
    ty: Type,
    /// The name; none if the field is a set whose labels are taken as its own.
    name: Option<String>,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    match Set::parse(input) {
        Ok(set) => set.expand(input),
        Err(error) => {
            // So that whatever uses the type makes no errors of its own.
            let (error, stub) = (error.into_compile_error(), stub(input));
            quote!(#error #stub)
        }
    }
}

impl Set {
    fn parse(input: &DeriveInput) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let mut options = Options::parse(&input.attrs, "label", &["crate"], &mut errors);
        let krate = options.crate_path(&mut errors);
        let fields = match &input.data {
            Data::Struct(data) => &data.fields,
            Data::Enum(_) => {
                let message =
                    "`LabelSet` is derived for structs; an enum of values derives `LabelValue`";
                return Err(syn::Error::new(input.ident.span(), message));
            }
            Data::Union(_) => {
                let message = "`LabelSet` is derived for structs";
                return Err(syn::Error::new(input.ident.span(), message));
            }
        };
        let Fields::Named(fields) = fields else {
            let message = "labels are named by fields: write `struct Name { label: Type }`; \
                           a tuple `(Type,)` is a label set as it is";
            return Err(syn::Error::new(input.ident.span(), message));
        };
        if fields.named.is_empty() {
            errors.at(
                &input.ident,
                "a label set has labels; a metric without labels needs no family",
            );
        }
        let mut labels: Vec<Label> = Vec::new();
        check_bounds(input, &mut errors);
        for field in &fields.named {
            let Some(member) = &field.ident else { continue };
            let keys = &["rename", "flatten"];
            let mut options = Options::parse(&field.attrs, "label", keys, &mut errors);
            if let Some(place) = static_in(field.ty.to_token_stream()) {
                let message = format!(
                    "what a set borrows has its lifetime: write `struct {ident}<'a>` and `'a` here; \
                     a family of `{ident}<'static>` takes any lifetime",
                    ident = input.ident
                );
                errors.at_span(place, message);
            }
            let label = if options.flag("flatten", &mut errors).is_some() {
                let why = "the set that it is has names of its own";
                options.exclude(&["rename"], "`flatten`", why, &mut errors);
                if mentions_parameter(&field.ty, input) {
                    errors.at(&field.ty, "what is flattened is a type of its own, not a parameter");
                }
                None
            } else {
                let renamed = options.string("rename", "rename = \"other_name\"", &mut errors);
                let (name, span) = match renamed {
                    Some(name) => (name.value(), name.span()),
                    None => (member.unraw().to_string(), member.span()),
                };
                if let Err(message) = names::check_label(&name) {
                    errors.at_span(span, message);
                }
                if let Some(first) = labels.iter().find(|other| other.name.as_ref() == Some(&name))
                {
                    let message =
                        format!("the label `{name}` is the field `{}` already", first.member);
                    errors.at_span(span, message);
                }
                Some(name)
            };
            labels.push(Label { member: member.clone(), ty: field.ty.clone(), name: label });
        }
        errors.finish(Self { krate, labels })
    }

    fn expand(&self, input: &DeriveInput) -> TokenStream {
        let Self { krate, labels } = self;
        let ident = &input.ident;
        let generics = bounded(input, krate);
        let (parameters, arguments, bounds) = generics.split_for_impl();
        let (of, of_bounds) = (of(input, krate), &bounds);

        let private = quote!(#krate::__private);
        let (names, counts) = (self.names(), labels.iter().map(|label| label.count(krate)));
        let visits = labels.iter().map(|label| label.visit(krate));
        let indexes = labels.iter().map(|label| label.index(krate));
        // Numbered, since the compiler warns of a variable that is named like a variant.
        let values: Vec<Ident> =
            (0..labels.len()).map(|at| local(&format!("label_{at}"))).collect();
        let takes = labels.iter().zip(&values).map(|(label, value)| label.take(value, krate));
        let members = labels.iter().map(|label| &label.member);
        let flat = labels.iter().any(|label| label.name.is_none());
        // With an error in constants of traits the compiler waits until somebody needs them.
        let only_lifetimes = input.generics.lifetimes().count() == input.generics.params.len();
        let checked = (flat && only_lifetimes).then(|| {
            let lifetimes = input.generics.lifetimes().map(|_| quote!('static));
            let set = quote!(#ident<#(#lifetimes),*>);
            quote!(const _: &[&::core::primitive::str] = <#set as #krate::LabelSet>::NAMES;)
        });
        quote_spanned! {Span::mixed_site()=>
            #[automatically_derived]
            #[allow(deprecated)]
            impl #parameters #krate::LabelSet for #ident #arguments #bounds {
                type Of<'__of> = #of;
                type Error = ::core::convert::Infallible;
                const NAMES: &'static [&'static ::core::primitive::str] = #names;
                const COUNT: ::core::primitive::usize =
                    #private::combinations(&[#(#counts),*]);

                #[inline(always)]
                fn visit(
                    &self,
                    __names: &[#krate::LabelName],
                    __visitor: &mut impl #krate::LabelVisitor,
                ) -> ::core::result::Result<(), ::core::convert::Infallible> {
                    #(#visits)*
                    let _ = __names;
                    ::core::result::Result::Ok(())
                }

                fn read<__R>(
                    _: &[#krate::LabelName],
                    __values: &[&::core::primitive::str],
                    __read: impl ::core::ops::FnOnce(&Self::Of<'_>) -> __R,
                ) -> ::core::option::Option<__R> {
                    let __set = <Self as #private::FlatLabels>::take(__values)?;
                    ::core::option::Option::Some(__read(&__set))
                }

                #[inline(always)]
                fn index(&self) -> ::core::primitive::usize {
                    let __index = 0;
                    #(#indexes)*
                    __index
                }
            }

            #[automatically_derived]
            #[allow(deprecated)]
            impl #parameters #private::FlatLabels for #ident #arguments #of_bounds {
                fn take<'__of>(
                    __values: &[&'__of ::core::primitive::str],
                ) -> ::core::option::Option<Self::Of<'__of>>
                where
                    Self::Of<'__of>: ::core::marker::Sized,
                {
                    #(#takes)*
                    if !__values.is_empty() {
                        return ::core::option::Option::None;
                    }
                    ::core::option::Option::Some(#ident { #(#members: #values),* })
                }
            }
            #checked
        }
    }

    /// All names: a list, or lists that the compiler joins.
    fn names(&self) -> TokenStream {
        let krate = &self.krate;
        let own = self.labels.iter().map(|label| label.name.as_ref());
        if let Some(own) = own.collect::<Option<Vec<_>>>() {
            return quote!(&[#(#own),*]);
        }
        let parts = self.labels.iter().map(|Label { name, ty, .. }| match name {
            Some(name) => quote!(&[#name]),
            None => quote_spanned!(ty.span()=> <#ty as #krate::LabelSet>::NAMES),
        });
        // A name that stands twice is one of a set that is flattened.
        let flat = self.labels.iter().find(|label| label.name.is_none());
        let span = flat.map_or_else(Span::call_site, |label| label.member.span());
        let private = private_at(krate, span);
        quote_spanned! {span=>
            #private::Joined::names(&const { #private::Joined::new(&[#(#parts),*]) })
        }
    }
}

impl Label {
    fn count(&self, krate: &Path) -> TokenStream {
        let ty = &self.ty;
        match self.name {
            Some(_) => quote_spanned!(ty.span()=> <#ty as #krate::LabelValue>::COUNT),
            None => quote_spanned!(ty.span()=> <#ty as #krate::LabelSet>::COUNT),
        }
    }

    fn visit(&self, krate: &Path) -> TokenStream {
        let Self { member, ty, .. } = self;
        let (this, [names, visitor]) = (this(), ["names", "visitor"].map(local));
        match self.name {
            Some(_) => quote_spanned! {ty.span()=>
                <#ty as #krate::LabelValue>::visit(&#this.#member, #visitor);
            },
            None => quote_spanned! {ty.span()=>
                <#ty as #krate::LabelSet>::visit(&#this.#member, #names, #visitor)?;
            },
        }
    }

    fn index(&self, krate: &Path) -> TokenStream {
        let (count, Self { member, ty, .. }) = (self.count(krate), self);
        let (this, index) = (this(), local("index"));
        let own = match self.name {
            Some(_) => {
                quote_spanned!(ty.span()=> <#ty as #krate::LabelValue>::index(&#this.#member))
            }
            None => quote_spanned!(ty.span()=> <#ty as #krate::LabelSet>::index(&#this.#member)),
        };
        quote!(let #index = #index * #count + #own;)
    }

    /// Takes the value off `values`.
    fn take(&self, taken: &Ident, krate: &Path) -> TokenStream {
        let ty = &self.ty;
        let [value, values, these] = ["value", "values", "these"].map(local);
        let parsed = quote_spanned!(ty.span()=> <#ty as #krate::LabelValue>::parse(#value)?);
        let owned = owned(ty, &parsed);
        match self.name {
            Some(_) => quote_spanned! {ty.span()=>
                let (#value, #values) = #values.split_first()?;
                // Into: a field may own what is read as borrowed.
                let #taken = #owned;
            },
            None => quote_spanned! {ty.span()=>
                let (#these, #values) =
                    #values.split_at_checked(<#ty as #krate::LabelSet>::NAMES.len())?;
                let #taken = <#ty as #krate::__private::FlatLabels>::take(#these)?;
            },
        }
    }
}

/// What is read as borrowed, as this type may own it, also in an option.
fn owned(ty: &Type, read: &TokenStream) -> TokenStream {
    let into = quote_spanned!(ty.span()=> ::core::convert::Into::into);
    if is_option(ty) {
        quote_spanned!(ty.span()=> ::core::option::Option::map(#read, #into))
    } else {
        quote_spanned!(ty.span()=> #into(#read))
    }
}

/// Whether this is an `Option`, as far as its spelling says.
fn is_option(ty: &Type) -> bool {
    match ty {
        Type::Group(inner) => is_option(&inner.elem),
        Type::Paren(inner) => is_option(&inner.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Option"),
        _ => false,
    }
}

/// A label set that is wrong, and says no more about it.
fn stub(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let krate = crate_path(input, "label");
    let generics = bounded(input, &krate);
    let (parameters, arguments, bounds) = generics.split_for_impl();
    // With bounds that are wrong there is no other than itself.
    let of =
        if input.generics.type_params().count() == 0 { of(input, &krate) } else { quote!(Self) };
    quote! {
        impl #parameters #krate::LabelSet for #ident #arguments #bounds {
            type Of<'__of> = #of;
            type Error = ::core::convert::Infallible;
            const NAMES: &'static [&'static ::core::primitive::str] = &["wrong"];

            fn visit(
                &self,
                _: &[#krate::LabelName],
                _: &mut impl #krate::LabelVisitor,
            ) -> ::core::result::Result<(), ::core::convert::Infallible> {
                ::core::result::Result::Ok(())
            }

            fn read<__R>(
                _: &[#krate::LabelName],
                _: &[&::core::primitive::str],
                _: impl ::core::ops::FnOnce(&Self::Of<'_>) -> __R,
            ) -> ::core::option::Option<__R> {
                ::core::option::Option::None
            }
        }

        impl #parameters #krate::__private::FlatLabels for #ident #arguments #bounds {
            fn take<'__of>(
                _: &[&'__of ::core::primitive::str],
            ) -> ::core::option::Option<Self::Of<'__of>>
                where
                    Self::Of<'__of>: ::core::marker::Sized,
                {
                ::core::option::Option::None
            }
        }
    }
}
