//! What numbers and strings mean, once their words have been found.

use super::text::quote;

/// Reads a number: in decimal, as a float, in hexadecimal after `0x`, in octal after `0`. Underscores may separate
/// digits.
pub(super) fn number(text: &str) -> Result<f64, String> {
    let fault = |why| {
        let mut message = "error parsing number: strconv.ParseFloat: parsing ".to_owned();
        quote(text.as_bytes(), &mut message).expect("a `String` takes everything");
        message + ": " + why
    };
    if text.eq_ignore_ascii_case("inf") {
        return Ok(f64::INFINITY);
    }
    if text.eq_ignore_ascii_case("nan") {
        return Ok(f64::NAN);
    }
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    // An underscore may stand after the prefix, as if that ended with a digit.
    let separated = if hex.is_some() { &text[1..] } else { text };
    if !underscores_separate(separated, hex.is_some()) {
        return Err(fault("invalid syntax"));
    }
    let plain: String = hex.unwrap_or(text).chars().filter(|c| *c != '_').collect();
    if hex.is_some() {
        let value = i64::from_str_radix(&plain, 16).map_err(|_| fault("invalid syntax"))?;
        return Ok(as_float(value));
    }
    if plain.len() > 1 && plain.starts_with('0') {
        // What is no octal number, like `08`, is a decimal one.
        if let Ok(value) = i64::from_str_radix(&plain, 8) {
            return Ok(as_float(value));
        }
    }
    let value: f64 = plain.parse().map_err(|_| fault("invalid syntax"))?;
    if value.is_infinite() { Err(fault("value out of range")) } else { Ok(value) }
}

#[expect(clippy::cast_precision_loss, reason = "it is rounded to the nearest, as any literal")]
fn as_float(value: i64) -> f64 {
    value as f64
}

/// Whether each underscore stands between digits, or after the `x` of a prefix.
pub(crate) fn underscores_separate(text: &str, hex: bool) -> bool {
    let digit =
        |c: u8| c.is_ascii_digit() || hex && (c.is_ascii_hexdigit() || matches!(c, b'x' | b'X'));
    let bytes = text.as_bytes();
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'_').all(|(at, _)| {
        at > 0 && digit(bytes[at - 1]) && bytes.get(at + 1).is_some_and(|byte| digit(*byte))
    })
}

