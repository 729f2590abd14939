//! Regular expressions as Prometheus writes and means them.

use std::error::Error;
use std::fmt;

use regex::Regex;

use super::re2::translate;

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
        let wrong = |reason: &str| PatternError { text: text.into(), reason: reason.into() };
        let translated = translate(text).map_err(|reason| wrong(&reason))?;
        // On its own first: `a)|(b` would be one within the parentheses.
        let anchored =
            Regex::new(&translated).and_then(|_| Regex::new(&format!("^(?s:{translated})$")));
        let regex = anchored.map_err(|error| {
            let error = error.to_string();
            // The last line says what is wrong; those before it show the translation.
            let reason = error.lines().last().unwrap_or_default();
            wrong(reason.strip_prefix("error: ").unwrap_or(reason))
        })?;
        Ok(Self { text: text.into(), regex })
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
            // What does not count stands for itself.
            ("/users/{id}", &["/users/{id}"], &["/users/id"]),
            ("{", &["{"], &["a"]),
            ("a{,3}", &["a{,3}"], &["aa", ""]),
            ("a{01}", &["a{01}"], &["a"]),
            ("a{2}{", &["aa{"], &["aa"]),
            (r"\<a\>\_\@", &["<a>_@"], &["a_@"]),
            (r"\101\0[\60-\071]+", &["A\x005"], &["101"]),
            (r"\x{41}{2}\x42[\x43\pN]", &["AABC", "AAB1"], &["AAB"]),
            (r"\b{a}", &[], &["a"]),
            ("[a~-]+", &["~-a"], &["b"]),
            ("[!--]+", &["#-"], &["a", "."]),
            (r"[\]\[\d]+", &["[1]"], &["a"]),
            (r"\p{^Greek}+", &["a"], &["α"]),
            (r"\P{^Greek}+", &["α"], &["a"]),
            ("(?)a", &["a"], &[""]),
            ("(?i-s:A.)", &["ab"], &["a\n"]),
            ("a*?b+", &["b", "aab"], &["a"]),
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
        for pattern in [
            "(",
            "a)",
            "a)|(b",
            "[",
            "[a",
            "*",
            "{1}",
            r"\",
            r"a{2,1}",
            "(?<!a)b",
            r"(a)\1",
            // These are something to the crate.
            "a**",
            "a*?+",
            "x{2}{3}",
            "a{1001}",
            "a{99999999999}",
            "(?x)a b",
            "(?u)a",
            "(?R)a",
            "[[:foo:]]",
            "[a--b]",
            r"[a-\d]",
            r"\u0041",
            r"\p{greek}",
            r"\p{Greek",
            r"\Qa",
            r"\p{sc=Greek}",
            "(?P<é>b)",
            "(?P<a.b>b)",
            r"\E",
        ] {
            Pattern::new(pattern).expect_err(pattern);
        }
    }
}
