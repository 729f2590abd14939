//! What takes arguments in parentheses: functions and aggregations; and lists of labels.

use super::{Deep, Parser, deepest};
use crate::promql::text::quote;
use crate::promql::token::{Keyword, TokenKind};
use crate::promql::{
    Aggregate, AggregateOp, BinaryOp, Call, Cardinality, Expr, ExprKind, Function, Grouping,
    Matching, ParseError, Place, help,
};

impl Parser<'_> {
    /// A call of the function of this name, whose parenthesis is in view.
    pub(super) fn call(&mut self, name: Place) -> Result<Deep<Expr>, ParseError> {
        let (args, depth) = self.args()?;
        self.called(name, args, depth)
    }

    fn called(&self, name: Place, args: Vec<Expr>, depth: usize) -> Result<Deep<Expr>, ParseError> {
        let place = name.to(self.last);
        let text = self.text(name);
        let Some(function) = Function::by_name(text) else {
            let fault = self.fault(name, format!("unknown function with name {text:?}"));
            return Err(fault.with_help(help::unknown_function(text)));
        };
        if function.signature().experimental && !self.dialect.functions {
            let fault = self.fault(name, format!("function {text:?} is not enabled"));
            return Err(fault.with_help(help::experiment("promql-experimental-functions")));
        }
        self.over(Expr::new(ExprKind::Call(Call { function, args }), place), depth, place)
    }

    /// An aggregation after its name.
    pub(super) fn aggregate(
        &mut self,
        op: AggregateOp,
        name: Place,
    ) -> Result<Deep<Expr>, ParseError> {
        self.aggregations += 1;
        let before = self.grouping()?;
        if self.token.kind != TokenKind::LeftParen {
            return Err(self.unexpected());
        }
        let (args, depth) = self.args()?;
        let grouping = match before {
            Some(grouping) => grouping,
            None => self.grouping()?.unwrap_or_default(),
        };
        self.aggregations -= 1;
        self.aggregated(op, name.to(self.last), grouping, args, depth)
    }

    fn aggregated(
        &self,
        op: AggregateOp,
        place: Place,
        grouping: Grouping,
        args: Vec<Expr>,
        depth: usize,
    ) -> Result<Deep<Expr>, ParseError> {
        let (parameter, expr) = self.aggregate_args(op, args, place)?;
        let aggregate = Aggregate { op, parameter, expr, grouping };
        self.over(Expr::new(ExprKind::Aggregate(aggregate), place), depth, place)
    }

    /// The parameter of an aggregation, and what is aggregated.
    fn aggregate_args(
        &self,
        op: AggregateOp,
        args: Vec<Expr>,
        place: Place,
    ) -> Result<(Option<Box<Expr>>, Box<Expr>), ParseError> {
        if args.is_empty() {
            let message = "no arguments for aggregate expression provided";
            return Err(self.fault(place, message));
        }
        if op.is_experimental() && !self.dialect.functions {
            let flag = "--enable-feature=promql-experimental-functions";
            let message = format!("{op}() is experimental and must be enabled with {flag}");
            return Err(self.fault(place, message));
        }
        let (given, wanted) = (args.len(), 1 + usize::from(op.parameter().is_some()));
        let wrong = || {
            let what = "wrong number of arguments for aggregate expression provided";
            self.fault(place, format!("{what}, expected {wanted}, got {given}"))
        };
        let mut args = args.into_iter().map(Box::new);
        let parameter = op.parameter().and_then(|_| args.next());
        match (args.next(), args.next()) {
            (Some(expr), None) => Ok((parameter, expr)),
            _ => Err(wrong()),
        }
    }

    /// Arguments with the parentheses around them, and how deep the deepest is.
    fn args(&mut self) -> Result<(Vec<Expr>, usize), ParseError> {
        self.next()?;
        let mut args = Vec::new();
        let mut depth = 0;
        if self.take(TokenKind::RightParen)? {
            return Ok((args, depth));
        }
        loop {
            let arg = self.expr(0)?;
            depth = deepest([depth, arg.depth]);
            args.push(*arg.node);
            match self.token.kind {
                TokenKind::Comma => {
                    let comma = self.next()?.place;
                    if matches!(self.token.kind, TokenKind::RightParen | TokenKind::Comma) {
                        let message = "trailing commas not allowed in function call args";
                        return Err(self.fault(comma, message));
                    }
                }
                TokenKind::RightParen => {
                    self.next()?;
                    return Ok((args, depth));
                }
                _ => return Err(self.unexpected()),
            }
        }
    }

    /// `by (..)` or `without (..)`, if it is there.
    fn grouping(&mut self) -> Result<Option<Grouping>, ParseError> {
        let TokenKind::Keyword(word @ (Keyword::By | Keyword::Without)) = self.token.kind else {
            return Ok(None);
        };
        self.next()?;
        Ok(Some(Grouping { without: word == Keyword::Without, labels: self.label_list()? }))
    }

    /// `group_left` or `group_right` and its labels, if it is there.
    pub(super) fn group(&mut self, matching: &mut Matching) -> Result<(), ParseError> {
        matching.cardinality = match self.token.kind {
            TokenKind::Keyword(Keyword::GroupLeft) => Cardinality::ManyToOne,
            TokenKind::Keyword(Keyword::GroupRight) => Cardinality::OneToMany,
            _ => return Ok(()),
        };
        self.next()?;
        if self.token.kind == TokenKind::LeftParen {
            matching.include = self.label_list()?;
        }
        Ok(())
    }

    /// Values for missing series, if they are there: `fill` once, or one of each other.
    pub(super) fn fill(&mut self, matching: &mut Matching) -> Result<(), ParseError> {
        if self.take(TokenKind::Keyword(Keyword::Fill))? {
            let value = self.fill_value()?;
            (matching.fill_left, matching.fill_right) = (Some(value), Some(value));
            return Ok(());
        }
        loop {
            let (side, of_side) = match self.token.kind {
                TokenKind::Keyword(word @ Keyword::FillLeft) => (&mut matching.fill_left, word),
                TokenKind::Keyword(word @ Keyword::FillRight) => (&mut matching.fill_right, word),
                _ => return Ok(()),
            };
            if side.is_some() {
                return Err(self.unexpected());
            }
            self.take(TokenKind::Keyword(of_side))?;
            *side = Some(self.fill_value()?);
        }
    }

    fn fill_value(&mut self) -> Result<f64, ParseError> {
        // The lexer has made sure of the parenthesis.
        self.next()?;
        let negative = self.token.kind == TokenKind::Op(BinaryOp::Sub);
        if negative || self.token.kind == TokenKind::Op(BinaryOp::Add) {
            self.next()?;
        }
        if !matches!(self.token.kind, TokenKind::Number | TokenKind::Duration) {
            return Err(self.unexpected());
        }
        let value = self.number()?.value;
        if !self.take(TokenKind::RightParen)? {
            return Err(self.unexpected());
        }
        Ok(if negative { -value } else { value })
    }

    /// Labels with the parentheses around them.
    pub(super) fn label_list(&mut self) -> Result<Vec<Box<str>>, ParseError> {
        if !self.take(TokenKind::LeftParen)? {
            return Err(self.unexpected_in("grouping opts", "\"(\""));
        }
        let mut labels = Vec::new();
        while !self.take(TokenKind::RightParen)? {
            labels.push(self.label()?);
            match self.token.kind {
                TokenKind::Comma => {
                    self.next()?;
                }
                TokenKind::RightParen => {}
                _ => return Err(self.unexpected_in("grouping opts", "\",\" or \")\"")),
            }
        }
        Ok(labels)
    }

    fn label(&mut self) -> Result<Box<str>, ParseError> {
        let place = self.token.place;
        if self.token.kind == TokenKind::String {
            let text = self.string()?;
            return match text.as_str() {
                Some(name) if !name.is_empty() => Ok(name.into()),
                _ => {
                    let mut message = "invalid label name for grouping: ".to_owned();
                    quote(text.as_bytes(), &mut message).expect("a `String` takes everything");
                    Err(self.fault(place, message))
                }
            };
        }
        if !self.token.kind.names_label() {
            return Err(self.unexpected_in("grouping opts", "label"));
        }
        self.next()?;
        Ok(self.text(place).into())
    }
}
