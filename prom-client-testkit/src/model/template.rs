//! Texts with `$1` and `${name}` in them.

use regex::Captures;

/// What the groups of a match are put into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(Box<[Piece]>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(Box<str>),
    Number(usize),
    Name(Box<str>),
}

impl Template {
    /// Every text is a template: a `$` that names nothing stands for itself, and `$$` for one `$`.
    ///
    /// The name after `$` is as long as it can be, so that `$1x` is the group called `1x` and not the first one.
    pub(crate) fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            plain.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                plain.push('$');
                rest = after;
                continue;
            }
            let Some((name, after)) = name(rest) else {
                plain.push('$');
                continue;
            };
            rest = after;
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain).into()));
            }
            pieces.push(match number(name) {
                Some(number) => Piece::Number(number),
                None => Piece::Name(name.into()),
            });
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain.into()));
        }
        Self(pieces.into())
    }

    /// The text with these groups in it. A group that does not exist, or took no part, is empty.
    pub(crate) fn expand(&self, captures: &Captures<'_>) -> String {
        self.pieces(captures).collect()
    }

    /// How many bytes that has.
    #[cfg(feature = "promql")]
    pub(crate) fn length(&self, captures: &Captures<'_>) -> usize {
        self.pieces(captures).map(str::len).fold(0, usize::saturating_add)
    }

    fn pieces<'a>(&'a self, captures: &'a Captures<'_>) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Number(number) => captures.get(*number).map_or("", |group| group.as_str()),
            Piece::Name(name) => captures.name(name).map_or("", |group| group.as_str()),
        })
    }
}

/// The name of a group at the begin of a text, bare or in braces, and what follows it.
fn name(text: &str) -> Option<(&str, &str)> {
    let of_name = |c: char| c.is_alphabetic() || c.is_numeric() || c == '_';
    let (inside, in_braces) = text.strip_prefix('{').map_or((text, false), |text| (text, true));
    let end = inside.find(|c| !of_name(c)).unwrap_or(inside.len());
    let (name, after) = inside.split_at(end);
    let after = if in_braces { after.strip_prefix('}')? } else { after };
    (!name.is_empty()).then_some((name, after))
}

/// A name that is a number, without zeros before it.
fn number(name: &str) -> Option<usize> {
    let digits =
        name.bytes().all(|b| b.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    digits.then(|| name.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    #[test]
    fn groups_are_put_where_they_are_named() {
        let regex = Regex::new("^(a+)(?P<rest>.*?)(z)?$").expect("an expression");
        let captures = regex.captures("aab").expect("it matches");
        for (template, expected) in [
            ("", ""),
            ("x", "x"),
            ("$1", "aa"),
            ("$0-$1-$2-$3-$4", "aab-aa-b--"),
            ("${1}x", "aax"),
            ("$1x", ""),
            ("$1_", ""),
            ("$1-x", "aa-x"),
            ("$rest:${rest}", "b:b"),
            ("$$1", "$1"),
            ("$", "$"),
            ("a$", "a$"),
            ("$-", "$-"),
            ("${", "${"),
            ("${}", "${}"),
            ("${1", "${1"),
            ("${re st}", "${re st}"),
            ("$01", ""),
            ("é$1é", "é"),
            ("$99999999999999999999999", ""),
        ] {
            assert_eq!(Template::new(template).expand(&captures), expected, "{template}");
        }
    }
}
