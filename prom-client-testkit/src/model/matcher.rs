//! What a label is asked for: `=`, `!=`, `=~` and `!~`.

use std::fmt;

use super::quote;

/// One condition of a [`Selector`](super::Selector) on one label. A label that is not there has the value
/// `""`.
#[derive(Clone, Debug)]
pub struct Matcher {
    name: Box<str>,
    value: Box<str>,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Equal,
    NotEqual,
    #[cfg(feature = "regex")]
    Regex {
        pattern: super::Pattern,
        wanted: bool,
    },
}

impl Matcher {
    /// `name="value"`
    pub fn equal(name: impl Into<Box<str>>, value: impl Into<Box<str>>) -> Self {
        Self { name: name.into(), value: value.into(), test: Test::Equal }
    }

    /// `name!="value"`
    pub fn not_equal(name: impl Into<Box<str>>, value: impl Into<Box<str>>) -> Self {
        Self { name: name.into(), value: value.into(), test: Test::NotEqual }
    }

    /// `name=~"pattern"`, and `name!~"pattern"` if it is not `wanted`. The pattern has to match the whole
    /// value, and its dots match the ends of lines too.
    ///
    /// # Errors
    /// The pattern is no regular expression.
    #[cfg(feature = "regex")]
    pub fn regex(
        name: impl Into<Box<str>>,
        pattern: &str,
        wanted: bool,
    ) -> Result<Self, super::PatternError> {
        let test = Test::Regex { pattern: super::Pattern::new(pattern)?, wanted };
        Ok(Self { name: name.into(), value: pattern.into(), test })
    }

    /// The label.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is compared with: a value or a pattern.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The value that the label must have, if there is only one.
    #[must_use]
    pub fn only_value(&self) -> Option<&str> {
        matches!(self.test, Test::Equal).then_some(&*self.value)
    }

    /// Whether a label of this value is meant.
    #[must_use]
    pub fn matches(&self, value: &str) -> bool {
        match &self.test {
            Test::Equal => *self.value == *value,
            Test::NotEqual => *self.value != *value,
            #[cfg(feature = "regex")]
            Test::Regex { pattern, wanted } => pattern.is_match(value) == *wanted,
        }
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.value == other.value && self.operator() == other.operator()
    }
}

impl Matcher {
    /// What stands between the label and the value.
    pub(crate) fn operator(&self) -> &'static str {
        match &self.test {
            Test::Equal => "=",
            Test::NotEqual => "!=",
            #[cfg(feature = "regex")]
            Test::Regex { wanted: true, .. } => "=~",
            #[cfg(feature = "regex")]
            Test::Regex { wanted: false, .. } => "!~",
        }
    }
}

impl fmt::Display for Matcher {
    /// As in a query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name, self.operator())?;
        quote(&self.value, f)
    }
}

#[cfg(all(test, feature = "regex"))]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_values() {
        for (pattern, value, matches) in [
            ("5..", "503", true),
            ("5..", "5030", false),
            ("5..", "x503", false),
            ("a|b", "b", true),
            ("a|b", "ab", false),
            ("a.b", "a\nb", true),
            ("", "", true),
            ("", "a", false),
            (".*", "", true),
            (".+", "", false),
            ("(?i)ab", "AB", true),
        ] {
            for wanted in [true, false] {
                let matcher = Matcher::regex("l", pattern, wanted).expect(pattern);
                assert_eq!(matcher.matches(value), matches == wanted, "{matcher} and {value:?}");
            }
        }
        Matcher::regex("l", "a)|(b", true).expect_err("it is none");
    }
}
