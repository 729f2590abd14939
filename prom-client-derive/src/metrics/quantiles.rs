//! `quantiles = ..` and `window = ..`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Ident, Path};

use super::number::literal;
use super::time::Time;
use crate::errors::Errors;

/// The quantiles of a summary.
pub(super) struct Quantiles {
    /// The key, for errors about the type of the metric.
    pub(super) key: Span,
    kind: Kind,
}

enum Kind {
    /// Ranks that were checked here, of the window or else of the default one.
    Ranks(Vec<f64>, Option<Time>),
    /// Anything of type `Quantiles`.
    Expr(Expr),
}

/// As many slices of a window as are the default.
const SLICES: u32 = 5;

impl Quantiles {
    pub(super) fn parse(
        key: Span,
        value: Expr,
        window: Option<(Span, Time)>,
        errors: &mut Errors,
    ) -> Option<Self> {
        let Expr::Array(array) = &value else {
            if let Expr::Lit(_) | Expr::Tuple(_) = value {
                errors.at(
                    &value,
                    "quantiles are `[0.5, 0.99]`, or an expression of type `Quantiles`",
                );
                return None;
            }
            if let Some((place, _)) = window {
                let message = "`window` goes with a list; an expression has `Quantiles::window`";
                errors.at_span(place, message);
            }
            return Some(Self { key, kind: Kind::Expr(value) });
        };
        if array.elems.is_empty() {
            errors.at(array, "there is no quantile; a summary has none by default");
            return None;
        }
        let mut ranks: Vec<f64> = Vec::new();
        for element in &array.elems {
            let message = match literal(element) {
                None => "a quantile in a list is a literal".to_owned(),
                Some(rank) if !(0.0..=1.0).contains(&rank) => {
                    format!("quantile {rank} is not between 0 and 1")
                }
                Some(rank) if ranks.contains(&rank) => format!("quantile {rank} comes twice"),
                Some(rank) => {
                    ranks.push(rank);
                    continue;
                }
            };
            errors.at(element, message);
            return None;
        }
        Some(Self { key, kind: Kind::Ranks(ranks, window.map(|(_, time)| time)) })
    }

    /// An expression that gives them; `enrolment` takes back what was registered if it fails.
    pub(super) fn expand(&self, krate: &Path, enrolment: &Ident) -> TokenStream {
        match &self.kind {
            Kind::Ranks(ranks, None) => quote! {
                #enrolment.or_undo(#krate::Quantiles::new([#(#ranks),*]))?
            },
            Kind::Ranks(ranks, Some(window)) => {
                let window = window.expand();
                quote! {{
                    let __quantiles = #enrolment.or_undo(#krate::Quantiles::new([#(#ranks),*]))?;
                    #enrolment.or_undo(__quantiles.window(#window, #SLICES))?
                }}
            }
            Kind::Expr(expr) => {
                quote_spanned! {expr.span()=>
                    #enrolment.or_undo(#krate::__private::attempt::<#krate::Quantiles>(|| ::core::result::Result::Ok(#expr)))?
                }
            }
        }
    }
}
