//! An enum whose variants are texts: the model of label values and states.

use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Ident, Lit, Path, UnOp, Variant};

use crate::case::Case;
use crate::errors::Errors;
use crate::options::Options;

/// An enum without fields, in which each variant has a text of its own.
pub(super) struct Enum {
    pub(super) krate: Path,
    pub(super) variants: Vec<(Ident, String)>,
    /// The variant that stands for every text that no other has.
    pub(super) other: Option<Ident>,
}

/// What a derive allows besides renaming.
#[derive(Clone, Copy)]
pub(super) struct Allows {
    pub(super) derive: &'static str,
    pub(super) numeric: bool,
    pub(super) other: bool,
}

impl Enum {
    pub(super) fn parse(input: &DeriveInput, allows: Allows) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let keys: &[&str] = if allows.numeric {
            &["rename_all", "numeric", "crate"]
        } else {
            &["rename_all", "crate"]
        };
        let mut options = Options::parse(&input.attrs, "label", keys, &mut errors);
        let krate = options.crate_path(&mut errors);
        let numeric = options.flag("numeric", &mut errors);
        let rule = options.string("rename_all", "rename_all = \"snake_case\"", &mut errors);
        if let (Some(_), Some(rule)) = (numeric, &rule) {
            errors.at(rule, "`rename_all` does not go with `numeric`: the values are the numbers");
        }
        let case = rule.and_then(|rule| match Case::parse(&rule.value()) {
            Ok(case) => Some(case),
            Err(message) => {
                errors.at(&rule, message);
                None
            }
        });
        let case = case.unwrap_or(Case::Snake);

        let Data::Enum(data) = &input.data else {
            let advice = "; a struct of labels derives `LabelSet`";
            let advice = if allows.numeric { advice } else { "" };
            let message =
                format!("`{}` is derived for enums without fields{advice}", allows.derive);
            return Err(syn::Error::new(input.ident.span(), message));
        };
        if data.variants.is_empty() {
            errors.at(&input.ident, "an enum without variants has no value");
        }
        let mut model = Self { krate, variants: Vec::new(), other: None };
        for variant in &data.variants {
            let text =
                text(variant, case, numeric.is_some(), allows, &mut model.other, &mut errors);
            let Some(text) = text else { continue };
            if let Some((first, _)) = model.variants.iter().find(|(_, other)| *other == text) {
                let message = format!("`{}` has the value `{text}` too", first.unraw());
                errors.at(&variant.ident, message);
            }
            model.variants.push((variant.ident.clone(), text));
        }
        errors.finish(model)
    }
}

/// The text of a variant.
fn text(
    variant: &Variant,
    case: Case,
    numeric: bool,
    allows: Allows,
    other: &mut Option<Ident>,
    errors: &mut Errors,
) -> Option<String> {
    if !matches!(variant.fields, Fields::Unit) {
        errors
            .at(&variant.fields, "a variant with fields has no fixed value; leave the fields out");
    }
    let keys: &[&str] = if allows.other { &["rename", "other"] } else { &["rename"] };
    let mut options = Options::parse(&variant.attrs, "label", keys, errors);
    if let Some(place) = options.flag("other", errors) {
        match other {
            Some(first) => {
                let message = format!("`{first}` is the `other` variant already");
                errors.at_span(place, message);
            }
            None => *other = Some(variant.ident.clone()),
        }
    }
    if let Some(name) = options.string("rename", "rename = \"other_name\"", errors) {
        if !allows.other && name.value().is_empty() {
            errors.at(&name, "a state has a name");
        }
        return Some(name.value());
    }
    if !numeric {
        return Some(case.apply(&variant.ident.unraw().to_string()));
    }
    let number = variant.discriminant.as_ref().map(|(_, value)| number(value));
    match number {
        Some(Some(number)) => Some(number),
        Some(None) => {
            let value = variant.discriminant.as_ref().map(|(_, value)| value);
            errors.at(&value, "the number of a `numeric` value is a literal, such as `404`");
            None
        }
        None => {
            let message = format!(
                "a `numeric` value has a number, such as `{} = 404`, or is renamed",
                variant.ident
            );
            errors.at(&variant.ident, message);
            None
        }
    }
}

/// The digits of a literal, with its sign.
fn number(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => Some(int.base10_digits().to_owned()),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
            Some(format!("-{}", number(expr)?))
        }
        // What a macro has put here.
        Expr::Group(inner) => number(&inner.expr),
        _ => None,
    }
}
