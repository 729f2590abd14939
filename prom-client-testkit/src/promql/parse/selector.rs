//! Selectors, and what may follow an expression: ranges, subqueries, offsets, moments.

use super::{Deep, Parser};
use crate::model::{Labels, Matcher, Timestamp};
use crate::promql::token::{Keyword, TokenKind};
use crate::promql::{
    At, BinaryOp, Expr, ExprKind, Extended, MatrixSelector, ParseError, Place, Shift, Subquery,
    Text, VectorSelector, help,
};

impl Parser<'_> {
    /// The selector after this name, if there was one.
    pub(super) fn vector_selector(
        &mut self,
        name: Option<Place>,
    ) -> Result<Deep<Expr>, ParseError> {
        let start = name.unwrap_or(self.token.place);
        let mut matchers = Vec::new();
        if self.token.kind == TokenKind::LeftBrace {
            self.next()?;
            self.matchers(&mut matchers)?;
        }
        let place = start.to(self.last);
        let name = name.map(|name| Box::<str>::from(self.text(name)));
        if let Some(name) = &name {
            matchers.push(Matcher::equal(Labels::NAME, name.clone()));
        }
        let selector = VectorSelector { name, matchers, shift: Shift::default(), extended: None };
        Ok(Deep::leaf(Expr::new(ExprKind::Vector(selector), place)))
    }

    /// Matchers up to the brace after them.
    fn matchers(&mut self, matchers: &mut Vec<Matcher>) -> Result<(), ParseError> {
        while !self.take(TokenKind::RightBrace)? {
            matchers.push(self.matcher()?);
            match self.token.kind {
                TokenKind::Comma => {
                    self.next()?;
                }
                TokenKind::RightBrace => {}
                _ => return Err(self.unexpected_in("label matching", "\",\" or \"}\"")),
            }
        }
        Ok(())
    }

    fn matcher(&mut self) -> Result<Matcher, ParseError> {
        let start = self.token.place;
        let (name, quoted): (Box<str>, bool) = match self.token.kind {
            TokenKind::Identifier => (self.text(start).into(), false),
            TokenKind::String => {
                let text = self.string()?;
                (self.utf8(&text, start)?.into(), true)
            }
            _ => return Err(self.unexpected_in("label matching", "identifier or \"}\"")),
        };
        if !quoted {
            self.next()?;
        }
        let op = self.token.kind;
        match op {
            TokenKind::Assign
            | TokenKind::Op(BinaryOp::NotEqual)
            | TokenKind::Matches
            | TokenKind::MatchesNot => {}
            // Only a name stands alone.
            TokenKind::Comma | TokenKind::RightBrace if quoted => {
                return Ok(Matcher::equal(Labels::NAME, name));
            }
            _ if quoted => return Err(self.unexpected_in("label matching", "\",\" or \"}\"")),
            _ => return Err(self.unexpected_in("label matching", "label matching operator")),
        }
        self.next()?;
        if self.token.kind != TokenKind::String {
            return Err(self.unexpected_in("label matching", "string"));
        }
        let value_place = self.token.place;
        let text = self.string()?;
        let value = self.utf8(&text, value_place)?;
        match op {
            TokenKind::Assign => Ok(Matcher::equal(name, value)),
            TokenKind::Op(_) => Ok(Matcher::not_equal(name, value)),
            _ => Matcher::regex(name, value, op == TokenKind::Matches)
                .map_err(|why| self.fault(value_place, format!("error parsing regexp: {why}"))),
        }
    }

    /// A text as labels have them, which no other could ever match.
    fn utf8<'t>(&self, text: &'t Text, place: Place) -> Result<&'t str, ParseError> {
        let invalid = || self.fault(place, format!("no label is {text}, which is no UTF-8"));
        text.as_str().ok_or_else(invalid)
    }

    /// What follows an expression and belongs to it.
    pub(super) fn suffixes(&mut self, mut expr: Deep<Expr>) -> Result<Deep<Expr>, ParseError> {
        loop {
            match self.token.kind {
                TokenKind::LeftBracket => expr = self.bracket(expr)?,
                TokenKind::Keyword(Keyword::Offset) => self.offset(&mut expr.node)?,
                TokenKind::At => self.at(&mut expr.node)?,
                TokenKind::Keyword(Keyword::Anchored) => {
                    self.extended(&mut expr.node, Extended::Anchored)?;
                }
                TokenKind::Keyword(Keyword::Smoothed) => {
                    self.extended(&mut expr.node, Extended::Smoothed)?;
                }
                _ => return Ok(expr),
            }
        }
    }

    /// A range, or a range and a step.
    fn bracket(&mut self, expr: Deep<Expr>) -> Result<Deep<Expr>, ParseError> {
        let open = self.next()?.place;
        let context = ("subquery or range selector", "number, duration, step(), or range()");
        let range = self.positive_duration(context)?;
        if self.take(TokenKind::Colon)? {
            let expected = "number, duration, step(), range(), or \"]\"";
            let step = match self.token.kind {
                TokenKind::RightBracket => None,
                _ => Some(self.positive_duration(("subquery selector", expected))?),
            };
            if self.token.kind != TokenKind::RightBracket {
                return Err(self.unexpected_in("subquery selector", "\"]\""));
            }
            let place = expr.node.place.to(self.next()?.place);
            let shift = Shift::default();
            let subquery = Subquery { expr: expr.node, range, step, shift };
            let node = Expr::new(ExprKind::Subquery(subquery), place);
            return self.over(node, expr.depth, place);
        }
        if self.token.kind != TokenKind::RightBracket {
            return Err(self.unexpected_in("subquery or range", "\":\" or \"]\""));
        }
        let close = self.next()?.place;
        let place = expr.node.place.to(close);
        let message = match expr.node.kind {
            ExprKind::Vector(selector) if selector.shift.offset.is_some() => {
                "no offset modifiers allowed before range"
            }
            ExprKind::Vector(selector) if selector.shift.at.is_some() => {
                "no @ modifiers allowed before range"
            }
            ExprKind::Vector(selector) => {
                let matrix = MatrixSelector { selector, range };
                return Ok(Deep::leaf(Expr::new(ExprKind::Matrix(matrix), place)));
            }
            _ => "ranges only allowed for vector selectors",
        };
        Err(self.fault(open.to(close), message))
    }

    fn offset(&mut self, expr: &mut Expr) -> Result<(), ParseError> {
        self.next()?;
        let offset = self.offset_duration()?;
        let Some(shift) = shift(expr) else {
            let message = "offset modifier must be preceded by an instant vector selector or range \
                           vector selector or a subquery";
            return Err(self.fault(expr.place, message));
        };
        if shift.offset.is_some() {
            return Err(self.fault(expr.place, "offset may not be set multiple times"));
        }
        shift.offset = Some(offset).filter(|offset| offset.literal() != Some(0.0));
        expr.place = expr.place.to(self.last);
        Ok(())
    }

    fn at(&mut self, expr: &mut Expr) -> Result<(), ParseError> {
        self.next()?;
        let at = match self.token.kind {
            TokenKind::Keyword(word @ (Keyword::Start | Keyword::End)) => {
                self.next()?;
                for paren in [TokenKind::LeftParen, TokenKind::RightParen] {
                    if !self.take(paren)? {
                        return Err(self.unexpected_in("@", "timestamp"));
                    }
                }
                if word == Keyword::Start { At::Start } else { At::End }
            }
            _ => At::Time(self.timestamp(expr.place)?),
        };
        let Some(shift) = shift(expr) else {
            let message = "@ modifier must be preceded by an instant vector selector or range vector \
                           selector or a subquery";
            return Err(self.fault(expr.place, message));
        };
        if shift.at.is_some() {
            return Err(self.fault(expr.place, "@ <timestamp> may not be set multiple times"));
        }
        shift.at = Some(at);
        expr.place = expr.place.to(self.last);
        Ok(())
    }

    /// A moment in seconds.
    fn timestamp(&mut self, of: Place) -> Result<Timestamp, ParseError> {
        let negative = self.token.kind == TokenKind::Op(BinaryOp::Sub);
        if negative || self.token.kind == TokenKind::Op(BinaryOp::Add) {
            self.next()?;
        }
        if !matches!(self.token.kind, TokenKind::Number | TokenKind::Duration) {
            return Err(self.unexpected_in("@", "timestamp"));
        }
        let number = self.number()?.value;
        let seconds = if negative { -number } else { number };
        let millis = (seconds * 1000.0).round();
        // What is not a number is not below it either.
        if millis.abs() < 9_223_372_036_854_775_808.0 {
            #[expect(clippy::cast_possible_truncation, reason = "it is in range")]
            return Ok(Timestamp::from_millis(millis as i64));
        }
        let shown = match seconds {
            seconds if seconds == f64::INFINITY => "+Inf".to_owned(),
            seconds if seconds == f64::NEG_INFINITY => "-Inf".to_owned(),
            seconds if seconds.is_nan() => "NaN".to_owned(),
            seconds => format!("{seconds:.6}"),
        };
        Err(self.fault(of, format!("timestamp out of bounds for @ modifier: {shown}")))
    }

    fn extended(&mut self, expr: &mut Expr, extended: Extended) -> Result<(), ParseError> {
        let word = self.next()?.place;
        let name = match extended {
            Extended::Anchored => "anchored",
            Extended::Smoothed => "smoothed",
        };
        if !self.dialect.extended_selectors {
            let message = format!("{name} modifier is experimental and not enabled");
            let fault = self.fault(expr.place.to(word), message);
            return Err(fault.with_help(help::experiment("promql-extended-range-selectors")));
        }
        let selector = match &mut expr.kind {
            ExprKind::Vector(selector) => selector,
            ExprKind::Matrix(matrix) => &mut matrix.selector,
            ExprKind::Subquery(_) => {
                let message = format!("{name} modifier is not supported for subqueries");
                return Err(self.fault(expr.place, message));
            }
            _ => {
                return Err(self.fault(expr.place, format!("{name} modifier not implemented")));
            }
        };
        if selector.extended.is_some_and(|other| other != extended) {
            let message = "anchored and smoothed modifiers cannot be used together";
            return Err(self.fault(expr.place, message));
        }
        selector.extended = Some(extended);
        expr.place = expr.place.to(word);
        Ok(())
    }
}

/// Which moment an expression looks at, if it may be told.
fn shift(expr: &mut Expr) -> Option<&mut Shift> {
    match &mut expr.kind {
        ExprKind::Vector(selector) => Some(&mut selector.shift),
        ExprKind::Matrix(matrix) => Some(&mut matrix.selector.shift),
        ExprKind::Subquery(subquery) => Some(&mut subquery.shift),
        _ => None,
    }
}
