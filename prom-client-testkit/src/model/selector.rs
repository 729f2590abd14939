//! Which series are meant, as a query says it: `http_requests_total{code="503",zone!="eu"}`.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use super::{Excerpt, Labels, Matcher};

/// Conditions on labels, all of which have to hold.
///
/// # Examples
/// ```
/// use prom_client_testkit::{Labels, Selector};
///
/// let selector: Selector = r#"http_requests_total{code!="200"}"#.parse()?;
/// let labels = |code| Labels::from([("__name__", "http_requests_total"), ("code", code)]);
/// assert!(selector.matches(&labels("503")));
/// assert!(!selector.matches(&labels("200")));
///
/// let error = "up{job=shop}".parse::<Selector>().unwrap_err();
/// assert_eq!(error.to_string(), "\
/// expected a value in quotes
///   |
///   | up{job=shop}
///   |        ^");
/// # Ok::<(), prom_client_testkit::SelectorError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selector {
    matchers: Vec<Matcher>,
}

/// A selector that cannot be read, with the place of the mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectorError {
    text: Box<str>,
    at: usize,
    message: Box<str>,
}

impl Selector {
    /// The series for which all of these hold.
    #[must_use]
    pub fn new(matchers: impl IntoIterator<Item = Matcher>) -> Self {
        Self { matchers: matchers.into_iter().collect() }
    }

    /// What has to hold.
    #[must_use]
    pub fn matchers(&self) -> &[Matcher] {
        &self.matchers
    }

    /// Whether a series of these labels is meant.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = |name| labels.get(name).unwrap_or_default();
        self.matchers.iter().all(|matcher| matcher.matches(value(matcher.name())))
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        let mut reader = Reader { text, at: 0 };
        let matchers = reader.selector().map_err(|message| SelectorError {
            text: text.into(),
            at: reader.at,
            message: message.into(),
        })?;
        Ok(Self { matchers })
    }
}

impl fmt::Display for Selector {
    /// As in a query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, matcher) in self.matchers.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            write!(f, "{comma}{matcher}")?;
        }
        f.write_str("}")
    }
}

impl SelectorError {
    /// What is wrong, in one line and without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The offset of the mistake in the text, in bytes.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.at
    }
}

impl fmt::Display for SelectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let excerpt = Excerpt::of_line(self.text.as_bytes(), (self.at, self.at), None);
        write!(f, "{}\n{excerpt}", self.message)
    }
}

impl Error for SelectorError {}

/// A text, and how far it has been read.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes a token and the blanks before it, if it is there.
    fn take(&mut self, token: &str) -> bool {
        self.blanks();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn selector(&mut self) -> Result<Vec<Matcher>, String> {
        let mut matchers = Vec::new();
        self.blanks();
        let name = self.word(true);
        if !name.is_empty() {
            matchers.push(Matcher::equal(Labels::NAME, name));
        }
        if self.take("{") {
            while !self.take("}") {
                matchers.push(self.matcher()?);
                if !self.take(",") {
                    if self.take("}") {
                        break;
                    }
                    return Err("expected `,` or `}`".to_owned());
                }
            }
        } else if name.is_empty() {
            return Err("expected the name of a metric or `{`".to_owned());
        }
        self.blanks();
        if self.rest().is_empty() {
            Ok(matchers)
        } else {
            Err("expected the end: a selector is a name and `{..}`, and no expression".to_owned())
        }
    }

    /// Takes a name without quotes, which is empty if there is none.
    fn word(&mut self, colons: bool) -> &'a str {
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || colons && c == ':';
        let rest = self.rest();
        let length = rest.find(|c| !letter(c)).unwrap_or(rest.len());
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            return "";
        }
        self.at += length;
        &rest[..length]
    }

    fn matcher(&mut self) -> Result<Matcher, String> {
        self.blanks();
        let quoted = self.rest().starts_with(['"', '\'', '`']);
        let name = if quoted { self.quoted("a name")? } else { self.word(false).to_owned() };
        if name.is_empty() {
            return Err("expected the name of a label".to_owned());
        }
        self.blanks();
        let operator = ["=~", "!~", "!=", "="].into_iter().find(|operator| self.take(operator));
        let Some(operator) = operator else {
            // A name alone, in quotes, is that of the metric.
            let ends = quoted && self.rest().starts_with([',', '}']);
            return if ends {
                Ok(Matcher::equal(Labels::NAME, name))
            } else {
                Err("expected `=`, `!=`, `=~` or `!~`".to_owned())
            };
        };
        self.blanks();
        let from = self.at;
        let value = self.quoted("a value")?;
        match operator {
            "=" => Ok(Matcher::equal(name, value)),
            "!=" => Ok(Matcher::not_equal(name, value)),
            operator => {
                let matcher = regex(&name, &value, operator == "=~");
                matcher.inspect_err(|_| self.at = from)
            }
        }
    }

    /// Takes a text in quotes, as PromQL writes it: with escapes, or between backticks without.
    fn quoted(&mut self, what: &str) -> Result<String, String> {
        let rest = self.rest();
        let Some(quote) = rest.chars().next().filter(|c| ['"', '\'', '`'].contains(c)) else {
            return Err(format!("expected {what} in quotes"));
        };
        let mut out = String::new();
        let mut chars = rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                c if c == quote => {
                    self.at += at + 1;
                    return Ok(out);
                }
                '\\' if quote != '`' => match chars.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, 'r')) => out.push('\r'),
                    Some((_, c @ ('\\' | '"' | '\''))) => out.push(c),
                    _ => {
                        self.at += at;
                        return Err("an unknown escape".to_owned());
                    }
                },
                c => out.push(c),
            }
        }
        Err(format!("{what} without a closing quote"))
    }
}