/// The bytes that a string means, with its quotes around it, or where it is wrong and how.
pub(super) fn unquote(text: &str) -> Result<Vec<u8>, (usize, String)> {
    let quote = text.chars().next().unwrap_or('"');
    let inside = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    if let Some(at) = text.find('\u{fffd}') {
        return Err((at, "invalid UTF-8 rune".to_owned()));
    }
    if quote == '`' {
        return Ok(inside.into());
    }
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let offset = 1 + inside.len() - rest.len() + at;
        let length = escape(&rest[at..], quote, &mut bytes).map_err(|why| (offset, why))?;
        rest = &rest[at + length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

/// Appends what the escape at the begin of a text means, and returns how long it is.
fn escape(text: &str, quote: char, bytes: &mut Vec<u8>) -> Result<usize, String> {
    let unfinished = || "escape sequence not terminated".to_owned();
    let c = text.chars().nth(1).ok_or_else(unfinished)?;
    let (from, digits, radix) = match c {
        'a' => return one(bytes, 0x07),
        'b' => return one(bytes, 0x08),
        'f' => return one(bytes, 0x0c),
        'n' => return one(bytes, b'\n'),
        'r' => return one(bytes, b'\r'),
        't' => return one(bytes, b'\t'),
        'v' => return one(bytes, 0x0b),
        '\\' => return one(bytes, b'\\'),
        '"' | '\'' if c == quote => return one(bytes, if c == '"' { b'"' } else { b'\'' }),
        '0'..='7' => (1, 3, 8),
        'x' => (2, 2, 16),
        'u' => (2, 4, 16),
        'U' => (2, 8, 16),
        c => return Err(format!("unknown escape sequence {}", code_point(c))),
    };
    let mut value = 0_u32;
    let mut following = text[from..].chars();
    for _ in 0..digits {
        let c = following.next().ok_or_else(unfinished)?;
        let digit = c.to_digit(radix);
        let digit = digit
            .ok_or_else(|| format!("illegal character {} in escape sequence", code_point(c)))?;
        // Eight digits of four bits each fit.
        value = value * radix + digit;
    }
    let invalid = || "escape sequence is an invalid Unicode code point".to_owned();
    if matches!(c, 'u' | 'U') {
        let c = char::from_u32(value).ok_or_else(invalid)?;
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        bytes.push(u8::try_from(value).map_err(|_| invalid())?);
    }
    Ok(from + digits)
}

/// Appends what an escape of two characters means.
#[expect(clippy::unnecessary_wraps, reason = "so that it can be returned")]
fn one(bytes: &mut Vec<u8>, byte: u8) -> Result<usize, String> {
    bytes.push(byte);
    Ok(2)
}

/// A character as Go's `%#U` shows it.
fn code_point(c: char) -> String {
    format!("U+{:04X} '{c}'", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_go_does() {
        for (text, value) in [
            ("0", 0.0),
            ("1_000", 1000.0),
            ("1_000.5", 1000.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("1.e2", 100.0),
            ("1E-2", 0.01),
            ("0xFf", 255.0),
            ("0X_f_f", 255.0),
            ("017", 15.0),
            ("0_17", 15.0),
            ("08", 8.0),
            ("0.5", 0.5),
            ("9223372036854775807", 9_223_372_036_854_775_807.0),
            ("99999999999999999999", 1e20),
            ("iNf", f64::INFINITY),
            ("5e-324", 5e-324),
            ("1e-400", 0.0),
        ] {
            assert_eq!(number(text), Ok(value), "{text}");
        }
        assert!(number("nAn").is_ok_and(f64::is_nan));
    }

    #[test]
    fn what_is_no_number_is_said_in_the_words_of_go() {
        for (text, why) in [
            ("1e999", "value out of range"),
            ("0x", "invalid syntax"),
            ("0xffffffffffffffffff", "invalid syntax"),
            ("1__0", "invalid syntax"),
            ("1_", "invalid syntax"),
            ("1_.5", "invalid syntax"),
            ("1e", "invalid syntax"),
        ] {
            let message =
                format!("error parsing number: strconv.ParseFloat: parsing {text:?}: {why}");
            assert_eq!(number(text), Err(message));
        }
    }

    #[test]
    fn strings_are_unquoted_as_go_does() {
        for (text, bytes) in [
            (r#""""#, &b""[..]),
            (r#""\a\b\f\n\r\t\v\\\"'""#, b"\x07\x08\x0c\n\r\t\x0b\\\"'"),
            (r#"'\'"'"#, b"'\""),
            (r"`\n\`", b"\\n\\"),
            (r#""\xff\377\u00e9\U0001F600é""#, b"\xff\xff\xc3\xa9\xf0\x9f\x98\x80\xc3\xa9"),
        ] {
            assert_eq!(unquote(text), Ok(bytes.to_vec()), "{text}");
        }
        for (text, at, why) in [
            (r#""\c""#, 1, "unknown escape sequence U+0063 'c'"),
            (r#""a\'""#, 2, "unknown escape sequence U+0027 '''"),
            (r#""\x.""#, 1, "illegal character U+002E '.' in escape sequence"),
            (r#""\8""#, 1, "unknown escape sequence U+0038 '8'"),
            (r#""\x1""#, 1, "escape sequence not terminated"),
            (r#""\400""#, 1, "escape sequence is an invalid Unicode code point"),
            (r#""\ud800""#, 1, "escape sequence is an invalid Unicode code point"),
            (r#""\U7fffffff""#, 1, "escape sequence is an invalid Unicode code point"),
            ("\"\u{fffd}\"", 1, "invalid UTF-8 rune"),
        ] {
            assert_eq!(unquote(text), Err((at, why.to_owned())), "{text}");
        }
    }
}
