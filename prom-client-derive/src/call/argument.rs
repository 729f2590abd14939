//! What stands in the parentheses of an attribute: an expression or a closure, and options.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Path, Stmt, Token};

use super::Attribute;
use crate::errors::Errors;
use crate::options::{Item, Options, unknown};

pub(super) struct Argument {
    pub(super) krate: Path,
    pub(super) metric: Metric,
}

/// When the metric is known.
pub(super) enum Metric {
    /// On entry.
    Entry(Expr),
    /// At the end, from a closure of the outcome.
    End {
        closure: Expr,
        /// Whether the closure comes from a block, which is evaluated on entry.
        block: bool,
        /// The clock that times are measured by, if it is not the system's.
        clock: Option<Expr>,
    },
}

impl Argument {
    pub(super) fn parse(attribute: Attribute, arguments: TokenStream) -> syn::Result<Self> {
        let name = attribute.name();
        let example = match attribute {
            Attribute::Timed => "metrics.latency",
            Attribute::Counted => "metrics.calls",
            Attribute::InFlight => "metrics.calls_in_flight",
        };
        if arguments.is_empty() {
            let message = format!("say which metric: `#[{name}({example})]`");
            return Err(syn::Error::new(proc_macro2::Span::call_site(), message));
        }
        let parser = |input: ParseStream<'_>| {
            let metric: Expr = input.parse()?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
            Ok((metric, input.call(Punctuated::<Item, Token![,]>::parse_terminated)?))
        };
        let (metric, items) = parser.parse2(arguments)?;
        let mut errors = Errors::default();
        let keys: &[&str] =
            if attribute == Attribute::Timed { &["clock", "crate"] } else { &["crate"] };
        let mut options = Options::of(items.into_iter().collect(), keys, &mut errors);
        let krate = options.crate_path(&mut errors);
        let clock = options.expr("clock", "clock = registry.clock()", &mut errors);
        let metric = match metric {
            Expr::Assign(assignment) => {
                let (key, left) = (&assignment.left, &assignment.left);
                let message = unknown(&quote!(#key).to_string(), keys);
                errors
                    .at(left, format!("the metric comes first: `#[{name}({example})]`; {message}"));
                Metric::Entry(*assignment.right)
            }
            closure if is_closure(&closure) => {
                if attribute == Attribute::InFlight {
                    let message = "a gauge goes up on entry, when no outcome is known; write an \
                                   expression that gives it";
                    errors.at(&closure, message);
                }
                let block = !matches!(closure, Expr::Closure(_));
                Metric::End { closure, block, clock: clock.map(|(_, clock)| clock) }
            }
            expr => {
                if let Some((key, _)) = clock {
                    let message = "a metric that is known on entry has the clock of its registry; \
                                   `clock` goes with a closure";
                    errors.at(&key, message);
                }
                Metric::Entry(expr)
            }
        };
        errors.finish(Self { krate, metric })
    }
}

/// Whether this is a closure, or a block that ends with one.
fn is_closure(expr: &Expr) -> bool {
    match expr {
        Expr::Closure(_) => true,
        Expr::Block(block) => match block.block.stmts.last() {
            Some(Stmt::Expr(last, None)) => is_closure(last),
            _ => false,
        },
        Expr::Paren(inner) => is_closure(&inner.expr),
        Expr::Group(inner) => is_closure(&inner.expr),
        _ => false,
    }
}
