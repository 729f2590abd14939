//! Makes a tree of the words of a query, from the left to the right and with one word in view.

mod call;
mod duration;
mod expr;
mod selector;

use super::lex::Lexer;
use super::token::{Token, TokenKind};
use super::{Dialect, Expr, ParseError, Place, check, help};

/// How deep a query may be nested, and how long a chain of operators may be. Whoever walks a tree has to have a
/// stack for so many calls.
pub(crate) const MOST_DEEP: usize = 160;

/// Reads and checks a query.
pub(super) fn parse(query: &str, dialect: Dialect) -> Result<Expr, ParseError> {
    let mut parser = Parser::new(query, dialect)?;
    if parser.token.kind == TokenKind::End {
        return Err(parser.fault(parser.token.place, "no expression found in input"));
    }
    let mut expr = *parser.expr(0)?.node;
    if parser.token.kind != TokenKind::End {
        return Err(parser.unexpected());
    }
    check::check(query, &mut expr)?;
    Ok(expr)
}

/// What is left of a query, and the word in view.
struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The next word.
    token: Token,
    /// The last word.
    last: Place,
    dialect: Dialect,
    /// How many calls of itself the parser is in.
    depth: usize,
    /// How many aggregations the word in view is in.
    aggregations: usize,
}

/// A part of the tree, and how deep it is. It is in a box, so that the parser's own stack stays small.
struct Deep<T> {
    node: Box<T>,
    depth: usize,
}

impl<T> Deep<T> {
    fn leaf(node: T) -> Self {
        Self { node: Box::new(node), depth: 1 }
    }
}

impl<'a> Parser<'a> {
    fn new(query: &'a str, dialect: Dialect) -> Result<Self, ParseError> {
        let mut lexer = Lexer::new(query);
        let token = lexer.next()?;
        Ok(Self { lexer, token, last: Place::default(), dialect, depth: 0, aggregations: 0 })
    }

    /// Takes the word in view, and brings the next one.
    fn next(&mut self) -> Result<Token, ParseError> {
        let token = self.token;
        self.last = token.place;
        self.token = self.lexer.next()?;
        Ok(token)
    }

    /// Takes the word in view if it is this one.
    fn take(&mut self, kind: TokenKind) -> Result<bool, ParseError> {
        let found = self.token.kind == kind;
        if found {
            self.next()?;
        }
        Ok(found)
    }

    fn text(&self, place: Place) -> &'a str {
        &self.lexer.query()[place.start..place.end]
    }

    fn fault(&self, place: Place, message: impl Into<String>) -> ParseError {
        ParseError::new(self.lexer.query(), place, message.into())
    }

    /// The word in view stands where nothing like it can.
    fn unexpected(&self) -> ParseError {
        let token = self.token.kind.describe(self.text(self.token.place));
        let within = if self.aggregations > 0 { " in aggregation" } else { "" };
        self.fault(self.token.place, format!("unexpected {token}{within}"))
            .with_help(help::unexpected(self.token.kind))
    }

    /// The word in view stands where something else has to.
    fn unexpected_in(&self, context: &str, expected: &str) -> ParseError {
        let token = self.token.kind.describe(self.text(self.token.place));
        let message = format!("unexpected {token} in {context}, expected {expected}");
        self.fault(self.token.place, message)
    }

    /// Goes one level deeper, if there is one.
    fn descend(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        self.bounded(self.depth, self.token.place)
    }

    fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// A node over others, of which the deepest is this deep.
    fn over<T>(&self, node: T, depth: usize, place: Place) -> Result<Deep<T>, ParseError> {
        self.bounded(depth + 1, place)?;
        Ok(Deep { node: Box::new(node), depth: depth + 1 })
    }

    fn bounded(&self, depth: usize, place: Place) -> Result<(), ParseError> {
        if depth > MOST_DEEP {
            let message = format!("expression nested deeper than {MOST_DEEP} levels");
            return Err(self.fault(place, message));
        }
        Ok(())
    }
}

/// How deep the deepest of these is.
fn deepest(depths: impl IntoIterator<Item = usize>) -> usize {
    depths.into_iter().max().unwrap_or(0)
}
