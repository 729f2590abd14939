//! The syntax of RE2, as Go has it, put into the one of the crate `regex`.
//!
//! Most of it is the same. Of what is not, some means another thing there: digits, words and blanks are those of
//! ASCII, a bracket has no brackets and no operators in it, `{` stands for itself unless it counts, and every escaped
//! sign does. And some is refused here that would be taken there.

/// How often something can be repeated.
const MOST_REPEATED: u32 = 1000;

/// The classes of `[[:alpha:]]`.
const CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// What an escape stands for many characters by.
const MANY: [char; 8] = ['d', 'D', 'w', 'W', 's', 'S', 'p', 'P'];

/// The translation, or what is wrong. What is wrong in both is left to the crate.
pub(super) fn translate(text: &str) -> Result<String, String> {
    let mut translation = Translation { rest: text, out: String::with_capacity(text.len()) };
    translation.all()?;
    Ok(translation.out)
}

struct Translation<'t> {
    rest: &'t str,
    out: String,
}

impl<'t> Translation<'t> {
    fn all(&mut self) -> Result<(), String> {
        // The repetition that has just been read.
        let mut repeated: Option<&'t str> = None;
        while let Some(c) = self.rest.chars().next() {
            let before = self.rest;
            let repetition = match c {
                '\\' => self.escape(false).map(|()| None)?,
                '[' => self.bracket().map(|()| None)?,
                '(' => self.group().map(|()| None)?,
                '{' => self.count()?,
                '*' | '+' | '?' => Some(self.pass(1)),
                _ => {
                    self.literal_or_sign(c);
                    None
                }
            };
            if repetition.is_some() {
                if self.rest.starts_with('?') {
                    self.pass(1);
                }
                if let Some(first) = repeated {
                    let both = &first[..first.len() - self.rest.len()];
                    return Err(format!("invalid nested repetition operator: `{both}`"));
                }
            }
            repeated = repetition.map(|_| before);
        }
        Ok(())
    }

