//! Operators and what stands between them.

use super::{Deep, Parser, deepest};
use crate::model::parse_duration;
use crate::promql::token::{Keyword, TokenKind};
use crate::promql::{
    Binary, BinaryOp, Expr, ExprKind, Matching, Number, ParseError, Place, Text, Unary, help,
    literal,
};

impl Parser<'_> {
    /// An expression out of operators that bind at least this strongly.
    pub(super) fn expr(&mut self, weakest: u8) -> Result<Deep<Expr>, ParseError> {
        self.descend()?;
        let mut left = self.signed()?;
        while let TokenKind::Op(op) = self.token.kind {
            let precedence = op.precedence();
            if precedence < weakest {
                break;
            }
            left = self.operation(left, op, precedence)?;
        }
        self.ascend();
        Ok(left)
    }

    /// An operator and what follows it.
    fn operation(
        &mut self,
        left: Deep<Expr>,
        op: BinaryOp,
        precedence: u8,
    ) -> Result<Deep<Expr>, ParseError> {
        self.next()?;
        let (returns_bool, matching) = self.modifiers()?;
        // Operators of the same kind are taken from the left, but for `^`.
        let stronger = if op == BinaryOp::Pow { precedence } else { precedence + 1 };
        let right = self.expr(stronger)?;
        self.operated(left, op, (returns_bool, matching), right)
    }

    fn operated(
        &self,
        left: Deep<Expr>,
        op: BinaryOp,
        (returns_bool, matching): (bool, Matching),
        right: Deep<Expr>,
    ) -> Result<Deep<Expr>, ParseError> {
        let place = left.node.place.to(right.node.place);
        if (matching.fill_left.is_some() || matching.fill_right.is_some()) && !self.dialect.fill {
            let fault = self.fault(place, "binop fill modifiers are experimental and not enabled");
            return Err(fault.with_help(help::experiment("promql-binop-fill-modifiers")));
        }
        let depth = deepest([left.depth, right.depth]);
        let matching = Some(matching);
        let (left, right) = (left.node, right.node);
        let kind = ExprKind::Binary(Binary { op, returns_bool, matching, left, right });
        self.over(Expr::new(kind, place), depth, place)
    }

    /// An expression after any number of signs, which bind like `*`.
    fn signed(&mut self) -> Result<Deep<Expr>, ParseError> {
        let negative = match self.token.kind {
            TokenKind::Op(BinaryOp::Sub) => true,
            TokenKind::Op(BinaryOp::Add) => false,
            _ => {
                let primary = self.primary()?;
                return self.suffixes(primary);
            }
        };
        let sign = self.next()?.place;
        let expr = self.expr(BinaryOp::Pow.precedence())?;
        self.with_sign(negative, sign, expr)
    }

    fn with_sign(
        &self,
        negative: bool,
        sign: Place,
        Deep { node: mut expr, depth }: Deep<Expr>,
    ) -> Result<Deep<Expr>, ParseError> {
        let place = sign.to(expr.place);
        if let ExprKind::Number(number) = &mut expr.kind {
            if negative {
                number.value = -number.value;
            }
            expr.place = place;
            return Ok(Deep { node: expr, depth });
        }
        let unary = ExprKind::Unary(Unary { negative, expr });
        self.over(Expr::new(unary, place), depth, place)
    }

    /// What stands between operators, without what may follow it.
    fn primary(&mut self) -> Result<Deep<Expr>, ParseError> {
        match self.token.kind {
            TokenKind::Number | TokenKind::Duration | TokenKind::String => self.literal(),
            TokenKind::LeftParen => self.paren(),
            TokenKind::LeftBrace => self.vector_selector(None),
            kind if kind.names_metric() => self.named(),
            _ => Err(self.unexpected()),
        }
    }

    fn literal(&mut self) -> Result<Deep<Expr>, ParseError> {
        let kind = match self.token.kind {
            TokenKind::String => ExprKind::String(self.string()?),
            _ => ExprKind::Number(self.number()?),
        };
        Ok(Deep::leaf(Expr::new(kind, self.last)))
    }

    /// What begins with a name: a call, an aggregation, or a selector.
    fn named(&mut self) -> Result<Deep<Expr>, ParseError> {
        let name = self.next()?;
        match (name.kind, self.token.kind) {
            (
                TokenKind::Aggregate(op),
                TokenKind::LeftParen | TokenKind::Keyword(Keyword::By | Keyword::Without),
            ) => self.aggregate(op, name.place),
            (
                TokenKind::Identifier
                | TokenKind::Keyword(
                    Keyword::Start
                    | Keyword::End
                    | Keyword::Step
                    | Keyword::Range
                    | Keyword::MaxOf
                    | Keyword::MinOf,
                ),
                TokenKind::LeftParen,
            ) => self.call(name.place),
            _ => self.vector_selector(Some(name.place)),
        }
    }

    fn paren(&mut self) -> Result<Deep<Expr>, ParseError> {
        let open = self.next()?.place;
        let inner = self.expr(0)?;
        if self.token.kind != TokenKind::RightParen {
            return Err(self.unexpected());
        }
        let place = open.to(self.next()?.place);
        self.in_paren(inner, place)
    }

    fn in_paren(&self, inner: Deep<Expr>, place: Place) -> Result<Deep<Expr>, ParseError> {
        self.over(Expr::new(ExprKind::Paren(inner.node), place), inner.depth, place)
    }

    /// The number or duration in view.
    pub(super) fn number(&mut self) -> Result<Number, ParseError> {
        let duration = self.token.kind == TokenKind::Duration;
        let place = self.token.place;
        let text = self.text(place);
        let value = if duration {
            parse_duration(text).map(|value| value.as_secs_f64()).map_err(|why| why.to_string())
        } else {
            literal::number(text)
        };
        let value = value.map_err(|why| self.fault(place, why))?;
        self.next()?;
        Ok(Number { value, duration })
    }

    /// The string in view.
    pub(super) fn string(&mut self) -> Result<Text, ParseError> {
        let Place { start, end } = self.token.place;
        let bytes = literal::unquote(self.text(self.token.place))
            .map_err(|(at, why)| self.fault(Place { start: start + at, end }, why))?;
        self.next()?;
        Ok(bytes.into())
    }

    /// What may stand between an operator and its right side.
    fn modifiers(&mut self) -> Result<(bool, Matching), ParseError> {
        let returns_bool = self.take(TokenKind::Keyword(Keyword::Bool))?;
        let mut matching = Matching::default();
        if let TokenKind::Keyword(word @ (Keyword::On | Keyword::Ignoring)) = self.token.kind {
            self.next()?;
            matching.on = word == Keyword::On;
            matching.labels = self.label_list()?;
            self.group(&mut matching)?;
        }
        self.fill(&mut matching)?;
        Ok((returns_bool, matching))
    }
}