#[cfg(feature = "regex")]
fn regex(name: &str, pattern: &str, wanted: bool) -> Result<Matcher, String> {
    Matcher::regex(name, pattern, wanted).map_err(|error| error.reason().to_owned())
}

#[cfg(not(feature = "regex"))]
fn regex(_: &str, _: &str, _: bool) -> Result<Matcher, String> {
    Err("regular expressions need the feature `regex`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_read_as_in_queries() {
        for (text, read) in [
            ("up", r#"{__name__="up"}"#),
            (" a:b { } ", r#"{__name__="a:b"}"#),
            (r#"up{job="x"}"#, r#"{__name__="up",job="x"}"#),
            (r#"{job='x', zone != "\"y\n" ,}"#, r#"{job="x",zone!="\"y\n"}"#),
            (r#"{"a.b",`c`=`\d`}"#, r#"{__name__="a.b",c="\\d"}"#),
            ("{}", "{}"),
        ] {
            let selector: Selector = text.parse().expect(text);
            assert_eq!(selector.to_string(), read);
        }
    }

    #[test]
    fn mistakes_have_their_place() {
        for (text, at, message) in [
            ("", 0, "expected the name of a metric or `{`"),
            ("1a", 0, "expected the name of a metric or `{`"),
            ("up{", 3, "expected the name of a label"),
            ("up{a", 4, "expected `=`, `!=`, `=~` or `!~`"),
            ("up{a=b}", 5, "expected a value in quotes"),
            ("up{a='b}", 5, "a value without a closing quote"),
            (r"up{a='\d'}", 6, "an unknown escape"),
            ("up{a='b' c='d'}", 9, "expected `,` or `}`"),
            (
                "up{a='b'} x",
                10,
                "expected the end: a selector is a name and `{..}`, and no expression",
            ),
            ("sum(up)", 3, "expected the end: a selector is a name and `{..}`, and no expression"),
            ("up{,}", 3, "expected the name of a label"),
        ] {
            let error = text.parse::<Selector>().expect_err(text);
            assert_eq!((error.offset(), &*error.message), (at, message), "{text}");
        }
        #[cfg(feature = "regex")]
        let pattern = "unclosed group";
        #[cfg(not(feature = "regex"))]
        let pattern = "regular expressions need the feature `regex`";
        let error = "up{a=~'('}".parse::<Selector>().expect_err("no pattern");
        assert_eq!((error.offset(), &*error.message), (6, pattern));
    }

    #[test]
    fn the_caret_counts_characters() {
        let error = "up{a=\"é\" é".parse::<Selector>().expect_err("no end");
        assert!(error.to_string().ends_with("up{a=\"é\" é\n  |          ^"), "{error}");
    }
}