    /// Takes over so many bytes.
    fn pass(&mut self, length: usize) -> &'t str {
        let (passed, rest) = self.rest.split_at(length);
        self.out.push_str(passed);
        self.rest = rest;
        passed
    }

    /// Takes so many bytes away, and has this instead of them.
    fn replace(&mut self, length: usize, by: &str) {
        self.out.push_str(by);
        self.rest = &self.rest[length..];
    }

    fn literal_or_sign(&mut self, c: char) {
        match c {
            '}' => self.replace(1, r"\}"),
            _ => {
                self.pass(c.len_utf8());
            }
        }
    }

    /// `{3}`, `{3,}` and `{3,5}` say how often; another `{` is itself.
    fn count(&mut self) -> Result<Option<&'t str>, String> {
        let number = |text: &str| {
            let digits = text.bytes().all(|b| b.is_ascii_digit());
            (digits && (text.len() == 1 || !text.is_empty() && !text.starts_with('0')))
                .then(|| text.parse().unwrap_or(u32::MAX))
        };
        let counts = self.rest[1..].split_once('}').and_then(|(inside, _)| {
            let (least, most) = inside.split_once(',').unwrap_or((inside, inside));
            let least = number(least)?;
            let most = if most.is_empty() { least } else { number(most)? };
            Some((inside.len() + 2, least.max(most)))
        });
        let Some((length, most)) = counts else {
            self.replace(1, r"\{");
            return Ok(None);
        };
        if most > MOST_REPEATED {
            return Err(format!("invalid repeat count: `{}`", &self.rest[..length]));
        }
        Ok(Some(self.pass(length)))
    }

    /// What follows a `\`. In a bracket, less may.
    fn escape(&mut self, in_bracket: bool) -> Result<(), String> {
        let rest = self.rest;
        let Some(c) = rest[1..].chars().next() else {
            return Err("trailing backslash at end of expression: ``".to_owned());
        };
        let end = 1 + c.len_utf8();
        let wrong = || Err(format!("invalid escape sequence: `{}`", &rest[..end]));
        match c {
            'd' => self.replace(2, "[0-9]"),
            'D' => self.replace(2, "[^0-9]"),
            'w' => self.replace(2, "[0-9A-Za-z_]"),
            'W' => self.replace(2, "[^0-9A-Za-z_]"),
            's' => self.replace(2, r"[\t\n\f\r ]"),
            'S' => self.replace(2, r"[^\t\n\f\r ]"),
            'a' | 'f' | 'n' | 'r' | 't' | 'v' => {
                self.pass(2);
            }
            'x' => {
                let braced = rest[2..].strip_prefix('{').and_then(|braced| braced.find('}'));
                self.pass(braced.map_or(2, |at| 2 + 1 + at + 1));
            }
            'b' if !in_bracket => self.replace(2, r"(?-u:\b)"),
            'A' | 'B' | 'z' if !in_bracket => {
                self.pass(2);
            }
            'Q' if !in_bracket => {
                // Without an end, it quotes the parenthesis that Prometheus puts behind an expression.
                let Some((quoted, _)) = rest[2..].split_once(r"\E") else {
                    return Err(format!("missing closing ): `{rest}`"));
                };
                self.replace(2 + quoted.len() + 2, &regex::escape(quoted));
            }
            'p' | 'P' => return self.property(),
            '0'..='7' => {
                let digits = rest[1..].bytes().take(3).take_while(|b| matches!(b, b'0'..=b'7'));
                let digits = digits.count();
                // One digit that is not 0 would be a group of before.
                if c != '0' && digits == 1 {
                    return wrong();
                }
                let digits = &rest[1..=digits];
                let value = u32::from_str_radix(digits, 8).unwrap_or_default();
                self.replace(1 + digits.len(), &by_number(value));
            }
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => self.replace(2, &by_number(c)),
            _ => return wrong(),
        }
        Ok(())
    }

    /// `\pL`, `\p{Greek}`, `\p{^Greek}`
    fn property(&mut self) -> Result<(), String> {
        let rest = self.rest;
        let Some(braced) = rest[2..].strip_prefix('{') else {
            self.pass(2 + rest[2..].chars().next().map_or(0, char::len_utf8));
            return Ok(());
        };
        let (name, closed) = match braced.split_once('}') {
            Some((name, _)) => (name, true),
            None => (braced, false),
        };
        let length = 3 + name.len() + usize::from(closed);
        let not = name.strip_prefix('^');
        let plain = not.unwrap_or(name);
        let named = closed
            && plain.starts_with(|c: char| c.is_ascii_uppercase())
            && plain.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
        if !named {
            return Err(format!("invalid character class range: `{}`", &rest[..length]));
        }
        let negative = rest.starts_with(r"\P") != not.is_some();
        self.replace(length, &format!(r"\{}{{{plain}}}", if negative { 'P' } else { 'p' }));
        Ok(())
    }

    /// `(`, and what `?` says of it.
    fn group(&mut self) -> Result<(), String> {
        let rest = self.rest;
        let Some(after) = rest.strip_prefix("(?") else {
            self.pass(1);
            return Ok(());
        };
        if let Some(named) = after.strip_prefix("P<").or_else(|| after.strip_prefix('<')) {
            let name = named.split('>').next().unwrap_or_default();
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                let length = (rest.len() - named.len() + name.len() + 1).min(rest.len());
                return Err(format!("invalid named capture: `{}`", &rest[..length]));
            }
            self.pass(rest.len() - named.len() + name.len());
            return Ok(());
        }
        let flags = after.find([':', ')']).unwrap_or(after.len());
        let known = |b: u8| matches!(b, b'i' | b'm' | b's' | b'U' | b'-');
        if let Some(at) = after[..flags].bytes().position(|b| !known(b)) {
            let wrong =
                rest[..2 + at].len() + rest[2 + at..].chars().next().map_or(0, char::len_utf8);
            return Err(format!("invalid or unsupported Perl syntax: `{}`", &rest[..wrong]));
        }
        if after.starts_with(')') {
            self.replace(3, "(?:)");
        } else {
            self.pass(2 + flags);
        }
        Ok(())
    }

    /// A class of characters, with its brackets.
    fn bracket(&mut self) -> Result<(), String> {
        let begin = self.rest;
        self.pass(if begin.starts_with("[^") { 2 } else { 1 });
        let mut first = true;
        loop {
            match self.rest.chars().next() {
                None => return Err(format!("missing closing ]: `{begin}`")),
                Some(']') if !first => {
                    self.pass(1);
                    return Ok(());
                }
                Some('[') if self.rest.starts_with("[:") && self.rest[2..].contains(":]") => {
                    self.named_class()?;
                }
                Some('\\') if self.rest[1..].starts_with(MANY) => {
                    self.escape(true)?;
                }
                Some(_) => {
                    self.of_bracket()?;
                    let range = self
                        .rest
                        .strip_prefix('-')
                        .is_some_and(|after| !after.is_empty() && !after.starts_with(']'));
                    if range {
                        self.pass(1);
                        self.of_bracket()?;
                    }
                }
            }
            first = false;
        }
    }

    /// `[:alpha:]` in a bracket.
    fn named_class(&mut self) -> Result<(), String> {
        let (class, _) = self.rest[2..].split_once(":]").unwrap_or_default();
        let length = 2 + class.len() + 2;
        if !CLASSES.contains(&class.strip_prefix('^').unwrap_or(class)) {
            return Err(format!("invalid character class range: `{}`", &self.rest[..length]));
        }
        self.pass(length);
        Ok(())
    }

    /// One character of a bracket, which may be escaped.
    fn of_bracket(&mut self) -> Result<(), String> {
        match self.rest.chars().next() {
            Some('\\') if self.rest[1..].starts_with(MANY) => {
                Err(format!("invalid escape sequence: `{}`", &self.rest[..2]))
            }
            Some('\\') => self.escape(true),
            Some(c) if c.is_ascii_punctuation() => {
                self.replace(1, &by_number(c));
                Ok(())
            }
            Some(c) => {
                self.pass(c.len_utf8());
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// A character that stands for itself, whatever it is.
fn by_number(c: impl Into<u32>) -> String {
    format!(r"\x{{{:x}}}", c.into())
}
