//! The value of a string literal, which need not be UTF-8, and how Go quotes it.

use std::fmt::{self, Write};

/// The value of a string literal. An escape like `"\xff"` makes bytes of it that are no UTF-8.
///
/// `{}` shows it quoted, as Go's `%q` does.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text(Box<[u8]>);

impl Text {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, if it is UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().into())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        quote(&self.0, f)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        quote(&self.0, f)
    }
}

/// Quotes bytes as Go's `strconv.Quote` does.
pub(crate) fn quote(bytes: &[u8], out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' => out.write_str("\\\"")?,
                '\\' => out.write_str("\\\\")?,
                '\u{7}' => out.write_str("\\a")?,
                '\u{8}' => out.write_str("\\b")?,
                '\u{c}' => out.write_str("\\f")?,
                '\n' => out.write_str("\\n")?,
                '\r' => out.write_str("\\r")?,
                '\t' => out.write_str("\\t")?,
                '\u{b}' => out.write_str("\\v")?,
                c if c < ' ' || c == '\u{7f}' => write!(out, "\\x{:02x}", u32::from(c))?,
                c if is_shown(c) => out.write_char(c)?,
                c if u32::from(c) < 0x1_0000 => write!(out, "\\u{:04x}", u32::from(c))?,
                c => write!(out, "\\U{:08x}", u32::from(c))?,
            }
        }
        for byte in chunk.invalid() {
            write!(out, "\\x{byte:02x}")?;
        }
    }
    out.write_char('"')
}

/// Whether a character is written as it is: whether Rust shows it too, after another one, since marks join that.
fn is_shown(c: char) -> bool {
    let after = String::from_iter(['a', c]);
    c == ' ' || c == '\'' || !c.is_whitespace() && after.escape_debug().count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_quoted_as_go_does() {
        for (bytes, quoted) in [
            (&b""[..], r#""""#),
            (b"a b'c", r#""a b'c""#),
            (b"\\ \" \x07\x08\x0c\n\r\t\x0b", r#""\\ \" \a\b\f\n\r\t\v""#),
            (b"\x00\x1f\x7f", r#""\x00\x1f\x7f""#),
            ("é 日 e\u{301} 😀".as_bytes(), "\"é 日 e\u{301} 😀\""),
            ("\u{a0}\u{200b}\u{feff}".as_bytes(), r#""\u00a0\u200b\ufeff""#),
            ("\u{e0001}".as_bytes(), r#""\U000e0001""#),
            (b"a\xc5z\xff", r#""a\xc5z\xff""#),
        ] {
            assert_eq!(Text::from(bytes.to_vec()).to_string(), quoted);
        }
    }
}
