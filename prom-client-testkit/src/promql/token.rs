//! The words of the language, and what they are called in messages.

use super::text::quote;
use super::{AggregateOp, BinaryOp, Place};

/// A word of a query, and where it stood.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// The end of the query.
    End,
    Comma,
    Colon,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    /// `=`
    Assign,
    /// `=~`
    Matches,
    /// `!~`
    MatchesNot,
    /// `@`
    At,
    Op(BinaryOp),
    Aggregate(AggregateOp),
    Keyword(Keyword),
    Number,
    Duration,
    String,
    /// A name without a colon.
    Identifier,
    /// A name with a colon.
    MetricIdentifier,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Anchored,
    Bool,
    By,
    End,
    Fill,
    FillLeft,
    FillRight,
    GroupLeft,
    GroupRight,
    Ignoring,
    MaxOf,
    MinOf,
    Offset,
    On,
    Range,
    Smoothed,
    Start,
    Step,
    Without,
}

/// The longest word that is no name.
const LONGEST: usize = 12;

impl TokenKind {
    /// What a word is, in letters of any case.
    pub(super) fn of_word(word: &str) -> Self {
        if word.contains(':') {
            return Self::MetricIdentifier;
        }
        if word.len() > LONGEST {
            return Self::Identifier;
        }
        Self::of_lowercase(&word.to_ascii_lowercase())
    }

    fn of_lowercase(word: &str) -> Self {
        if let Some(op) = AggregateOp::ALL.into_iter().find(|op| op.name() == word) {
            return Self::Aggregate(op);
        }
        let keyword = match word {
            "and" => return Self::Op(BinaryOp::And),
            "or" => return Self::Op(BinaryOp::Or),
            "unless" => return Self::Op(BinaryOp::Unless),
            "atan2" => return Self::Op(BinaryOp::Atan2),
            "inf" | "nan" => return Self::Number,
            "anchored" => Keyword::Anchored,
            "bool" => Keyword::Bool,
            "by" => Keyword::By,
            "end" => Keyword::End,
            "fill" => Keyword::Fill,
            "fill_left" => Keyword::FillLeft,
            "fill_right" => Keyword::FillRight,
            "group_left" => Keyword::GroupLeft,
            "group_right" => Keyword::GroupRight,
            "ignoring" => Keyword::Ignoring,
            "max_of" => Keyword::MaxOf,
            "min_of" => Keyword::MinOf,
            "offset" => Keyword::Offset,
            "on" => Keyword::On,
            "range" => Keyword::Range,
            "smoothed" => Keyword::Smoothed,
            "start" => Keyword::Start,
            "step" => Keyword::Step,
            "without" => Keyword::Without,
            _ => return Self::Identifier,
        };
        Self::Keyword(keyword)
    }

    /// Whether the word may be the name of a metric where an expression begins.
    pub(super) fn names_metric(self) -> bool {
        match self {
            Self::Identifier | Self::MetricIdentifier | Self::Aggregate(_) => true,
            Self::Op(op) => op.is_set(),
            Self::Keyword(keyword) => !matches!(
                keyword,
                Keyword::Bool
                    | Keyword::On
                    | Keyword::Ignoring
                    | Keyword::GroupLeft
                    | Keyword::GroupRight
            ),
            _ => false,
        }
    }

    /// Whether the word may be the name of a label in a list.
    pub(super) fn names_label(self) -> bool {
        match self {
            Self::Op(op) => op.is_set() || op == BinaryOp::Atan2,
            Self::Keyword(keyword) => keyword != Keyword::Without,
            _ => self.names_metric(),
        }
    }

    /// What the word is called in a message, in the words of the reference.
    pub(super) fn describe(self, text: &str) -> String {
        let quoted = |prefix: &str| {
            let mut out = prefix.to_owned();
            let shown = text.char_indices().nth(10).map_or(text, |(at, _)| &text[..at]);
            let named = matches!(self, Self::Identifier | Self::MetricIdentifier);
            let cut = !named && text.len() > 10;
            let shown = if cut { shown } else { text };
            quote(shown.as_bytes(), &mut out).expect("a `String` takes everything");
            if cut {
                out.push_str("...");
            }
            out
        };
        match self {
            Self::End => "end of input".to_owned(),
            Self::Op(_) | Self::Matches | Self::MatchesNot | Self::At => format!("<op:{text}>"),
            Self::Aggregate(_) => format!("<aggr:{text}>"),
            Self::Keyword(
                Keyword::Start
                | Keyword::End
                | Keyword::Step
                | Keyword::Range
                | Keyword::MaxOf
                | Keyword::MinOf,
            ) => quoted(""),
            Self::Keyword(_) => format!("<{text}>"),
            Self::Number => quoted("number "),
            Self::Duration => quoted("duration "),
            Self::String => quoted("string "),
            Self::Identifier => quoted("identifier "),
            Self::MetricIdentifier => quoted("metric identifier "),
            _ => quoted(""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_in_any_case() {
        for (word, kind) in [
            ("sum", TokenKind::Aggregate(AggregateOp::Sum)),
            ("Count_Values", TokenKind::Aggregate(AggregateOp::CountValues)),
            ("AND", TokenKind::Op(BinaryOp::And)),
            ("NaN", TokenKind::Number),
            ("Group_Left", TokenKind::Keyword(Keyword::GroupLeft)),
            ("rate", TokenKind::Identifier),
            ("job:rate", TokenKind::MetricIdentifier),
            ("sum:", TokenKind::MetricIdentifier),
        ] {
            assert_eq!(TokenKind::of_word(word), kind, "{word}");
        }
        let longest = AggregateOp::ALL.into_iter().map(|op| op.name().len()).max();
        assert_eq!(longest, Some(LONGEST));
    }

    #[test]
    fn words_are_described() {
        for (kind, text, described) in [
            (TokenKind::End, "", "end of input"),
            (TokenKind::Op(BinaryOp::And), "AND", "<op:AND>"),
            (TokenKind::Keyword(Keyword::By), "by", "<by>"),
            (TokenKind::Keyword(Keyword::Start), "start", r#""start""#),
            (TokenKind::Comma, ",", r#"",""#),
            (TokenKind::Identifier, "a_long_identifier", r#"identifier "a_long_identifier""#),
            (TokenKind::String, r#""0123456789""#, r#"string "\"012345678"..."#),
            (TokenKind::String, "'é'", r#"string "'é'""#),
        ] {
            assert_eq!(kind.describe(text), described);
        }
    }
}
