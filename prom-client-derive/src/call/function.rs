//! A function with its body, wherever it stands.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute as Attr, Block, Expr, Signature, Stmt, Token, Visibility, braced};

use super::Attribute;

pub(super) struct Function {
    pub(super) attributes: Vec<Attr>,
    pub(super) visibility: Visibility,
    pub(super) signature: Signature,
    /// Attributes within the body.
    pub(super) inner: Vec<Attr>,
    pub(super) body: Body,
}

/// The body, by when it runs.
pub(super) enum Body {
    /// When the function is called.
    Called(TokenStream),
    /// When the future that it returns is polled.
    Polled(TokenStream),
    /// It ends with a future that is an `async` block, perhaps boxed and pinned, as `#[async_trait]` writes it.
    Returned { lead: Vec<Stmt>, future: Box<Expr> },
}

impl Function {
    pub(super) fn parse(attribute: Attribute, item: TokenStream) -> syn::Result<Self> {
        let name = attribute.name();
        let is_trait_or_impl = |tree: &TokenTree| match tree {
            TokenTree::Ident(ident) => ident == "impl" || ident == "trait",
            _ => false,
        };
        let is_fn = |tree: &TokenTree| matches!(tree, TokenTree::Ident(ident) if ident == "fn");
        let keywords = item.clone().into_iter();
        let keyword = keywords.into_iter().find(|tree| is_trait_or_impl(tree) || is_fn(tree));
        match keyword {
            Some(tree) if is_trait_or_impl(&tree) => {
                let message = format!(
                    "`#[{name}]` goes on a function; put it on functions inside, also where \
                     `#[async_trait]` stands here"
                );
                return Err(syn::Error::new(tree.span(), message));
            }
            Some(_) => {}
            None => {
                let message = format!("`#[{name}]` goes on a function");
                return Err(syn::Error::new_spanned(item, message));
            }
        }
        let function: Self = syn::parse2(item).map_err(|error| {
            let message = error.to_string();
            let text = if message == NO_BODY {
                format!("`#[{name}]` goes on a function with a body; put it on each that implements this")
            } else {
                message
            };
            syn::Error::new(error.span(), text)
        })?;
        if let Some(constant) = &function.signature.constness {
            let message =
                format!("a `const fn` may run in the compiler, where `#[{name}]` records nothing");
            return Err(syn::Error::new_spanned(constant, message));
        }
        Ok(function)
    }
}

const NO_BODY: &str = "a function without a body";

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attr::parse_outer)?;
        let visibility = input.parse()?;
        let signature: Signature = input.parse()?;
        if input.peek(Token![;]) {
            return Err(syn::Error::new_spanned(&signature, NO_BODY));
        }
        let body;
        braced!(body in input);
        let inner = body.call(Attr::parse_inner)?;
        let body: TokenStream = body.parse()?;
        let body = if signature.asyncness.is_some() {
            Body::Polled(body)
        } else {
            returned(&body).unwrap_or(Body::Called(body))
        };
        Ok(Self { attributes, visibility, signature, inner, body })
    }
}

/// The body that ends with a future, if it does.
fn returned(body: &TokenStream) -> Option<Body> {
    let is_async = |tree: TokenTree| matches!(tree, TokenTree::Ident(ident) if ident == "async");
    let has_async = |tree: TokenTree| match tree {
        TokenTree::Group(group) => group.stream().into_iter().any(is_async),
        tree => is_async(tree),
    };
    // Most have none, and need not be parsed.
    if !body.clone().into_iter().any(has_async) {
        return None;
    }
    let mut lead = syn::parse::Parser::parse2(Block::parse_within, body.clone()).ok()?;
    let Some(Stmt::Expr(mut last, None)) = lead.pop() else { return None };
    block_of(&mut last)?;
    Some(Body::Returned { lead, future: Box::new(last) })
}

/// The statements of the `async` block that this is, or that it boxes and pins.
pub(super) fn block_of(expr: &mut Expr) -> Option<&mut Vec<Stmt>> {
    match expr {
        Expr::Async(block) => Some(&mut block.block.stmts),
        Expr::Call(call) => {
            let function = call.func.to_token_stream().to_string();
            let pins = function.replace(' ', "").ends_with("Box::pin");
            if pins && call.args.len() == 1 { block_of(&mut call.args[0]) } else { None }
        }
        _ => None,
    }
}
