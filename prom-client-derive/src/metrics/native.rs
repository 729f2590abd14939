//! `buckets = native(..)`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ExprCall, Ident, Path};

use super::number::literal;
use super::time::Time;
use crate::errors::Errors;
use crate::options::unknown;

/// What `native(..)` says.
#[derive(Default)]
pub(super) struct Native {
    factor: Option<f64>,
    max_buckets: Option<usize>,
    zero_threshold: Option<f64>,
    max_zero_threshold: Option<f64>,
    min_reset_duration: Option<Time>,
}

const KEYS: [&str; 5] =
    ["factor", "max_buckets", "zero_threshold", "max_zero_threshold", "min_reset_duration"];

/// As many as the library takes beside no classic ones.
const MOST: f64 = 360.0;

impl Native {
    /// The options in a call of `native`, each at most once.
    pub(super) fn parse(call: &ExprCall, errors: &mut Errors) -> Option<Self> {
        let (mut native, mut seen, mut fine) = (Self::default(), Vec::new(), true);
        for argument in &call.args {
            let Expr::Assign(assignment) = argument else {
                errors.at(argument, "options of `native` have names: `native(factor = 1.1)`");
                return None;
            };
            let key = assignment.left.to_token_stream().to_string();
            if seen.contains(&key) {
                errors.at(&assignment.left, format!("`{key}` is given twice"));
                fine = false;
            } else if let Err(message) = native.set(&key, &assignment.right, errors) {
                let unknown_key = !KEYS.contains(&key.as_str());
                let at = if unknown_key { &assignment.left } else { &assignment.right };
                errors.at(at, message);
                fine = false;
            }
            seen.push(key);
        }
        fine.then_some(native)
    }

    fn set(&mut self, key: &str, value: &Expr, errors: &mut Errors) -> Result<(), String> {
        let number = || literal(value).ok_or_else(|| format!("`{key}` is a literal number"));
        let finite = |at_least: f64, what: &str| {
            let number = number()?;
            if number.is_finite() && number >= at_least {
                return Ok(number);
            }
            Err(format!("`{key}` is {what}"))
        };
        match key {
            "factor" => {
                let factor = finite(1.0, "above 1, and not infinite")?;
                if factor <= 1.0 {
                    return Err("`factor` is above 1, and not infinite".to_owned());
                }
                self.factor = Some(factor);
            }
            "max_buckets" => {
                let count = number()?;
                if count.fract() != 0.0 || !(1.0..=MOST).contains(&count) {
                    return Err(format!("`max_buckets` is a whole number from 1 to {MOST}"));
                }
                self.max_buckets = Some(count as usize);
            }
            "zero_threshold" => {
                self.zero_threshold = Some(finite(0.0, "0 or more, and not infinite")?);
            }
            "max_zero_threshold" => {
                self.max_zero_threshold = Some(finite(0.0, "0 or more, and not infinite")?);
            }
            "min_reset_duration" => self.min_reset_duration = Time::parse(value.clone(), errors),
            _ => return Err(unknown(key, &KEYS)),
        }
        Ok(())
    }

    /// An expression that gives them; `enrolment` takes back what was registered if it fails.
    pub(super) fn expand(&self, krate: &Path, enrolment: &Ident) -> TokenStream {
        let factor = match self.factor {
            Some(factor) => quote!(#krate::Native::factor(#factor)?),
            None => quote!(<#krate::Native as ::core::default::Default>::default()),
        };
        let most = self.max_buckets.map(|most| quote!(.max_buckets(#most)?));
        let zero = self.zero_threshold.map(|zero| quote!(.zero_threshold(#zero)?));
        let widest = self.max_zero_threshold.map(|zero| quote!(.max_zero_threshold(#zero)?));
        let reset = self.min_reset_duration.as_ref().map(|time| {
            let time = time.expand();
            quote!(.min_reset_duration(#time))
        });
        quote! {
            #enrolment.or_undo(#krate::__private::attempt(|| {
                ::core::result::Result::Ok(#factor #most #zero #widest #reset)
            }))?
        }
    }
}
