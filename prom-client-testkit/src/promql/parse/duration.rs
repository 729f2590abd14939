//! Durations in brackets and after `offset`, which may be calculated.

use super::{Deep, Parser, deepest};
use crate::promql::duration::MOST_SECONDS;
use crate::promql::token::{Keyword, TokenKind};
use crate::promql::{BinaryOp, DurationExpr, DurationKind, DurationOp, ParseError, Place};

/// Where a duration stands, and what could stand there instead of a wrong word.
type Context<'c> = (&'c str, &'c str);

impl Parser<'_> {
    /// A range or a step.
    pub(super) fn positive_duration(
        &mut self,
        context: Context<'_>,
    ) -> Result<DurationExpr, ParseError> {
        let duration = *self.duration(0, context)?.node;
        if duration.literal().is_some_and(|seconds| seconds <= 0.0) {
            return Err(self.fault(duration.place, "duration must be greater than 0"));
        }
        Ok(canonical(duration))
    }

    /// What follows `offset`. Operators after it are not of the duration, unless that begins with a parenthesis or with
    /// two signs: so are the reference's rules.
    pub(super) fn offset_duration(&mut self) -> Result<DurationExpr, ParseError> {
        let context = ("offset", "number, duration, step(), or range()");
        let sign = self.sign();
        let duration = match (sign, self.token.kind) {
            (None, TokenKind::LeftParen) => self.duration(0, context)?,
            (None, _) => self.duration_operand(context)?,
            (Some(negative), _) => {
                let place = self.next()?.place;
                let signed_again = self.sign().is_some();
                let operand = self.duration_operand(context)?;
                let duration = self.signed_duration(negative, place, operand)?;
                if signed_again {
                    let duration = self.duration_operations(duration, 0, context)?;
                    self.in_parens(duration)?
                } else {
                    duration
                }
            }
        };
        Ok(canonical(*duration.node))
    }

    /// What follows two signs, in parentheses, so that it prints as what it is.
    fn in_parens(&self, duration: Deep<DurationExpr>) -> Result<Deep<DurationExpr>, ParseError> {
        let place = duration.node.place;
        if matches!(duration.node.kind, DurationKind::Literal { .. } | DurationKind::Paren(_)) {
            return Ok(duration);
        }
        let kind = DurationKind::Paren(duration.node);
        self.over(DurationExpr { kind, place }, duration.depth, place)
    }

    /// A duration out of operators that bind at least this strongly.
    fn duration(
        &mut self,
        weakest: u8,
        context: Context<'_>,
    ) -> Result<Deep<DurationExpr>, ParseError> {
        self.descend()?;
        let operand = self.duration_operand(context)?;
        let duration = self.duration_operations(operand, weakest, context)?;
        self.ascend();
        Ok(duration)
    }

    fn duration_operations(
        &mut self,
        mut left: Deep<DurationExpr>,
        weakest: u8,
        context: Context<'_>,
    ) -> Result<Deep<DurationExpr>, ParseError> {
        while let TokenKind::Op(binary) = self.token.kind {
            let op = match binary {
                BinaryOp::Add => DurationOp::Add,
                BinaryOp::Sub => DurationOp::Sub,
                BinaryOp::Mul => DurationOp::Mul,
                BinaryOp::Div => DurationOp::Div,
                BinaryOp::Mod => DurationOp::Mod,
                BinaryOp::Pow => DurationOp::Pow,
                _ => break,
            };
            let precedence = binary.precedence();
            if precedence < weakest {
                break;
            }
            let sign = self.next()?.place;
            let stronger = if op == DurationOp::Pow { precedence } else { precedence + 1 };
            let right = self.duration(stronger, context)?;
            let by_zero = right.node.literal() == Some(0.0);
            match op {
                DurationOp::Div if by_zero => return Err(self.fault(sign, "division by zero")),
                DurationOp::Mod if by_zero => return Err(self.fault(sign, "modulo by zero")),
                _ => {}
            }
            let place = left.node.place.to(right.node.place);
            left = self.pair(op, left, right, place)?;
        }
        Ok(left)
    }

    fn pair(
        &self,
        op: DurationOp,
        left: Deep<DurationExpr>,
        right: Deep<DurationExpr>,
        place: Place,
    ) -> Result<Deep<DurationExpr>, ParseError> {
        let depth = deepest([left.depth, right.depth]);
        let kind = DurationKind::Binary { op, left: left.node, right: right.node };
        self.over(DurationExpr { kind, place }, depth, place)
    }

    /// What stands between operators.
    fn duration_operand(&mut self, context: Context<'_>) -> Result<Deep<DurationExpr>, ParseError> {
        let token = self.token;
        match token.kind {
            TokenKind::Number | TokenKind::Duration => {
                let number = self.number()?;
                let kind = DurationKind::Literal { seconds: number.value, unit: number.duration };
                self.in_range(Deep::leaf(DurationExpr { kind, place: token.place }))
            }
            TokenKind::Op(op @ (BinaryOp::Add | BinaryOp::Sub)) => {
                self.next()?;
                let operand = self.duration(BinaryOp::Pow.precedence(), context)?;
                self.signed_duration(op == BinaryOp::Sub, token.place, operand)
            }
            TokenKind::LeftParen => {
                self.next()?;
                let inner = self.duration(0, context)?;
                self.expect(TokenKind::RightParen, context)?;
                // The reference leaves out parentheses where it says which duration is wrong; of a literal, the second.
                let place = match inner.node.kind {
                    DurationKind::Paren(_) => return Ok(inner),
                    DurationKind::Literal { .. } => token.place.to(inner.node.place),
                    _ => inner.node.place,
                };
                let kind = DurationKind::Paren(inner.node);
                self.over(DurationExpr { kind, place }, inner.depth, place)
            }
            TokenKind::Keyword(Keyword::Step | Keyword::Range) => {
                self.next()?;
                self.expect(TokenKind::LeftParen, context)?;
                self.expect(TokenKind::RightParen, context)?;
                let kind = match token.kind {
                    TokenKind::Keyword(Keyword::Step) => DurationKind::Step,
                    _ => DurationKind::Range,
                };
                Ok(Deep::leaf(DurationExpr { kind, place: token.place.to(self.last) }))
            }
            TokenKind::Keyword(Keyword::MinOf | Keyword::MaxOf) => {
                self.next()?;
                self.expect(TokenKind::LeftParen, context)?;
                let left = self.duration(0, context)?;
                self.expect(TokenKind::Comma, context)?;
                let right = self.duration(0, context)?;
                self.expect(TokenKind::RightParen, context)?;
                let op = match token.kind {
                    TokenKind::Keyword(Keyword::MinOf) => DurationOp::MinOf,
                    _ => DurationOp::MaxOf,
                };
                // What is wrong are the two durations, to the reference.
                let place = left.node.place.to(right.node.place);
                self.pair(op, left, right, place)
            }
            _ => Err(self.unexpected_in(context.0, context.1)),
        }
    }

    fn expect(&mut self, kind: TokenKind, context: Context<'_>) -> Result<(), ParseError> {
        if self.take(kind)? { Ok(()) } else { Err(self.unexpected_in(context.0, context.1)) }
    }

    /// Whether a minus or a plus is in view.
    fn sign(&self) -> Option<bool> {
        match self.token.kind {
            TokenKind::Op(BinaryOp::Sub) => Some(true),
            TokenKind::Op(BinaryOp::Add) => Some(false),
            _ => None,
        }
    }

    /// A duration after its sign.
    fn signed_duration(
        &self,
        negative: bool,
        sign: Place,
        operand: Deep<DurationExpr>,
    ) -> Result<Deep<DurationExpr>, ParseError> {
        let place = sign.to(operand.node.place);
        let kind = match operand.node.kind {
            DurationKind::Literal { seconds, unit } => {
                let seconds = if negative { -seconds } else { seconds };
                DurationKind::Literal { seconds, unit }
            }
            _ if negative => {
                let kind = DurationKind::Negative(operand.node);
                return self.over(DurationExpr { kind, place }, operand.depth, place);
            }
            kind => kind,
        };
        Ok(Deep { node: Box::new(DurationExpr { kind, place }), depth: operand.depth })
    }

    fn in_range(&self, literal: Deep<DurationExpr>) -> Result<Deep<DurationExpr>, ParseError> {
        match literal.node.literal() {
            // What is not a number is in no range.
            Some(seconds) if seconds.abs() > MOST_SECONDS || seconds.is_nan() => {
                Err(self.fault(literal.node.place, "duration out of range"))
            }
            _ => Ok(literal),
        }
    }
}

/// A literal that is all of a duration has a unit, if it is whole milliseconds.
fn canonical(mut duration: DurationExpr) -> DurationExpr {
    if let DurationKind::Literal { seconds, unit } = &mut duration.kind {
        let whole = (*seconds * 1000.0).round() / 1000.0;
        if *unit {
            *seconds = whole;
        }
        *unit = whole == *seconds;
    }
    duration
}
