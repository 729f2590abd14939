//! What a `Content-Type` says, read as Prometheus reads it: by Go's rules, which a careless server breaks easily.

use std::collections::HashMap;

/// The media type, unless what follows it is no list of parameters. One may be repeated with the same value, and a
/// semicolon may stand at the end.
pub(super) fn media_type(content_type: &str) -> Option<&str> {
    let at = content_type.find(';').unwrap_or(content_type.len());
    let (media_type, mut rest) = content_type.split_at(at);
    let mut seen = HashMap::new();
    while !rest.trim().is_empty() && rest.trim() != ";" {
        let (name, value, behind) = parameter(rest)?;
        let first = seen.entry(name.to_ascii_lowercase()).or_insert_with(|| value.clone());
        if *first != value {
            return None;
        }
        rest = behind;
    }
    Some(media_type.trim())
}

/// A semicolon, a name and its value, and what is behind them.
fn parameter(text: &str) -> Option<(&str, String, &str)> {
    let (name, rest) = token(text.trim_start().strip_prefix(';')?.trim_start())?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start();
    if let Some(inside) = value.strip_prefix('"') {
        let (value, rest) = quoted(inside)?;
        return Some((name, value, rest));
    }
    let (value, rest) = token(value)?;
    Some((name, value.to_owned(), rest))
}

/// A token, which is not empty.
fn token(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_graphic() || is_special(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// What is in quotes, of which the first is gone. A backslash escapes what no token could have.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\r' | '\n' => return None,
            '\\' => {
                let escaped = chars.next_if(|(_, c)| is_special(*c));
                value.push(escaped.map_or('\\', |(_, c)| c));
            }
            c => value.push(c),
        }
    }
    None
}

fn is_special(c: char) -> bool {
    r#"()<>@,;:\"/[]?="#.contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_looked_at_and_forgotten() {
        for good in [
            "text/plain",
            " text/plain ",
            "text/plain;",
            "text/plain ; ",
            "text/plain; version=0.0.4; charset=utf-8",
            "text/plain;version=0.0.4;",
            "text/plain; Charset=utf-8; charset=utf-8",
            "text/plain; version=\"0.0.4\"",
            r#"text/plain; a="b;\"\\\c" ; b=c"#,
            "text/plain; a = b",
            "text/plain; a=\"\"",
            "text/plain; a*=utf-8''b",
        ] {
            assert_eq!(media_type(good), Some("text/plain"), "{good}");
        }
        for bad in [
            "text/plain; version",
            "text/plain; version=",
            "text/plain; =0.0.4",
            "text/plain;;",
            "text/plain; a b",
            "text/plain; a=b c=d",
            "text/plain; a=\"b",
            "text/plain; a=b; a=c",
            "text/plain; é=b",
            "text/plain; a=é",
            "text/plain; a=\"b\nc\"",
        ] {
            assert_eq!(media_type(bad), None, "{bad}");
        }
        assert_eq!(media_type(""), Some(""));
    }
}
