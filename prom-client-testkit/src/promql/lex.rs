//! Finds the words of a query, one after the other.

use super::error::ParseError;
use super::text::quote;
use super::token::{Keyword, Token, TokenKind};
use super::{BinaryOp, Place};

/// A query, and how far it has been read.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    query: &'a str,
    at: usize,
    within: Within,
    /// Where the parentheses were opened that have not been closed.
    parens: Vec<usize>,
}

/// What has been opened last of that in which other words are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Nothing,
    Braces { from: usize },
    Brackets { from: usize },
}

impl<'a> Lexer<'a> {
    pub(super) fn new(query: &'a str) -> Self {
        Self { query, at: 0, within: Within::Nothing, parens: Vec::new() }
    }

    pub(super) fn query(&self) -> &'a str {
        self.query
    }

    /// The next word.
    pub(super) fn next(&mut self) -> Result<Token, ParseError> {
        self.skip();
        let start = self.at;
        let kind = match self.peek() {
            None => self.end()?,
            Some(c) => match self.within {
                Within::Nothing => self.word(c)?,
                Within::Braces { .. } => self.word_in_braces(c)?,
                Within::Brackets { .. } => self.word_in_brackets(c)?,
            },
        };
        Ok(Token { kind, place: Place { start, end: self.at } })
    }

    fn rest(&self) -> &'a str {
        &self.query[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes blanks and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest().trim_start_matches([' ', '\t', '\n', '\r']);
            self.at = self.query.len() - rest.len();
            if !rest.starts_with('#') {
                return;
            }
            self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
        }
    }

    /// A mistake between this place and where the lexer is.
    fn fault(&self, start: usize, message: impl Into<String>) -> ParseError {
        ParseError::new(self.query, Place { start, end: self.at }, message.into())
    }

    /// A mistake in the next character.
    fn wrong(&self, c: char, message: &str) -> ParseError {
        let place = Place { start: self.at, end: self.at + c.len_utf8() };
        ParseError::new(self.query, place, format!("{message} {}", quoted(c)))
    }

    fn take(&mut self, length: usize, kind: TokenKind) -> TokenKind {
        self.at += length;
        kind
    }

    /// Nothing follows, and nothing may be open.
    fn end(&self) -> Result<TokenKind, ParseError> {
        let opened = |at| Place { start: at, end: at + 1 };
        let (place, message) = match (self.within, self.parens.last()) {
            (Within::Braces { from }, _) => (opened(from), "unexpected end of input inside braces"),
            (_, Some(from)) => (opened(*from), "unclosed left parenthesis"),
            (Within::Brackets { from }, _) => (opened(from), "unclosed left bracket"),
            (Within::Nothing, None) => return Ok(TokenKind::End),
        };
        Err(ParseError::new(self.query, place, message.to_owned()))
    }

    fn word(&mut self, c: char) -> Result<TokenKind, ParseError> {
        let second = self.rest().as_bytes().get(1).copied();
        let op = |lexer: &mut Self, length, op| lexer.take(length, TokenKind::Op(op));
        Ok(match (c, second) {
            ('=', Some(b'=')) => op(self, 2, BinaryOp::Equal),
            ('=', Some(b'~')) => return Err(self.wrong_second("after '='")),
            ('=', _) => self.take(1, TokenKind::Assign),
            ('!', Some(b'=')) => op(self, 2, BinaryOp::NotEqual),
            ('!', _) => return Err(self.wrong_second("after '!'")),
            ('<', Some(b'=')) => op(self, 2, BinaryOp::LessOrEqual),
            ('<', Some(b'/')) => op(self, 2, BinaryOp::TrimUpper),
            ('<', _) => op(self, 1, BinaryOp::Less),
            ('>', Some(b'=')) => op(self, 2, BinaryOp::GreaterOrEqual),
            ('>', Some(b'/')) => op(self, 2, BinaryOp::TrimLower),
            ('>', _) => op(self, 1, BinaryOp::Greater),
            ('{', _) => {
                self.within = Within::Braces { from: self.at };
                self.take(1, TokenKind::LeftBrace)
            }
            ('[', _) => {
                self.within = Within::Brackets { from: self.at };
                self.take(1, TokenKind::LeftBracket)
            }
            (']', _) => return Err(self.wrong(c, "unexpected right bracket")),
            ('@', _) => self.take(1, TokenKind::At),
            ('"' | '\'' | '`', _) => self.string(c)?,
            ('0'..='9', _) | ('.', Some(b'0'..=b'9')) => self.number()?,
            (c, _) if is_letter(c) || c == ':' => self.name(),
            (c, _) => match self.arithmetic(c)? {
                Some(kind) => kind,
                None => return Err(self.wrong(c, "unexpected character:")),
            },
        })
    }

    /// What outside of brackets and in them means the same.
    fn arithmetic(&mut self, c: char) -> Result<Option<TokenKind>, ParseError> {
        let kind = match c {
            '+' => TokenKind::Op(BinaryOp::Add),
            '-' => TokenKind::Op(BinaryOp::Sub),
            '*' => TokenKind::Op(BinaryOp::Mul),
            '/' => TokenKind::Op(BinaryOp::Div),
            '%' => TokenKind::Op(BinaryOp::Mod),
            '^' => TokenKind::Op(BinaryOp::Pow),
            ',' => TokenKind::Comma,
            '(' => {
                self.parens.push(self.at);
                TokenKind::LeftParen
            }
            ')' => match self.parens.pop() {
                Some(_) => TokenKind::RightParen,
                None => {
                    let place = Place { start: self.at, end: self.at + 1 };
                    let message = "unexpected right parenthesis ')'".to_owned();
                    return Err(ParseError::new(self.query, place, message));
                }
            },
            _ => return Ok(None),
        };
        Ok(Some(self.take(1, kind)))
    }

    fn word_in_braces(&mut self, c: char) -> Result<TokenKind, ParseError> {
        let second = self.rest().as_bytes().get(1).copied();
        Ok(match (c, second) {
            ('=', Some(b'~')) => self.take(2, TokenKind::Matches),
            ('=', _) => self.take(1, TokenKind::Assign),
            ('!', Some(b'~')) => self.take(2, TokenKind::MatchesNot),
            ('!', Some(b'=')) => self.take(2, TokenKind::Op(BinaryOp::NotEqual)),
            ('!', _) => return Err(self.wrong_second("after '!' inside braces")),
            (',', _) => self.take(1, TokenKind::Comma),
            ('}', _) => {
                self.within = Within::Nothing;
                self.take(1, TokenKind::RightBrace)
            }
            ('"' | '\'' | '`', _) => self.string(c)?,
            ('{', _) => return Err(self.wrong(c, "unexpected left brace")),
            (c, _) if is_letter(c) => {
                let rest = self.rest();
                let length = rest.find(|c| !is_alphanumeric(c)).unwrap_or(rest.len());
                self.take(length, TokenKind::Identifier)
            }
            (c, _) => return Err(self.wrong(c, "unexpected character inside braces:")),
        })
    }

    fn word_in_brackets(&mut self, c: char) -> Result<TokenKind, ParseError> {
        if let Some(kind) = self.arithmetic(c)? {
            return Ok(kind);
        }
        let rest = self.rest();
        let second = rest.as_bytes().get(1).copied();
        Ok(match (c, second) {
            (':', _) => self.take(1, TokenKind::Colon),
            (']', _) => {
                self.within = Within::Nothing;
                self.take(1, TokenKind::RightBracket)
            }
            ('0'..='9', _) | ('.', Some(b'0'..=b'9')) => self.number()?,
            (c, _) => {
                let length = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
                let kind = TokenKind::of_word(&rest[..length]);
                match kind {
                    TokenKind::Keyword(
                        Keyword::Step | Keyword::Range | Keyword::MinOf | Keyword::MaxOf,
                    ) => self.take(length, kind),
                    _ => return Err(self.wrong(c, "unexpected character in duration expression:")),
                }
            }
        })
    }

    /// A mistake in the character after the next, which is of one byte and shown with it.
    fn wrong_second(&self, place: &str) -> ParseError {
        let Some(c) = self.rest()[1..].chars().next() else {
            let place = Place { start: self.at, end: self.at + 1 };
            return ParseError::new(self.query, place, "unexpected end of input".to_owned());
        };
        let message = format!("unexpected character {place}: {}", quoted(c));
        let place = Place { start: self.at, end: self.at + 1 + c.len_utf8() };
        ParseError::new(self.query, place, message)
    }

    /// A word of letters, digits and colons.
    fn name(&mut self) -> TokenKind {
        let rest = self.rest();
        let length = rest.find(|c| !is_alphanumeric(c) && c != ':').unwrap_or(rest.len());
        let kind = TokenKind::of_word(&rest[..length]);
        let after = rest[length..].trim_start_matches([' ', '\t', '\n', '\r']);
        let fills = matches!(
            kind,
            TokenKind::Keyword(Keyword::Fill | Keyword::FillLeft | Keyword::FillRight)
        );
        // These became words of the language when there were metrics of that name already.
        let kind = if fills && !after.starts_with('(') { TokenKind::Identifier } else { kind };
        self.take(length, kind)
    }

    fn string(&mut self, quote: char) -> Result<TokenKind, ParseError> {
        let rest = self.rest();
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            if escaped {
                escaped = false;
            } else if c == quote {
                return Ok(self.take(at + 1, TokenKind::String));
            } else if quote != '`' && c == '\\' {
                escaped = true;
            }
            if quote != '`' && c == '\n' {
                break;
            }
        }
        let start = self.at;
        self.at += rest.find('\n').filter(|_| quote != '`').unwrap_or(rest.len());
        let kind = if quote == '`' { "raw" } else { "quoted" };
        Err(self.fault(start, format!("unterminated {kind} string")))
    }

    /// A number, or a duration, which begins with one.
    fn number(&mut self) -> Result<TokenKind, ParseError> {
        let start = self.at;
        let well_formed = self.pass_number();
        if well_formed && !self.peek().is_some_and(is_alphanumeric) {
            return Ok(TokenKind::Number);
        }
        if well_formed {
            if self.pass_units() {
                return Ok(TokenKind::Duration);
            }
        } else if self.peek().is_some_and(|c| is_alphanumeric(c) || c == '.') {
            // The character that it goes wrong at.
            self.at += 1;
        }
        let message = format!("bad number or duration syntax: {:?}", &self.query[start..self.at]);
        Err(self.fault(start, message))
    }

    fn pass(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = self.rest().as_bytes();
        self.at += rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len());
    }

    fn pass_one(&mut self, wanted: &[u8]) -> bool {
        let found = self.rest().bytes().next().is_some_and(|byte| wanted.contains(&byte));
        self.at += usize::from(found);
        found
    }

    /// Passes what looks like a number, and says whether it could be one.
    fn pass_number(&mut self) -> bool {
        if self.pass_one(b"0") && self.pass_one(b"xX") {
            self.pass(|byte| byte.is_ascii_hexdigit() || byte == b'_');
            return !self.rest().starts_with('.');
        }
        let digits = |byte: u8| byte.is_ascii_digit() || byte == b'_';
        self.pass(digits);
        if self.pass_one(b".") {
            self.pass(digits);
            if self.rest().starts_with('.') {
                return false;
            }
        }
        if self.pass_one(b"eE") {
            self.pass_one(b"+-");
            self.pass(digits);
            if self.query.as_bytes()[self.at - 1].is_ascii_digit() {
                return !self.rest().starts_with(['.', 'e', 'E']);
            }
            return false;
        }
        true
    }

    /// Passes the units of a duration, and the numbers between them.
    fn pass_units(&mut self) -> bool {
        let mut units: &[u8] = b"smhdwy";
        loop {
            if !self.pass_one(units) {
                return false;
            }
            self.pass_one(b"s");
            // Years come first.
            units = b"smhdw";
            if !self.peek().is_some_and(|c| c.is_ascii_digit()) {
                let more = self.peek().is_some_and(is_alphanumeric);
                self.at += usize::from(more);
                return !more;
            }
            self.pass(|byte| byte.is_ascii_digit());
        }
    }
}

/// A character as Go's `%q` shows it.
fn quoted(c: char) -> String {
    if c == '\'' {
        return r"'\''".to_owned();
    }
    let mut text = String::new();
    let _ = quote(c.encode_utf8(&mut [0; 4]).as_bytes(), &mut text);
    let inside = &text[1..text.len() - 1];
    format!("'{}'", if c == '"' { "\"" } else { inside })
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_alphanumeric(c: char) -> bool {
    is_letter(c) || c.is_ascii_digit()
}
