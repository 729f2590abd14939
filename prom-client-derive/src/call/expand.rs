//! The body of a function that is measured.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Stmt};

use super::argument::{Argument, Metric};
use super::function::{Body, Function, block_of};
use super::{Attribute, returned};
use crate::local::{local, local_at};
use crate::private::private_at;

pub(super) fn expand(attribute: Attribute, argument: &Argument, function: Function) -> TokenStream {
    let Function { attributes, visibility, signature, inner, body } = function;
    let measured = Measured { attribute, argument };
    let output = &signature.output;
    let never = returned::is_never(output);
    let body = match body {
        Body::Called(body) => measured.called(&returned::ty(output), never, &body),
        Body::Polled(body) => measured.polled(&returned::ty(output), never, &body),
        Body::Returned { lead, mut future } => {
            if let Some(block) = block_of(&mut future) {
                let ty = returned::future_output(output);
                let body = measured.polled(&ty, false, &quote!(#(#block)*));
                *block = vec![Stmt::Expr(Expr::Verbatim(body), None)];
            }
            quote!(#(#lead)* #future)
        }
    };
    quote! {
        #(#attributes)*
        #visibility #signature {
            #(#inner)*
            #body
        }
    }
}

/// What is to be done to a body.
struct Measured<'a> {
    attribute: Attribute,
    argument: &'a Argument,
}

impl Measured<'_> {
    /// The body of a function, which returns `ty` or never.
    fn called(&self, ty: &TokenStream, never: bool, body: &TokenStream) -> TokenStream {
        let (krate, private) = (&self.argument.krate, self.private());
        let (closure, block) = match &self.argument.metric {
            Metric::Entry(metric) => return self.entered(metric, body),
            Metric::End { closure, block, .. } => (closure, *block),
        };
        let [result, value, panic] = ["result", "value", "panic"].map(local);
        let end = local_at("end", closure.span());
        let (begun, ended) = (self.begun(), self.ended(closure));
        let ended = quote!(let #end = #ended;);
        // A block is evaluated on entry. A closure can wait, and so use what the body uses.
        let (before, after) = if block { (Some(ended), None) } else { (None, Some(ended)) };
        if never {
            return quote! {
                #begun
                #before
                match #private::caught(|| -> ! { #body }) {
                    ::core::result::Result::Ok(#value) => #value,
                    ::core::result::Result::Err(#panic) => {
                        #after
                        #end(#krate::Outcome::Panic);
                        ::std::panic::resume_unwind(#panic)
                    }
                }
            };
        }
        let (of_value, outcome) = (self.outcome(&quote!(#value)), local("outcome"));
        // At the closure, so that one which gives no metric is one error there.
        let span = Span::mixed_site().located_at(closure.span());
        let call = quote_spanned!(span=> #end(#outcome););
        quote! {
            #begun
            #before
            let #result = #private::caught(|| -> #ty { #body });
            let #outcome = match &#result {
                ::core::result::Result::Ok(#value) => #of_value,
                ::core::result::Result::Err(_) => #krate::Outcome::Panic,
            };
            #after
            #call
            match #result {
                ::core::result::Result::Ok(#value) => #value,
                ::core::result::Result::Err(#panic) => ::std::panic::resume_unwind(#panic),
            }
        }
    }

    /// The body of a future, whose output is `ty`, or which is never ready.
    fn polled(&self, ty: &TokenStream, never: bool, body: &TokenStream) -> TokenStream {
        let private = self.private();
        let closure = match &self.argument.metric {
            Metric::Entry(metric) => return self.entered(metric, body),
            Metric::End { closure, .. } => closure,
        };
        // Else a reference to an argument would be kept, and ask that it be `Sync`. A closure that borrows what
        // the body uses leaves no choice.
        let moved = moves(closure).then(|| quote!(move));
        let [future, context, value, ending] = ["future", "context", "value", "ending"].map(local);
        let (begun, ended) = (self.begun(), self.ended(closure));
        let expected = if never { None } else { expected(ty) };
        let awaited = quote! {
            ::core::future::poll_fn(|#context| #ending.poll(#future.as_mut(), #context)).await
        };
        let awaited = if never {
            awaited
        } else {
            let outcome = self.outcome(&quote!(&#value));
            quote! {
                let #value: #ty = #awaited;
                #ending.end(#outcome);
                #value
            }
        };
        quote! {
            #begun
            let mut #ending = #private::Ending::new(#ended);
            let mut #future = ::core::pin::pin!(async #moved { #expected #body });
            #awaited
        }
    }

    /// A body before which the metric is known.
    fn entered(&self, metric: &Expr, body: &TokenStream) -> TokenStream {
        let private = private_at(&self.argument.krate, metric.span());
        // A metric in a static cannot be moved out of it.
        let metric = match metric {
            Expr::Binary(_) | Expr::Cast(_) | Expr::Range(_) => {
                quote_spanned!(metric.span()=> &(#metric))
            }
            _ => quote_spanned!(metric.span()=> &#metric),
        };
        let span = metric.span();
        let guard = local("guard");
        match self.attribute {
            Attribute::Timed => quote_spanned!(span=> let #guard = #private::start(#metric); #body),
            Attribute::Counted => quote_spanned!(span=> #private::count(#metric); #body),
            Attribute::InFlight => {
                quote_spanned!(span=> let #guard = #private::track(#metric); #body)
            }
        }
    }

    /// The beginning of a time that ends in a metric which is not known yet.
    fn begun(&self) -> Option<TokenStream> {
        let Metric::End { clock, .. } = &self.argument.metric else { return None };
        if self.attribute != Attribute::Timed {
            return None;
        }
        let (krate, private) = (&self.argument.krate, self.private());
        let clock = match clock {
            Some(clock) => quote!(#clock),
            None => quote!(&#krate::Clock::system()),
        };
        let start = local("start");
        Some(quote!(let #start = #private::begin(#clock);))
    }

    /// A closure of the outcome, out of that of the user's.
    fn ended(&self, closure: &Expr) -> TokenStream {
        let private = private_at(&self.argument.krate, closure.span());
        if self.attribute == Attribute::Timed {
            let start = local("start");
            quote_spanned!(closure.span()=> #private::ended_timed(#start, #closure))
        } else {
            quote_spanned!(closure.span()=> #private::ended(#closure))
        }
    }

    /// How a call ended that gave what this refers to.
    fn outcome(&self, value: &TokenStream) -> TokenStream {
        let private = self.private();
        quote! {{
            use #private::{AnyOutcome as _, ResultOutcome as _};
            (&#private::Returned(#value)).__prom_client_outcome()
        }}
    }

    fn private(&self) -> TokenStream {
        let krate = &self.argument.krate;
        quote!(#krate::__private)
    }
}

/// Whether this is a closure that is `move`, or a block that ends with one.
fn moves(closure: &Expr) -> bool {
    match closure {
        Expr::Closure(closure) => closure.capture.is_some(),
        Expr::Block(block) => {
            matches!(block.block.stmts.last(), Some(Stmt::Expr(last, None)) if moves(last))
        }
        Expr::Paren(inner) => moves(&inner.expr),
        Expr::Group(inner) => moves(&inner.expr),
        _ => false,
    }
}

/// A statement that never returns and tells the compiler what an `async` block returns: without it, what is
/// returned would not become what the signature says, a `Box<dyn Error>` for example.
fn expected(ty: &TokenStream) -> Option<TokenStream> {
    if ty.to_string() == "_" {
        return None;
    }
    let value = local("value");
    Some(quote! {
        if let ::core::option::Option::Some(#value) = ::core::option::Option::None::<#ty> {
            return #value;
        }
    })
}
