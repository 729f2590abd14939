//! Spans of time: `ttl = "1h"`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::errors::Errors;
use crate::options::string;

/// A span of time that is not zero, or an expression that gives a `Duration`.
pub(super) enum Time {
    Millis(u64),
    Expr(Expr),
}

/// The units, with their milliseconds.
const UNITS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

impl Time {
    pub(super) fn parse(value: Expr, errors: &mut Errors) -> Option<Self> {
        let Some(text) = string(&value) else {
            if let Expr::Lit(_) = value {
                let message = "a time has a unit: `\"90s\"`, `\"15m\"`, `\"12h\"`, `\"7d\"`; \
                               or it is an expression of type `Duration`";
                errors.at(&value, message);
                return None;
            }
            return Some(Self::Expr(value));
        };
        match millis(&text.value()) {
            Some(0) => errors.at(&value, "a time of zero leaves nothing to see"),
            Some(millis) => return Some(Self::Millis(millis)),
            None => errors.at(
                &value,
                "a time is a whole number with one of the units `ms`, `s`, `m`, `h`, `d`, such as `\"90s\"`",
            ),
        }
        None
    }

    pub(super) fn expand(&self) -> TokenStream {
        match self {
            Self::Millis(millis) => quote!(::core::time::Duration::from_millis(#millis)),
            Self::Expr(expr) => quote_spanned! {expr.span()=>
                { let time: ::core::time::Duration = #expr; time }
            },
        }
    }
}

fn millis(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_numbers_with_units() {
        for (text, expected) in [
            ("250ms", Some(250)),
            ("90s", Some(90_000)),
            ("7d", Some(604_800_000)),
            ("0s", Some(0)),
            ("1.5h", None),
            ("90", None),
            ("s", None),
            ("-1s", None),
            ("90 s", None),
            ("99999999999999999999d", None),
        ] {
            assert_eq!(millis(text), expected, "{text}");
        }
    }
}
