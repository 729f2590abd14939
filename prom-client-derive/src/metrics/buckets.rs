//! `buckets = ..`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprArray, ExprCall, Ident, Path};

use super::native::Native;
use super::number::{is_other_literal, literal};
use crate::errors::Errors;

/// The buckets of a histogram.
pub(super) struct Buckets {
    /// The key, for errors about the type of the metric.
    pub(super) key: Span,
    kind: Kind,
}

enum Kind {
    Default,
    /// Bounds that were checked here.
    Bounds(Vec<f64>),
    Native(Native),
    /// Anything that becomes `Buckets`.
    Expr(Expr),
}

/// As many as a histogram can have besides `+Inf`.
const MOST: usize = 507;

const FORMS: &str = "`[0.1, 1.0]`, `linear(start, width, count)`, `exponential(start, factor, count)`, \
                     `default`, `native`, `native(factor = 1.1)`, or an expression of type `Buckets`";

impl Buckets {
    pub(super) fn parse(key: Span, value: Expr, errors: &mut Errors) -> Option<Self> {
        let kind = match &value {
            Expr::Path(path) if path.path.is_ident("default") => Kind::Default,
            Expr::Array(array) => list(array, errors)?,
            Expr::Path(path) if path.path.is_ident("native") => Kind::Native(Native::default()),
            Expr::Call(call) if is_native(call) => Kind::Native(Native::parse(call, errors)?),
            Expr::Call(call) => match series(call) {
                Some((name, bound)) => Kind::Bounds(computed(call, name, bound, errors)?),
                None => Kind::Expr(value),
            },
            Expr::Lit(_) | Expr::Tuple(_) | Expr::Unary(_) => {
                errors.at(&value, format!("buckets are {FORMS}"));
                return None;
            }
            _ => Kind::Expr(value),
        };
        Some(Self { key, kind })
    }

    /// An expression that gives them; `enrolment` takes back what was registered if it fails.
    pub(super) fn expand(&self, krate: &Path, enrolment: &Ident) -> TokenStream {
        match &self.kind {
            Kind::Default => quote!(<#krate::Buckets as ::core::default::Default>::default()),
            Kind::Bounds(bounds) => quote! {
                #enrolment.or_undo(#krate::Buckets::new([#(#bounds),*]))?
            },
            Kind::Native(native) => native.expand(krate, enrolment),
            Kind::Expr(expr) => quote_spanned! {expr.span()=>
                #enrolment.or_undo(#krate::__private::attempt(|| ::core::result::Result::Ok(#expr)))?
            },
        }
    }
}

fn is_native(call: &ExprCall) -> bool {
    matches!(&*call.func, Expr::Path(path) if path.path.is_ident("native"))
}

/// A list of bounds. One with names of constants in it is for the library to check.
fn list(array: &ExprArray, errors: &mut Errors) -> Option<Kind> {
    if array.elems.is_empty() {
        errors.at(array, "there is no bound besides +Inf; `default` are Prometheus' own");
        return None;
    }
    if let Some(wrong) = array.elems.iter().find(|element| is_other_literal(element)) {
        errors.at(wrong, "the bound of a bucket is a number");
        return None;
    }
    let mut bounds: Vec<f64> = Vec::new();
    for element in &array.elems {
        let Some(bound) = literal(element) else {
            errors.at(
                element,
                "a bound in a list is a literal; give all of them as an expression: \
                 `buckets = Buckets::new(BOUNDS)?`",
            );
            return None;
        };
        if !bound.is_finite() {
            errors.at(element, format!("bound {bound} is not finite; +Inf is always added"));
            return None;
        }
        if let Some(before) = bounds.last().filter(|before| bound <= **before) {
            errors.at(element, format!("bound {bound} is not above {before} before it"));
            return None;
        }
        bounds.push(bound);
    }
    if bounds.len() > MOST {
        errors.at(array, format!("{} bounds are more than {MOST}", bounds.len()));
        return None;
    }
    Some(Kind::Bounds(bounds))
}

/// Bounds that follow from each other: from the start, the step, and how many came before.
type Series = fn(f64, f64, i32) -> f64;

/// The form and the bounds, if this is a call of `linear` or `exponential`.
fn series(call: &ExprCall) -> Option<(&'static str, Series)> {
    let Expr::Path(path) = &*call.func else { return None };
    if path.path.is_ident("linear") {
        Some(("linear(start, width, count)", |start, width, i| start + width * f64::from(i)))
    } else if path.path.is_ident("exponential") {
        // By multiplication, as the library does, and not by a power, which may round differently.
        Some(("exponential(start, factor, count)", |start, factor, i| {
            (0..i).fold(start, |bound, _| bound * factor)
        }))
    } else {
        None
    }
}

fn computed(call: &ExprCall, form: &str, bound: Series, errors: &mut Errors) -> Option<Vec<f64>> {
    let numbers: Option<Vec<f64>> = call.args.iter().map(literal).collect();
    let Some([start, step, count]) = numbers.as_deref() else {
        errors.at(call, format!("`{form}` has three literals; others are for `Buckets::{form}?`"));
        return None;
    };
    let count_at = &call.args[2];
    if count.fract() != 0.0 || !(2.0..=(MOST + 1) as f64).contains(count) {
        let message =
            format!("the count is a whole number from 2 to {}, +Inf among them", MOST + 1);
        errors.at(count_at, message);
        return None;
    }
    let bounds: Vec<f64> = (0..*count as i32 - 1).map(|i| bound(*start, *step, i)).collect();
    if let Some(bound) = bounds.iter().find(|bound| !bound.is_finite()) {
        errors.at(&call.args, format!("bound {bound} is not finite; +Inf is always added"));
        return None;
    }
    if let Some(at) = bounds.windows(2).position(|pair| pair[1] <= pair[0]) {
        let (before, next) = (bounds[at], bounds[at + 1]);
        errors.at(&call.args, format!("the bounds do not increase: {before}, then {next}"));
        return None;
    }
    Some(bounds)
}
