//! What stands in `#[metrics(..)]`, `#[metric(..)]` and `#[label(..)]`: keys, most with values.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, DeriveInput, Expr, ExprLit, Ident, Lit, LitStr, Path, Token, parenthesized};

use crate::errors::Errors;

/// `key`, `key = value` or `key(key = value, ..)`.
pub(crate) struct Item {
    pub(crate) key: Ident,
    value: Value,
}

enum Value {
    None,
    Expr(Box<Expr>),
    List(Vec<Item>),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Expr(Box::new(ungrouped(input.parse()?)))
        } else if input.peek(syn::token::Paren) {
            let inside;
            parenthesized!(inside in input);
            let items = inside.call(Punctuated::<Self, Token![,]>::parse_terminated)?;
            Value::List(items.into_iter().collect())
        } else {
            Value::None
        };
        Ok(Self { key, value })
    }
}

/// The keys of all attributes of one name on one item; each is there at most once.
pub(crate) struct Options(Vec<Item>);

impl Options {
    /// Reads `#[attribute(..)]`, in which `known` are the keys.
    pub(crate) fn parse(
        attributes: &[Attribute],
        attribute: &str,
        known: &[&str],
        errors: &mut Errors,
    ) -> Self {
        let mut items = Vec::new();
        for attribute in attributes.iter().filter(|a| a.path().is_ident(attribute)) {
            let parser = Punctuated::<Item, Token![,]>::parse_terminated;
            items.extend(errors.ok(attribute.parse_args_with(parser)).into_iter().flatten());
        }
        Self::of(items, known, errors)
    }

    /// These, as far as they are known and not repeated.
    pub(crate) fn of(items: Vec<Item>, known: &[&str], errors: &mut Errors) -> Self {
        let mut kept: Vec<Item> = Vec::new();
        for item in items {
            if !known.iter().any(|known| item.key == known) {
                errors.at(&item.key, unknown(&item.key.to_string(), known));
            } else if kept.iter().any(|other| other.key == item.key) {
                errors.at(&item.key, format!("`{}` is given twice", item.key));
            } else {
                kept.push(item);
            }
        }
        Self(kept)
    }

    /// Where this key stands.
    pub(crate) fn place(&self, key: &str) -> Option<Span> {
        self.0.iter().find(|item| item.key == key).map(|item| item.key.span())
    }

    /// Notes that keys which stand there do not go with `other`.
    pub(crate) fn exclude(&self, keys: &[&str], other: &str, why: &str, errors: &mut Errors) {
        for key in keys {
            if let Some(place) = self.place(key) {
                errors.at_span(place, format!("`{key}` does not go with {other}: {why}"));
            }
        }
    }

    fn take(&mut self, key: &str) -> Option<Item> {
        let at = self.0.iter().position(|item| item.key == key)?;
        Some(self.0.remove(at))
    }

    /// A key without a value.
    pub(crate) fn flag(&mut self, key: &str, errors: &mut Errors) -> Option<Span> {
        let item = self.take(key)?;
        if !matches!(item.value, Value::None) {
            errors.at(&item.key, format!("`{key}` has no value"));
        }
        Some(item.key.span())
    }

    /// A key with any expression; `example` is shown if it has none.
    pub(crate) fn expr(
        &mut self,
        key: &str,
        example: &str,
        errors: &mut Errors,
    ) -> Option<(Ident, Expr)> {
        let item = self.take(key)?;
        if let Value::Expr(expr) = item.value {
            return Some((item.key, *expr));
        }
        errors.at(&item.key, format!("`{key}` has a value: `{example}`"));
        None
    }

    /// A key with a string.
    pub(crate) fn string(
        &mut self,
        key: &str,
        example: &str,
        errors: &mut Errors,
    ) -> Option<LitStr> {
        let (_, expr) = self.expr(key, example, errors)?;
        match string(&expr) {
            Some(string) => Some(string.clone()),
            None => {
                errors.at(&expr, format!("`{key}` is a string: `{example}`"));
                None
            }
        }
    }

    /// `crate = path`, or else the path that most have.
    pub(crate) fn crate_path(&mut self, errors: &mut Errors) -> Path {
        match self.expr("crate", "crate = path::to::prom_client", errors) {
            None => syn::parse_quote!(::prom_client),
            Some((_, Expr::Path(path))) if path.qself.is_none() => path.path,
            Some((_, other)) => {
                errors.at(&other, "`crate` is a path: `crate = path::to::prom_client`");
                syn::parse_quote!(::prom_client)
            }
        }
    }

    /// `key(name = value, ..)`.
    pub(crate) fn pairs(
        &mut self,
        key: &str,
        example: &str,
        errors: &mut Errors,
    ) -> Vec<(Ident, Expr)> {
        let Some(item) = self.take(key) else { return Vec::new() };
        let Value::List(items) = item.value else {
            errors.at(&item.key, format!("`{key}` is a list: `{example}`"));
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for item in items {
            match item.value {
                Value::Expr(expr) => pairs.push((item.key, *expr)),
                _ => errors.at(&item.key, format!("each has a value: `{example}`")),
            }
        }
        pairs
    }
}

/// The path of the crate as an item has it among the options of this attribute, whatever else is wrong there.
pub(crate) fn crate_path(input: &DeriveInput, attribute: &str) -> Path {
    let mut ignored = Errors::default();
    Options::parse(&input.attrs, attribute, &["crate"], &mut ignored).crate_path(&mut ignored)
}

/// What to say of a key that there is not.
pub(crate) fn unknown(key: &str, known: &[&str]) -> String {
    format!("unknown key `{key}`; the keys are `{}`", known.join("`, `"))
}

/// Without the marks that a `macro_rules` macro leaves around what was given to it.
fn ungrouped(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => ungrouped(*group.expr),
        expr => expr,
    }
}

/// The string that an expression is.
pub(crate) fn string(expr: &Expr) -> Option<&LitStr> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
        Expr::Group(group) => string(&group.expr),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use syn::{DeriveInput, parse_quote};

    use crate::{label, metrics};

    type Derive = fn(&DeriveInput) -> TokenStream;

    #[test]
    fn what_stands_in_for_a_wrong_type_is_of_the_crate_that_it_names() {
        let cases: [(Derive, DeriveInput); 3] = [
            (
                metrics::derive,
                parse_quote!(
                    #[metrics(crate = own::path, unknown)]
                    struct Wrong {}
                ),
            ),
            (
                label::derive_set,
                parse_quote!(
                    #[label(crate = own::path)]
                    struct Wrong(u8);
                ),
            ),
            (
                label::derive_value,
                parse_quote!(
                    #[label(crate = own::path)]
                    enum Wrong {
                        A(u8),
                    }
                ),
            ),
        ];
        for (derive, input) in cases {
            let written = derive(&input).to_string();
            assert!(written.contains("compile_error"), "{written}");
            assert!(written.contains("impl own :: path ::"), "{written}");
            assert!(!written.contains("prom_client"), "{written}");
        }
    }
}
