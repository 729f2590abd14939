//! Regular expressions as Prometheus writes and means them.

use std::error::Error;
use std::fmt;

use regex::Regex;

/// A regular expression of a rule or of a matcher, in the syntax of RE2. It has to match all of a text, and its
/// `.` matches every character, the end of a line too.
///
/// Matching takes time linear in the length of the text.
///
/// # Examples
/// ```
/// use prom_client_testkit::Pattern;
///
/// let pattern = Pattern::new(r"web-\d+")?;
/// assert!(pattern.is_match("web-12"));
/// assert!(!pattern.is_match("a web-12"));
///
/// let error = Pattern::new("web-(").unwrap_err();
/// assert_eq!(error.to_string(), "not a regular expression: `web-(`: unclosed group");
/// # Ok::<(), prom_client_testkit::PatternError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pattern {
    text: Box<str>,
    regex: Regex,
}

impl Pattern {
    /// Reads an expression.
    ///
    /// # Errors
    /// If it is none, or if it is so large that it would take more than ten megabytes.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let translated = translate(text);
        // On its own first: `a)|(b` would be one within the parentheses.
        let anchored =
            Regex::new(&translated).and_then(|_| Regex::new(&format!("^(?s:{translated})$")));
        match anchored {
            Ok(regex) => Ok(Self { text: text.into(), regex }),
            Err(error) => {
                let error = error.to_string();
                // The last line says what is wrong; those before it show the translation.
                let reason = error.lines().last().unwrap_or_default();
                let reason = reason.strip_prefix("error: ").unwrap_or(reason).into();
                Err(PatternError { text: text.into(), reason })
            }
        }
    }

    /// Whether it matches all of this text.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// What its groups match, if it matches all of this text.
    pub(crate) fn captures<'a>(&self, text: &'a str) -> Option<regex::Captures<'a>> {
        self.regex.captures(text)
    }

    /// The expression as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Pattern {
    /// Patterns are equal if they are written alike.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A text that is no regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    text: Box<str>,
    reason: Box<str>,
}

impl PatternError {
    /// What is wrong, without the expression.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a regular expression: `{}`: {}", self.text, self.reason)
    }
}

impl Error for PatternError {}

/// What RE2 means, in the syntax of the crate `regex`. It differs in this: digits, words and blanks are those of
/// ASCII, a bracket has no brackets and no operators in it, and `\Q` quotes up to `\E`.
fn translate(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // In a bracket: how many characters of it have been read, since `]` stands for itself at the begin.
    let mut bracket: Option<usize> = None;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match (c, bracket) {
            ('\\', _) => {
                let Some(escaped) = rest.chars().next() else {
                    out.push('\\');
                    break;
                };
                rest = &rest[escaped.len_utf8()..];
                bracket = bracket.map(|read| read + 1);
                match (escaped, bracket.is_some()) {
                    ('d', _) => out.push_str("[0-9]"),
                    ('D', _) => out.push_str("[^0-9]"),
                    ('w', _) => out.push_str("[0-9A-Za-z_]"),
                    ('W', _) => out.push_str("[^0-9A-Za-z_]"),
                    ('s', _) => out.push_str(r"[\t\n\f\r ]"),
                    ('S', _) => out.push_str(r"[^\t\n\f\r ]"),
                    ('b', false) => out.push_str(r"(?-u:\b)"),
                    ('Q', false) => {
                        let (quoted, after) = rest.split_once("\\E").unwrap_or((rest, ""));
                        out.push_str(&regex::escape(quoted));
                        rest = after;
                    }
                    _ => out.extend(['\\', escaped]),
                }
            }
            ('[', None) => {
                out.push('[');
                if let Some(after) = rest.strip_prefix('^') {
                    out.push('^');
                    rest = after;
                }
                bracket = Some(0);
            }
            (']', Some(1..)) => {
                out.push(']');
                bracket = None;
            }
            (']', Some(0)) => {
                out.push_str(r"\]");
                bracket = Some(1);
            }
            ('[', Some(read)) => {
                // A class such as `[:alpha:]`, or a plain bracket.
                match rest.strip_prefix(':').and_then(|class| class.split_once(":]")) {
                    Some((class, after)) => {
                        out.push_str("[:");
                        out.push_str(class);
                        out.push_str(":]");
                        rest = after;
                    }
                    None => out.push_str(r"\["),
                }
                bracket = Some(read + 1);
            }
            ('&' | '~', Some(read)) => {
                out.extend(['\\', c]);
                bracket = Some(read + 1);
            }
            (c, _) => {
                out.push(c);
                bracket = bracket.map(|read| read + 1);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_re2_means_is_what_is_matched() {
        for (pattern, yes, no) in [
            ("a|b", &["a", "b"][..], &["ab", "xa", ""][..]),
            ("", &[""], &["a"]),
            (".*", &["", "a\nb", "é"], &[]),
            (r"\d+", &["12"], &["٣", "1a"]),
            (r"\w", &["a", "_"], &["é", "-"]),
            (r"\W", &["é", "-"], &["a"]),
            (r"[\d.]+", &["1.2"], &["a", "٣"]),
            (r"[^\s]", &["a", "\u{a0}"], &[" "]),
            (r"\bé", &[], &["é"]),
            ("[[]", &["["], &["a"]),
            ("[]a]+", &["]a"], &["b"]),
            ("[^]a]", &["b"], &["]", "a"]),
            ("[a&&b]+", &["a", "&", "b"], &["c"]),
            ("[[:alpha:]~~]", &["x", "~"], &["1"]),
            (r"\Qa.b(\E+", &["a.b(", "a.b(("], &["axb("]),
            (r"\pL", &["é"], &["1"]),
            ("(?i)abc", &["aBc"], &["ab"]),
            ("(?P<n>x)", &["x"], &[]),
        ] {
            let compiled = Pattern::new(pattern).expect(pattern);
            for text in yes {
                assert!(compiled.is_match(text), "{pattern} {text}");
            }
            for text in no {
                assert!(!compiled.is_match(text), "{pattern} {text}");
            }
            assert_eq!(compiled.as_str(), pattern);
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for pattern in ["(", "a)", "a)|(b", "[", "*", r"\", r"a{2,1}", "(?<!a)b", r"(a)\1"] {
            Pattern::new(pattern).expect_err(pattern);
        }
    }
}
