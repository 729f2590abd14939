//! Escapes: how characters that would end a text stand inside it.

use crate::label::{LabelValues, needs_escape};

/// What becomes of double quotes; backslashes and line feeds are always escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// They stay: in the help of the text format.
    Keep,
    /// They are escaped: everywhere else.
    Escape,
}

/// Hands `text` with its special characters escaped to `write`, piece by piece.
pub(super) fn escape(text: &str, quotes: Quotes, mut write: impl FnMut(&str)) {
    let mut rest = 0;
    for (i, byte) in text.bytes().enumerate() {
        if !needs_escape(byte) || (byte == b'"' && quotes == Quotes::Keep) {
            continue;
        }
        write(&text[rest..i]);
        write(match byte {
            b'\n' => "\\n",
            b'"' => "\\\"",
            _ => "\\\\",
        });
        rest = i + 1;
    }
    write(&text[rest..]);
}

/// Label values with their special characters escaped, in memory that is used again.
#[derive(Debug, Default)]
pub(super) struct Escaped {
    values: LabelValues,
    text: String,
}

impl Escaped {
    #[cold]
    pub(super) fn set(&mut self, values: &LabelValues) -> &LabelValues {
        self.values.clear();
        for value in values.iter() {
            self.text.clear();
            escape(value, Quotes::Escape, |text| self.text.push_str(text));
            self.values.push(&self.text);
        }
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_would_end_the_text_is_escaped() {
        for (text, value, help) in [
            ("plain", "plain", "plain"),
            ("", "", ""),
            ("a\\b", "a\\\\b", "a\\\\b"),
            ("a\"b\"", "a\\\"b\\\"", "a\"b\""),
            ("a\nb\n", "a\\nb\\n", "a\\nb\\n"),
            ("\\n", "\\\\n", "\\\\n"),
            ("tab\tcr\rnul\0ünïcødé", "tab\tcr\rnul\0ünïcødé", "tab\tcr\rnul\0ünïcødé"),
        ] {
            let escaped = |quotes| {
                let mut to = String::new();
                escape(text, quotes, |piece| to.push_str(piece));
                to
            };
            assert_eq!(escaped(Quotes::Escape), value);
            assert_eq!(escaped(Quotes::Keep), help);
        }
    }
}
