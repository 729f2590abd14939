//! The line of a mistake, with carets under it.

use std::fmt;

/// How many characters of a line are shown on either side of a mistake.
const AROUND: usize = 60;

/// A place in a text, and what stands there.
///
/// ```text
///   |
/// 7 | jobs_total{queue='mail'} 3
///   |                  ^^^^^^
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// None if the text is but one line.
    line: Option<usize>,
    column: usize,
    /// The line, or the part of it around the mistake.
    shown: String,
    /// How many characters of that stand before the mistake.
    before: usize,
    /// How many carets stand under it.
    width: usize,
}

impl Excerpt {
    /// These bytes of a text.
    pub(crate) fn new(text: &[u8], (from, to): (usize, usize)) -> Self {
        let from = from.min(text.len());
        let start = text[..from].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let length = text[start..].iter().position(|b| *b == b'\n');
        let end = length.map_or(text.len(), |length| start + length);
        let number = 1 + text[..start].iter().filter(|b| **b == b'\n').count();
        Self::of_line(&text[start..end], (from - start, to.max(start) - start), Some(number))
    }

    /// These bytes of a line, which has a number unless it is the only one.
    pub(crate) fn of_line(line: &[u8], (from, to): (usize, usize), number: Option<usize>) -> Self {
        let from = from.min(line.len());
        let before = String::from_utf8_lossy(&line[..from]);
        let column = 1 + before.chars().count();

        let skipped = (column - 1).saturating_sub(AROUND);
        let mut shown = String::new();
        if skipped > 0 {
            shown.push('…');
        }
        shown.extend(before.chars().skip(skipped).map(visible));
        let shown_before = shown.chars().count();
        // Four bytes are the longest character, so this is enough for what is shown.
        let near = &line[from..line.len().min(from + 4 * AROUND)];
        let after = String::from_utf8_lossy(near);
        shown.extend(after.chars().take(AROUND).map(visible));
        if after.chars().count() > AROUND || near.len() < line.len() - from {
            shown.push('…');
        }
        let wrong = String::from_utf8_lossy(&line[from..to.clamp(from, line.len())]);
        let width = wrong.chars().count().clamp(1, AROUND);
        Self { line: number, column, shown, before: shown_before, width }
    }

    /// The line, counted from 1.
    pub(crate) fn line(&self) -> usize {
        self.line.unwrap_or(1)
    }

    /// The column in characters, counted from 1.
    pub(crate) fn column(&self) -> usize {
        self.column
    }
}

/// A character that takes one column and changes nothing else.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, shown, before, width, .. } = self;
        let number = line.map_or_else(|| " ".to_owned(), |line| line.to_string());
        let gutter = number.len();
        writeln!(f, "{:gutter$} |", "")?;
        writeln!(f, "{number} | {shown}")?;
        write!(f, "{:gutter$} | {:before$}{:^<width$}", "", "", "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        for (text, from, place) in [
            ("", 0, (1, 1)),
            ("a\n", 1, (1, 2)),
            ("a\nb", 2, (2, 1)),
            ("é b", 3, (1, 3)),
            ("a\n\n", 3, (3, 1)),
            ("a", 99, (1, 2)),
        ] {
            let excerpt = Excerpt::new(text.as_bytes(), (from, from));
            assert_eq!((excerpt.line(), excerpt.column()), place, "{text:?}");
        }
    }

    #[test]
    fn the_caret_stands_under_the_mistake() {
        for (text, place, shown) in [
            (&b"x\na{b} 1\nz"[..], (4, 5), "  |\n2 | a{b} 1\n  |   ^"),
            (b"\xff\t\x00 wrong", (4, 9), "  |\n1 | \u{fffd} \u{fffd} wrong\n  |     ^^^^^"),
            (b"a\nb", (1, 1), "  |\n1 | a\n  |  ^"),
            (b"a\nb\nc", (2, 9), "  |\n2 | b\n  | ^"),
        ] {
            assert_eq!(Excerpt::new(text, place).to_string(), shown);
        }
        let tenth = Excerpt::of_line(b"abc", (1, 3), Some(10));
        assert_eq!(tenth.to_string(), "   |\n10 | abc\n   |  ^^");
        let only = Excerpt::of_line(b"abc", (3, 3), None);
        assert_eq!(only.to_string(), "  |\n  | abc\n  |    ^");
    }

    #[test]
    fn of_a_long_line_only_a_part_is_shown() {
        let text = "x".repeat(10_000_000);
        let excerpt = Excerpt::new(text.as_bytes(), (5_000_000, 9_000_000));
        assert_eq!(excerpt.column(), 5_000_001);
        let x = "x".repeat(AROUND);
        let shown = format!("  |\n1 | …{x}{x}…\n  |  {}{}", " ".repeat(AROUND), "^".repeat(AROUND));
        assert_eq!(excerpt.to_string(), shown);
    }
}
